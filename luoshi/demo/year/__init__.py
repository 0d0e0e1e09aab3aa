"""The simulated year: its script, its people, what they do and when."""
