"""The catalogue as an xlsx work list, out and in."""
