"""Lists that come in as files: people with their roles, units."""
