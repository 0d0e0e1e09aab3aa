"""What may happen: one module a verb, one transaction a verb, never a commit."""
