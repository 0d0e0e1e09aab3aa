"""待审签: what leaves a unit under its deputy head's name."""
