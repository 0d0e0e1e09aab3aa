"""Letters written into the outbox, delivered, settled; operators alarmed."""
