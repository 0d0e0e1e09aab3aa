"""The house that flow runs work in: given by who started this process, else from the settings."""

from __future__ import annotations

from db.installation import demo_time, showing
from luoshi.settings import Settings
from luoshi.traces import keep_words_out_of_logs
from luoshi.wiring import Installation

_open: list[Installation] = []


def open_house(house: Installation) -> None:
    """Let every flow run of this process work in this house."""
    _open[:] = [house]


def this_house() -> Installation:
    """The house of the process; one made from `LUOSHI_*` where none was opened. In a demo's
    database its clock is the demo's."""
    if not _open:
        keep_words_out_of_logs()
        house = Installation(Settings())
        with house.database.read() as session:
            shown = demo_time(session)
        if shown is not None:
            house.clock = lambda: showing(shown, house.wall())
        _open.append(house)
    return _open[0]
