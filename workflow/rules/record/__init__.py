"""Events and parts in words, and how many refusals are put on record."""
