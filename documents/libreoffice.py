"""Files turned into other kinds by LibreOffice, where this machine has it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path


def program() -> str | None:
    """Where LibreOffice is, None where it is not."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(content: bytes, suffix: str, target: str, patience: float) -> bytes:
    """A file as another kind, such as "pdf", within so many seconds.

    Raises OSError (where there is no LibreOffice too) and subprocess.SubprocessError.
    """
    found = program()
    if found is None:
        raise FileNotFoundError("soffice")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"source{suffix}")
        source.write_bytes(content)
        command = [
            found,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
            "--outdir",
            f"{folder}/out",
            str(source),
        ]
        subprocess.run(  # noqa: S603 (the office program of this machine)
            command, check=True, capture_output=True, timeout=patience
        )
        return Path(folder, "out", f"source.{target}").read_bytes()
