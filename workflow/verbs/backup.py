"""Write database and evidence into a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from fsspec.core import url_to_fs
from sqlalchemy import select

from db import portable
from db.models import Evidence
from db.queries.house import latest_revision
from luoshi.language import mark
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context

SCHEMA = "luoshi.backup/1"
MANIFEST = "manifest.json"
PIECE = 1 << 20


@dataclass(frozen=True)
class Kept:
    """What a backup holds: rows and evidence files. `damaged`: files whose name is not their
    SHA-256, and the SHA-256 of evidence that the record names and that is not there; after a
    restore, what differs from the record, in words."""

    rows: int
    files: int
    damaged: tuple[str, ...]


def backup(c: Context, *, folder: Path, evidence_url: str) -> Kept:
    """Write every table, every evidence file and a manifest of checksums into a new folder.

    Who may: administrators and the operator. Wants a reading context: all tables are as of one
    moment, and what is written meanwhile goes on. The manifest comes last, so that a folder
    without one is no backup. Evidence found damaged is copied and named, not left out; so is
    what is missing. Raises Refused where the folder holds something already.
    """
    c.require("operate")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Refused(mark("{folder} is not empty; name a new folder."), folder=folder)
    stored = portable.write(c.session, folder)
    files, damaged = {}, []
    place, root = url_to_fs(evidence_url)
    for path in sorted(place.find(root)):
        name = str(PurePosixPath(path).relative_to(root))
        target = folder / "evidence" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with place.open(path, "rb") as source, target.open("wb") as copy:
            while piece := source.read(PIECE):
                digest.update(piece)
                copy.write(piece)
        files[name] = digest.hexdigest()
        if len(PurePosixPath(name).name) == 64 and PurePosixPath(name).name != files[name]:
            damaged.append(name)
    there = {PurePosixPath(name).name for name in files}
    damaged += sorted(set(c.session.scalars(select(Evidence.sha))) - there)
    manifest = {
        "schema": SCHEMA,
        "made_at": c.now.isoformat(),
        "revision": latest_revision(),
        "tables": {name: asdict(table) for name, table in stored.items()},
        "evidence": files,
    }
    written = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(written, encoding="utf-8")
    return Kept(sum(table.rows for table in stored.values()), len(files), tuple(damaged))
