"""Reminders written, calls recorded."""
