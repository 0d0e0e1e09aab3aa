"""Pieces of several pages: answering, asking, deciding, instructing, a submission."""
