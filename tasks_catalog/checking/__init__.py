"""Contradictions and oddities within documents and between them, with the arithmetic."""
