"""The headings and numbered points of a document as a tree."""
