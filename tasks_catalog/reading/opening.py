"""From a file to its catalogue: which kind of file it is, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tasks_catalog.checking.text import check_document
from tasks_catalog.model import Catalogue
from tasks_catalog.reading.formats.text import read_text
from tasks_catalog.reading.reader import read_document


def read(path: Path) -> Catalogue:
    """The catalogue of a file. Raises Refused."""
    document = read_text(path.read_bytes(), path.name)
    catalogue = read_document(document)
    return replace(catalogue, findings=check_document(document, catalogue))
