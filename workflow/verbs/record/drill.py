"""Try whether the newest backup could be restored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from db.engine import Database
from db.installation import set_value
from db.queries.record.heartbeats import record_run
from db.room import room
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.refusals import NotFound, Refused
from workflow.rules.time.timetable import DRILL
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import Acting
from workflow.verbs.record.backup import Vault, made_at
from workflow.verbs.record.keep_backup import GOOD
from workflow.verbs.record.restore import put_back, unpack

_PIECE = 1 << 20


@dataclass(frozen=True)
class DrillResult:
    """A backup that came back: rows, evidence files and events were counted and checked.

    `opened` is False where this machine knows only the recipients and so cannot open it; nothing
    was tried then.
    """

    file: str
    made_at: datetime
    opened: bool
    rows: int = 0
    files: int = 0
    events: int = 0


class BackupDiffers(Refused):
    """The backup came back as it was taken, but holds contents that somebody changed."""

    code = "differs"


def drill(acting: Acting, vault: Vault) -> DrillResult:
    """Restore the newest backup into a database of its own, check all of it, and remove it again.

    Who may: administrators and the operator. Checksums of tables and evidence, the number of rows
    and the event chains must hold. Nothing of this installation is touched; the outcome stays as a
    heartbeat. Raises NotFound where there is no backup, Invalid for one that cannot be restored,
    Differs, NoKey and DiskFull.
    """
    with acting() as c:
        c.require(Permission.OPERATE, INSTALLATION)
    try:
        done = _tried(vault, c)
    except Refused as refusal:
        with acting() as c:
            record_run(c.session, DRILL, c.now, ok=False, summary=f"refused={refusal.code}")
        raise
    with acting() as c:
        summary = "untried=1"
        if done.opened:
            set_value(c.session, **{GOOD: Path(done.file).name})
            summary = f"rows={done.rows} files={done.files} events={done.events}"
        record_run(c.session, DRILL, c.now, summary=summary)
    return done


def _tried(vault: Vault, c: Context) -> DrillResult:
    newest = next(iter(vault.backups()), None)
    if newest is None:
        raise NotFound(mark("There is no backup in {folder} yet."), folder=vault.folder)
    key = vault.key
    if key is not None and not key.identities:
        return DrillResult(str(newest), made_at(newest), opened=False)
    with room(), TemporaryDirectory(prefix="luoshi-drill-") as name:
        folder = Path(name)
        manifest = unpack(newest, key, folder, _digest)
        database = Database(f"sqlite:///{folder / 'drill.db'}")
        try:
            database.upgrade()
            with database.write() as session:
                rows, verified = put_back(replace(c, session=session), manifest, folder)
        finally:
            database.dispose()
    if verified.differs:
        raise BackupDiffers(
            mark("{n} rows of the backup are not what the record sealed. Run: luoshi audit verify"),
            n=len(verified.differs),
        )
    files = int(manifest["evidence"]["files"])
    return DrillResult(str(newest), made_at(newest), True, rows, files, verified.events)


def _digest(_sha: str, stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
