"""Old and other office files (doc, wps, xls, et, rtf, odt) through LibreOffice, where it is."""

from __future__ import annotations

import subprocess

from documents.libreoffice import converted, program
from documents.untrusted.child import more_memory
from i18n import mark
from workflow.rules.refusals import Refused

PATIENCE = 25  # seconds, within those of reading a file; the first start takes some ten
SHEETS = {".xls", ".et", ".ods"}


def convert(content: bytes, suffix: str) -> tuple[bytes, str]:
    """The file as .docx or .xlsx, and which. Raises Refused without LibreOffice or if it fails."""
    target = "xlsx" if suffix in SHEETS else "docx"
    if program() is None:
        raise Refused(
            mark(
                "Files of this kind are read through LibreOffice, which is not installed; "
                "save it as {target}."
            ),
            target=target,
        )
    try:
        with more_memory():
            return converted(content, suffix or ".doc", target, PATIENCE), f".{target}"
    except (subprocess.SubprocessError, OSError) as error:
        raise Refused(
            mark("LibreOffice could not convert the file; save it as {target} and try again."),
            target=target,
        ) from error
