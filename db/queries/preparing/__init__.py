"""Working copies of documents, and what earlier plans teach of leads."""
