"""A mail as it came: who wrote it, in which words, with which files."""
