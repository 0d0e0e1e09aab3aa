"""进展总览: where a plan stands on any day."""
