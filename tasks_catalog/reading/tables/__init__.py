"""What tables hold: work lists and indicators."""
