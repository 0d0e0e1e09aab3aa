"""Requests and answers: what is turned away at once, headers, documents, files."""
