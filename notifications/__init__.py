"""How people are told: templates, rendering, SMTP and its answers, the alarm channel."""
