"""Units, their names and groups, and what follows when they change."""
