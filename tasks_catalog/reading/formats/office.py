"""Old and other office files (doc, wps, xls, et, rtf, odt) through LibreOffice, where it is."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from documents.untrusted.child import more_memory
from i18n import mark
from workflow.rules.refusals import Refused

PATIENCE = 25  # seconds, within those of reading a file; the first start takes some ten
SHEETS = {".xls", ".et", ".ods"}


def convert(content: bytes, suffix: str) -> tuple[bytes, str]:
    """The file as .docx or .xlsx, and which. Raises Refused without LibreOffice or if it fails."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    target = "xlsx" if suffix in SHEETS else "docx"
    if program is None:
        raise Refused(
            mark(
                "Files of this kind are read through LibreOffice, which is not installed; "
                "save it as {target}."
            ),
            target=target,
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"source{suffix or '.doc'}")
        source.write_bytes(content)
        command = [
            program,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
            "--outdir",
            f"{folder}/out",
            str(source),
        ]
        try:
            with more_memory():
                subprocess.run(  # noqa: S603 (the office program of this machine)
                    command, check=True, capture_output=True, timeout=PATIENCE
                )
            return Path(folder, "out", f"source.{target}").read_bytes(), f".{target}"
        except (subprocess.SubprocessError, OSError) as error:
            raise Refused(
                mark("LibreOffice could not convert the file; save it as {target} and try again."),
                target=target,
            ) from error
