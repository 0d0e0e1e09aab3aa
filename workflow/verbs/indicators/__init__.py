"""What may happen to the plan's main indicators."""
