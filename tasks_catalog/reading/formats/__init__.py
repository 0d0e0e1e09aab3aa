"""Kinds of files, each into paragraphs and tables with their places."""
