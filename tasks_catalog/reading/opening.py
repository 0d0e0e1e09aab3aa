"""From a file to its catalogue: which kind of file it is, and what is refused."""

from __future__ import annotations

from pathlib import Path

from tasks_catalog.model import Catalogue
from tasks_catalog.reading.formats.text import read_text
from tasks_catalog.reading.reader import read_document


def read(path: Path) -> Catalogue:
    """The catalogue of a file. Raises Refused."""
    return read_document(read_text(path.read_bytes(), path.name))
