"""What papers state, gathered from the record within the reader's scope."""
