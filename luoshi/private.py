"""What lies on this machine is its owner's to read: seen to at every start, and watched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luoshi.wiring import Installation

UMASK = 0o077
"""Whatever a process of ours makes is readable by its owner only."""
_OTHERS, _STRANGERS = 0o077, 0o007
HOME = Path(".luoshi")
SETTINGS = Path(".env")


def close_up(installation: Installation) -> None:
    """Take away what others may do with our files, where they are ours to change."""
    for place in _too_open(installation):
        if place.stat().st_uid == os.geteuid():
            place.chmod(place.stat().st_mode & 0o700)


def too_open(installation: Installation) -> tuple[Path, ...]:
    """The files and folders that somebody besides their owner may read.

    Settings that belong to root and are given to our group to read are as they should be.
    """
    return tuple(_too_open(installation))


def _too_open(installation: Installation) -> Iterator[Path]:
    folders = (HOME, installation.evidence.folder, installation.settings.backup_dir)
    for place in (SETTINGS, *folders, *installation.database.files):
        if place is not None and place.exists():
            found = place.stat()
            wide = _OTHERS if found.st_uid == os.geteuid() else _STRANGERS
            if found.st_mode & wide:
                yield place
