"""Take the backup of the day, and let those go whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.archive import BackupKey, NoKey
from db.installation import value
from db.queries.record.heartbeats import record_run
from db.room import room
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.refusals import Refused
from workflow.rules.time.timetable import BACK_UP
from workflow.verbs.mail.deliver import Acting
from workflow.verbs.record.backup import BackupResult, Reading, Vault, backup, made_at

GOOD = "good_backup"
"""The installation's value that names the last backup which a drill could restore."""
_UNFINISHED = timedelta(days=1)
"""No backup takes so long: one that is as old and not whole was left behind by a crash."""
_MEGABYTE = 1 << 20


def keep_backup(reading: Reading, acting: Acting, vault: Vault) -> BackupResult:
    """Write a sealed backup into the vault and delete those that are older than it keeps them.

    Who may: administrators and the operator. The newest is never deleted, nor is the last one that
    a drill restored, however old. Leaves a heartbeat, also where it is refused. Raises NoKey where
    no key is set, DiskFull, and as `backup` does.
    """
    with reading() as c:
        c.require(Permission.OPERATE, INSTALLATION)
    try:
        key = need_key(vault)
        with room():
            vault.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = backup(reading, folder=vault.folder, key=key, evidence=vault.evidence)
    except Refused as refusal:
        with acting() as c:
            record_run(c.session, BACK_UP, c.now, ok=False, summary=f"refused={refusal.code}")
        raise
    with acting() as c:
        _let_go(vault, c.now, value(c.session, GOOD))
        summary = f"rows={kept.rows} files={kept.files} mb={-(-kept.size // _MEGABYTE)}"
        if kept.damaged:
            summary += f" damaged={len(kept.damaged)}"
        record_run(c.session, BACK_UP, c.now, ok=not kept.damaged, summary=summary)
    return kept


def need_key(vault: Vault) -> BackupKey:
    """The key of the settings. Raises NoKey where none is set, Invalid for what is no key."""
    if (key := vault.key) is None:
        raise NoKey(
            mark("No key is set, and a backup holds everything about everybody. Set "
                 "LUOSHI_BACKUP_KEY (`luoshi backup-key` makes one) or say --plain.")
        )  # fmt: skip
    return key


def _let_go(vault: Vault, now: datetime, good: str) -> None:
    for place in vault.backups()[1:]:
        if place.name != good and made_at(place) < now - timedelta(days=vault.keep_days):
            place.unlink(missing_ok=True)
    for place in vault.unfinished():
        if made_at(place) < now - _UNFINISHED:
            place.unlink(missing_ok=True)
