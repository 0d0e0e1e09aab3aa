"""Numbers that a plan promises: where they stand, what they count, what only looks like them."""
