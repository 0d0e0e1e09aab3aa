"""Places, and what a plan above asks of one below."""
