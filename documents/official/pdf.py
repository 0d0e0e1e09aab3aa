"""A paper as PDF beside the docx, through LibreOffice, where this machine has it."""

from __future__ import annotations

import subprocess

from documents.libreoffice import converted, program
from i18n import mark
from workflow.rules.refusals import Refused

PATIENCE = 60  # seconds; the first start takes some ten


def can_make_pdf() -> bool:
    """Whether a PDF can be made here."""
    return program() is not None


def as_pdf(document: bytes) -> bytes:
    """A docx as PDF. Raises Refused."""
    if program() is None:
        raise Refused(mark("A PDF is made by LibreOffice, which is not installed; take the docx."))
    try:
        return converted(document, ".docx", "pdf", PATIENCE)
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused(mark("LibreOffice could not make a PDF; take the docx.")) from error
