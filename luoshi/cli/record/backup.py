"""luoshi backup, backup-key, drill, restore"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _, mark
from luoshi.cli.frame import OPERATOR, CommandGroup, Json, answer, open_installation, say, settings
from workflow.rules.refusals import NotFound

if TYPE_CHECKING:
    from luoshi.wiring import Installation
    from workflow.verbs.mail.deliver import Acting


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command("backup-key")(backup_key)
    app.command()(drill)
    app.command()(restore)


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(file_okay=False, metavar="DIR", help="Else LUOSHI_BACKUP_DIR, and as the "
                       "timetable does: those whose time is over are deleted."),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Not sealed: whoever has the file can read it.")
    ] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Write database and evidence into one file, sealed with LUOSHI_BACKUP_KEY, with checksums."""
    from workflow.verbs.record import backup as keeping
    from workflow.verbs.record.keep_backup import keep_backup, need_key

    installation = open_installation()
    reading, acting = _opened(installation)
    vault = installation.vault
    if folder is None and not plain:
        kept = keep_backup(reading, acting, vault)
    else:
        key = None if plain else need_key(vault)
        kept = keeping.backup(
            reading, folder=folder or vault.folder, key=key, evidence=installation.evidence
        )
    for name in kept.damaged:
        say(_("The evidence file {name} is damaged or missing.", name=name))
    text = _("Written to {file}: rows {rows}, files {files}.",
             rows=kept.rows, files=kept.files, file=kept.file)  # fmt: skip
    answer(json, asdict(kept), [text])


def backup_key() -> None:
    """Make a new LUOSHI_BACKUP_KEY. Keep a copy elsewhere: without it no backup can be opened."""
    from db.archive import BackupKey

    answer(False, None, [BackupKey.made()])


def drill(json: Json = False) -> None:
    """Restore the newest backup into a database of its own, check all of it, and remove it."""
    from workflow.verbs.record import drill as trying

    installation = open_installation()
    done = trying.drill(_opened(installation)[1], installation.vault)
    text = _("{file} came back and holds: rows {rows}, files {files}, events {events}.",
             rows=done.rows, files=done.files, events=done.events, file=done.file)  # fmt: skip
    if not done.opened:
        text = _("{file} cannot be opened here: only its recipients are known.", file=done.file)
    answer(json, asdict(done), [text])


def restore(
    file: Annotated[Path, typer.Argument(readable=False, metavar="FILE",
                                         help="What backup wrote.")],
    json: Json = False,
) -> None:  # fmt: skip
    """Put a backup into an empty database, of either kind, and its evidence back."""
    from luoshi.wiring import Installation
    from workflow.rules.access.permissions import system
    from workflow.verbs.record import restore as bringing_back

    if not file.is_file():
        raise NotFound(mark("There is no file “{name}”."), name=file)
    empty = Installation(settings())
    empty.database.upgrade(empty.clock())
    installation = open_installation()
    with installation.acting(system(OPERATOR)) as c:
        kept = bringing_back.restore(
            c, file=file, key=installation.vault.key, evidence=installation.evidence
        )
    for line in kept.damaged:
        say(line)
    text = _("Restored and checked: rows {rows}, files {files}.",
             rows=kept.rows, files=kept.files)  # fmt: skip
    answer(json, asdict(kept), [text])


def _opened(installation: Installation) -> tuple[Acting, Acting]:
    """How the operator reads and writes, in transactions of their own."""
    from workflow.rules.access.permissions import system

    actor = system(OPERATOR)
    return partial(installation.reading, actor), partial(installation.acting, actor)
