"""The rulebook: pure functions and tables, without clock, database or files."""
