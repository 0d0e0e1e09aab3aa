"""Put a backup into an empty house."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from db import portable
from db.queries.house import latest_revision
from db.record import SYSTEM_CHAIN
from luoshi.language import mark
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.audit_words import findings
from workflow.verbs.backup import MANIFEST, SCHEMA, Kept
from workflow.verbs.context import Context
from workflow.verbs.verify_audit import verify_audit


def restore(c: Context, *, folder: Path, evidence_url: str) -> Kept:
    """Put what `backup` wrote into this house: database, evidence, triggers.

    Who may: administrators and the operator. The database must hold the tables of this version
    and not a row. Everything is checked first: each file against the manifest, afterwards the
    event chains from their start. Contents that differ from what the record sealed are restored as
    they were kept, and named in `damaged`: who tampered must not cost the house its backup. Nothing
    is sent; people log in anew. Leaves an event. Raises Invalid; then nothing was restored but
    evidence files, which harm nobody.
    """
    c.require("operate")
    manifest = _manifest(folder)
    stored = {name: portable.Stored(**table) for name, table in manifest["tables"].items()}
    portable.check(folder, stored)
    _check_evidence(folder, manifest["evidence"])
    portable.read(c.session, folder)
    verified = verify_audit(c, from_checkpoint=False)
    if verified.broken is not None:
        broken = verified.broken
        message = mark("link {no} of chain {chain} does not hold")
        problem = Problem("event", message, no=broken.no, chain=broken.chain)
        raise Invalid(portable.UNUSABLE, (problem,))
    place, root = url_to_fs(evidence_url)
    for name in manifest["evidence"]:
        target = f"{root}/{name}"
        place.makedirs(target.rpartition("/")[0], exist_ok=True)
        with (folder / "evidence" / name).open("rb") as source, place.open(target, "wb") as copy:
            shutil.copyfileobj(source, copy)
    rows = sum(table.rows for table in stored.values())
    c.note(SYSTEM_CHAIN, "restore", "house", 0, rows=rows, files=len(manifest["evidence"]))
    wrong = findings(verified, None)
    return Kept(rows, len(manifest["evidence"]), tuple(str(one) for one in wrong))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = {}
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise Invalid(mark("{folder} holds no finished backup."), folder=folder)
    if manifest["revision"] != latest_revision():
        raise Invalid(
            mark("The backup was made at revision {theirs}, this version works with {ours}. "
                 "Restore it with the version that made it, then run: luoshi db upgrade"),
            theirs=manifest["revision"],
            ours=latest_revision(),
        )  # fmt: skip
    return manifest


def _check_evidence(folder: Path, files: dict[str, str]) -> None:
    root = (folder / "evidence").resolve()
    problems = []
    for name, sha in files.items():
        place = (root / name).resolve()
        # A manifest from elsewhere must not write outside the store.
        if not place.is_relative_to(root) or not place.is_file():
            problems.append(Problem(name, mark("the file is missing")))
        elif portable.file_sha(place) != sha:
            problems.append(Problem(name, mark("the file is not the one that was written")))
    if problems:
        raise Invalid(portable.UNUSABLE, tuple(problems))
