"""How reports are asked for: policy, ladder of reminders, content, punctuality, flags."""
