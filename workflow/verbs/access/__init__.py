"""Logging in and out, passwords, second factors, sessions."""
