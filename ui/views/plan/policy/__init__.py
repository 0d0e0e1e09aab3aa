"""How a plan is run: rounds, dates and the ladder of reminders."""
