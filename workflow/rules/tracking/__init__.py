"""Tracked workflows: what a run in the scheduler's window says of a task or a report."""
