"""What is read of the plan's main indicators."""
