"""One task: its story, reports and dates."""
