"""What papers for other readers state: facts with unit, date and source, and which come first."""
