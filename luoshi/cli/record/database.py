"""luoshi db"""

from __future__ import annotations

from i18n import _
from luoshi.cli.frame import CommandGroup, Json, answer, settings

group = CommandGroup(help="The database.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="db")


@group.callback()
def _together() -> None:
    """The database."""


@group.command()
def upgrade(json: Json = False) -> None:
    """Create or migrate the database at LUOSHI_DATABASE_URL."""
    from luoshi.wiring import Installation

    installation = Installation(settings())
    before, after = installation.database.upgrade(installation.clock())
    text = _("The database stands at revision {after}.", after=after)
    if before != after:
        text = _("The database was brought to revision {after}.", after=after)
    answer(json, {"before": before, "after": after}, [text])
