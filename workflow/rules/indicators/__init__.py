"""The rules of a plan's main indicators."""
