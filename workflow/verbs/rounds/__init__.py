"""Rounds opened and closed, who owes a report, clocks and their ladders."""
