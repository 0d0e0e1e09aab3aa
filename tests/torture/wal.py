"""Where SQLite's write-ahead log ends, as the index beside it tells (its format is documented)."""

from __future__ import annotations

import struct
from pathlib import Path


def end_of_log(path: str) -> tuple[str, int]:
    """The salt of a database's log, which is another after each reset, and the place (bytes) at
    which its last commit ends: frames behind it are of an earlier log, or of none."""
    with Path(f"{path}-shm").open("rb") as index:
        head = index.read(48)
    page, frames = struct.unpack("=HI", head[14:20])
    return head[32:40].hex(), 32 + frames * (24 + (65536 if page == 1 else page))
