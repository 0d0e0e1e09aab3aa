"""The outbox: what went, what waits, what failed."""
