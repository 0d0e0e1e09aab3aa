"""Returns and answers that came in: taken in, confirmed, put on record."""
