"""Places: opening one below, and what of a plan is taken down into it."""
