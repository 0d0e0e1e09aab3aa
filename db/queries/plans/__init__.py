"""Plans with their items, participants, year targets and policy."""
