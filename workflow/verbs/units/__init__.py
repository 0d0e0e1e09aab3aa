"""Units made, changed, grouped and merged."""
