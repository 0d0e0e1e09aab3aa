"""The record itself: events, chains, seals, signs of life, the calendar."""
