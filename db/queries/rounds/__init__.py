"""Rounds: who owes a report in one."""
