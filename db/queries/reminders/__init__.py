"""What is owed now, whom reminders are due to, whom to telephone."""
