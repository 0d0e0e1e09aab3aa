"""What a reader looks for: tasks, reports, requests, plans, units and people by their words."""
