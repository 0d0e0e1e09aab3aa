"""The installation that flow runs work in: given by who started this process, else by settings."""

from __future__ import annotations

from db.installation import demo_time, showing
from luoshi.settings import Settings
from luoshi.wiring import Installation

_open: list[Installation] = []


def open_installation(installation: Installation) -> None:
    """Let every flow run of this process work in this installation."""
    _open[:] = [installation]


def this_installation() -> Installation:
    """The installation of the process; one made from `LUOSHI_*` where none was opened. In a demo's
    database its clock is the demo's."""
    if not _open:
        installation = Installation(Settings())
        with installation.database.read() as session:
            shown = demo_time(session)
        if shown is not None:
            installation.clock = lambda: showing(shown, installation.wall())
        _open.append(installation)
    return _open[0]
