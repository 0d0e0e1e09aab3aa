"""Put a backup into an empty installation."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from db import archive, portable
from db.evidence import EvidenceStore
from db.queries.record.installation import latest_revision
from db.record import SYSTEM_CHAIN
from db.room import room
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.record.audit_findings import findings
from workflow.verbs.record.backup import MANIFEST, SCHEMA, BackupResult, FileManifest
from workflow.verbs.record.verify_audit import Verified, verify_audit

_TABLE = re.compile(r"tables/([a-z_]+)/\d{6}\.jsonl\.gz")
_EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})")
KeepFile = Callable[[str, BinaryIO], str]
"""What to do with an evidence file; gives the SHA-256 of what it holds."""


def restore(
    c: Context, *, file: Path, key: archive.BackupKey | None, evidence: EvidenceStore
) -> BackupResult:
    """Put what `backup` wrote into this installation: database, evidence, triggers.

    Who may: administrators and the operator. The database must hold the tables of this version
    and not a row. Everything is checked: each table and file against the manifest, afterwards the
    event chains from their start. Contents that differ from what the record sealed are restored as
    they were kept, and named in `damaged`: who tampered must not cost us the backup. Nothing
    is sent; people log in anew, and letters with a link to a password fail. Leaves an event. Raises
    Invalid, NoKey and DiskFull; then nothing was restored but evidence files, which harm nobody.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    portable.require_empty(c.session)
    with room(), TemporaryDirectory(prefix="luoshi-restore-") as name:
        folder = Path(name)
        manifest = unpack(file, key, folder, evidence.bring_back)
        rows, verified = put_back(c, manifest, folder)
    files = int(manifest["evidence"]["files"])
    c.record_event(SYSTEM_CHAIN, "restore", "installation", 0, rows=rows, files=files)
    wrong = tuple(str(one) for one in findings(verified, None))
    return BackupResult(str(file), file.stat().st_size, rows, files, wrong)


def unpack(
    file: Path, key: archive.BackupKey | None, folder: Path, keep: KeepFile
) -> dict[str, Any]:
    """Write the tables of a backup into a folder and give its evidence to `keep`; the manifest.

    The evidence was then checked, the tables were not. Raises Invalid and NoKey.
    """
    manifest: dict[str, Any] = {}
    files = FileManifest()
    try:
        with archive.read(file, key) as members:
            for name, stream in members:
                if found := _TABLE.fullmatch(name):
                    with (folder / f"{found[1]}.jsonl").open("ab") as table:
                        shutil.copyfileobj(GzipFile(fileobj=stream), table)
                elif found := _EVIDENCE.fullmatch(name):
                    files.add(found[1], keep(found[1], stream))
                elif name == MANIFEST:
                    manifest = _manifest(json.loads(stream.read()), file)
                else:
                    problem = Problem(name, mark("this is no part of a backup"))
                    raise Invalid(portable.UNUSABLE, (problem,))
    except (BadGzipFile, ValueError) as error:
        raise archive.damaged(file) from error
    if not manifest:
        raise Invalid(mark("{file} holds no finished backup."), file=file)
    if manifest["evidence"] != files.told():
        message = mark("the files are not those that were written")
        raise Invalid(portable.UNUSABLE, (Problem("evidence", message),))
    return manifest


def put_back(c: Context, manifest: dict[str, Any], folder: Path) -> tuple[int, Verified]:
    """Put the unpacked tables into an empty database and check them; the rows in it, and what the
    record says of them.

    Raises Invalid for what is not as it was written, and where the event chains do not hold.
    """
    stored = {name: portable.StoredTable(**table) for name, table in manifest["tables"].items()}
    portable.check(folder, stored)
    portable.read(c.session, folder)
    for name, rows in portable.count(c.session).items():
        if rows != stored[name].rows:
            message = mark("{n} rows came back of {written}")
            problem = Problem(name, message, n=rows, written=stored[name].rows)
            raise Invalid(portable.UNUSABLE, (problem,))
    verified = verify_audit(c, from_checkpoint=False)
    if verified.broken is not None:
        broken = verified.broken
        message = mark("link {no} of chain {chain} does not hold")
        problem = Problem("event", message, no=broken.no, chain=broken.chain)
        raise Invalid(portable.UNUSABLE, (problem,))
    return sum(table.rows for table in stored.values()), verified


def _manifest(found: object, file: Path) -> dict[str, Any]:
    manifest = cast(dict[str, Any], found)
    if not isinstance(found, dict) or manifest.get("schema") != SCHEMA:
        raise Invalid(mark("{file} holds no finished backup."), file=file)
    if manifest["revision"] != latest_revision():
        raise Invalid(
            mark("The backup was made at revision {theirs}, this version works with {ours}. "
                 "Restore it with the version that made it, then run: luoshi db upgrade"),
            theirs=manifest["revision"],
            ours=latest_revision(),
        )  # fmt: skip
    return manifest
