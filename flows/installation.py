"""The house that flow runs work in: given by who started this process, else from the settings."""

from __future__ import annotations

from db.installation import demo_time, showing
from luoshi.settings import Settings
from luoshi.wiring import House

_open: list[House] = []


def open_house(house: House) -> None:
    """Let every flow run of this process work in this house."""
    _open[:] = [house]


def this_house() -> House:
    """The house of the process; one made from `LUOSHI_*` where none was opened. In a demo's
    database its clock is the demo's."""
    if not _open:
        house = House(Settings())
        with house.database.read() as session:
            shown = demo_time(session)
        if shown is not None:
            house.clock = lambda: showing(shown, house.wall())
        _open.append(house)
    return _open[0]
