"""Commands about reports: rounds, reminders, returns, verdicts."""
