"""催办督办: who is silent, and what they will get."""
