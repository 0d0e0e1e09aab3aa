"""The house that flow runs work in: given by who started this process, else from the settings."""

from __future__ import annotations

from luoshi.settings import Settings
from luoshi.wiring import House

_open: list[House] = []


def open_house(house: House) -> None:
    """Let every flow run of this process work in this house."""
    _open[:] = [house]


def this_house() -> House:
    """The house of the process; one made from `LUOSHI_*` where none was opened."""
    if not _open:
        _open.append(House(Settings()))
    return _open[0]
