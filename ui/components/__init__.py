"""Pieces of a page as escaped HTML: no style attribute, no script, nothing from another host."""
