"""Luoshi: settings, wiring and the command line."""
