"""People with their roles and substitutes."""
