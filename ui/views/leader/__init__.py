"""领导参阅: one sheet for a leader."""
