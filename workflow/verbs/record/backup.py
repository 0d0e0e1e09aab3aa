"""Write database and evidence into one sealed file."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from gzip import compress
from io import BytesIO
from pathlib import Path

from sqlalchemy import select, union

from db import archive, portable
from db.evidence import EvidenceStore
from db.models import Evidence, ObjectionFile
from db.queries.record.installation import latest_revision
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context

SCHEMA = "luoshi.backup/2"
MANIFEST = "manifest.json"
_NAME = re.compile(r"luoshi-(\d{8}T\d{6}Z)\.tar(\.age)?")
_INSTANT = "%Y%m%dT%H%M%SZ"
_HEX = "0123456789abcdef"

Reading = Callable[[], AbstractContextManager[Context]]
"""Opens one reading transaction of whoever takes the backup; the edge gives it."""
WITH_FILES = (Evidence, ObjectionFile)
"""The rows that name a file of the store."""


@dataclass(frozen=True)
class Vault:
    """Where backups lie, the settings' text of the key that seals them, for how many days they are
    kept, and the evidence that goes into them."""

    folder: Path
    key_text: str = field(repr=False)
    keep_days: int
    evidence: EvidenceStore

    @property
    def key(self) -> archive.BackupKey | None:
        """The key; None where none is set. Raises Invalid for what is no key."""
        return archive.BackupKey.of(self.key_text)

    def backups(self) -> list[Path]:
        """Every whole backup that lies here, the newest first."""
        if not self.folder.is_dir():
            return []
        found = (place for place in self.folder.iterdir() if _NAME.fullmatch(place.name))
        return sorted(found, key=lambda place: (made_at(place), place.name), reverse=True)

    def unfinished(self) -> list[Path]:
        """What is being written just now, and what a crash left behind."""
        parts = self.folder.glob(f"*{archive.PART}")
        return [place for place in parts if _NAME.fullmatch(place.name.removesuffix(archive.PART))]


@dataclass(frozen=True)
class BackupResult:
    """A finished backup: its file and size in bytes, how many rows and evidence files are in it.

    `damaged`: evidence that does not hold what its name says, and evidence that the record names
    and that is not there; after a restore, what differs from the record, in words.
    """

    file: str
    size: int
    rows: int
    files: int
    damaged: tuple[str, ...]


def made_at(place: Path) -> datetime:
    """The instant (UTC) that a backup's name tells. Raises ValueError for another file."""
    found = _NAME.fullmatch(place.name.removesuffix(archive.PART))
    if found is None:
        raise ValueError(place.name)
    return datetime.strptime(found[1], _INSTANT).replace(tzinfo=UTC)


def backup(
    reading: Reading, *, folder: Path, key: archive.BackupKey | None, evidence: EvidenceStore
) -> BackupResult:
    """Write every table, every evidence file and a manifest of checksums into one new file.

    Who may: administrators and the operator. All tables are as of one moment, and what is written
    meanwhile goes on; no transaction is open while evidence is copied. Without a key the file lies
    open. It gets its name when it is whole. Evidence found damaged is copied and named, not left
    out; so is what is missing. Raises NotAllowed, Refused where the file is there already, and
    DiskFull, which leaves nothing behind.
    """
    with reading() as c:
        c.require(Permission.OPERATE, INSTALLATION)
        at = c.now.astimezone(UTC)
    place = folder / f"luoshi-{at.strftime(_INSTANT)}.tar{'.age' if key else ''}"
    with archive.write(place, key) as add:
        with reading() as c:
            stored = portable.write(c.session, _piece_by_piece(add))
        files, missing = FileManifest(), []
        for prefix in (a + b for a in _HEX for b in _HEX):
            with reading() as c:
                named = c.session.scalars(
                    union(*(select(of.sha).where(of.sha.startswith(prefix)) for of in WITH_FILES))
                ).all()
            there = evidence.names(prefix)
            missing += sorted(set(named) - {sha for sha, _size in there})
            for sha, size in there:
                files.add(sha, _copied(add, evidence, sha, size))
        manifest = {
            "schema": SCHEMA,
            "made_at": at.isoformat(),
            "revision": latest_revision(),
            "tables": {name: asdict(table) for name, table in stored.items()},
            "evidence": files.told(),
        }
        written = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _add_bytes(add, MANIFEST, written.encode())
    rows = sum(table.rows for table in stored.values())
    damaged = (*files.damaged, *missing)
    return BackupResult(str(place), place.stat().st_size, rows, files.count, damaged)


class FileManifest:
    """What the manifest says of all evidence files, however many there are."""

    def __init__(self) -> None:
        self.count, self._digest = 0, hashlib.sha256()
        self.damaged: list[str] = []

    def add(self, sha: str, found: str) -> None:
        """A file that lies under one SHA-256 and has this one."""
        self.count += 1
        self._digest.update(f"{sha} {found}\n".encode())
        if found != sha:
            self.damaged.append(sha)

    def told(self) -> dict[str, object]:
        """Their number, and one SHA-256 over all their names and digests in order."""
        return {"files": self.count, "sha256": self._digest.hexdigest()}


def _piece_by_piece(add: archive.Add) -> Callable[[str, bytes], None]:
    pieces: Counter[str] = Counter()

    def put(table: str, piece: bytes) -> None:
        pieces[table] += 1
        _add_bytes(add, f"tables/{table}/{pieces[table]:06d}.jsonl.gz", compress(piece, mtime=0))

    return put


def _copied(add: archive.Add, evidence: EvidenceStore, sha: str, size: int) -> str:
    """Copy one evidence file; the SHA-256 of what it holds."""
    with evidence.open(sha) as file:
        return add(f"evidence/{sha}", size, file)


def _add_bytes(add: archive.Add, name: str, content: bytes) -> None:
    add(name, len(content), BytesIO(content))
