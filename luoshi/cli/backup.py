"""luoshi backup, luoshi restore"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from luoshi.cli.frame import OPERATOR, Application, Json, answer, open_house, reading, say, settings
from luoshi.language import _

Folder = Annotated[Path, typer.Argument(file_okay=False, metavar="DIR", help="The folder.")]


def join(app: Application) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(folder: Folder, json: Json = False) -> None:
    """Write database and evidence into a new folder, with checksums."""
    from workflow.verbs import backup as keeping

    with reading() as c:
        kept = keeping.backup(c, folder=folder, evidence_url=settings().evidence_url)
    for name in kept.damaged:
        say(_("The evidence file {name} is damaged or missing.", name=name))
    text = _("{rows} rows and {files} files were written to {folder}.",
             rows=kept.rows, files=kept.files, folder=folder)  # fmt: skip
    answer(json, asdict(kept), [text])


def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, metavar="DIR",
                                           help="What backup wrote.")],
    json: Json = False,
) -> None:  # fmt: skip
    """Put a backup into an empty database, of either kind, and its evidence back."""
    from luoshi.wiring import House
    from workflow.rules.permissions import system
    from workflow.verbs import restore as bringing_back

    empty = House(settings())
    empty.database.upgrade(empty.clock())
    house = open_house()
    with house.acting(system(OPERATOR)) as c:
        kept = bringing_back.restore(c, folder=folder, evidence_url=house.settings.evidence_url)
    for line in kept.damaged:
        say(line)
    text = _("{rows} rows and {files} files were restored and checked.",
             rows=kept.rows, files=kept.files)  # fmt: skip
    answer(json, asdict(kept), [text])
