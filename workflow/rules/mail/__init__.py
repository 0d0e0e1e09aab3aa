"""Whose fault it is that a letter did not go."""
