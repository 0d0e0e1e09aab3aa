"""The pages' house made from a running house: for real use, and for whoever adds to it."""

from __future__ import annotations

import time

from db.clock import ClockBehind, behind
from db.queries.heartbeats import silent
from db.queries.house import is_current, newest_plan
from luoshi.language import _, mark
from luoshi.wiring import House, house_sessions
from workflow.rules.passwords import RULE
from workflow.rules.permissions import system
from workflow.rules.refusals import Refused

from .files import files_of
from .shell.house import Banner
from .shell.house import House as Shown
from .shell.pages import OFFICE
from .shell.sessions import Visitor

STANDS = mark("Not everything runs as it should: {what}. See operations, or tell the operator.")


def wired(house: House) -> Shown:
    """What the pages stand on."""
    return Shown(
        sessions=house_sessions(house),
        wiring=house,
        address=house.settings.base_url,
        secret=house.settings.secret_key.get_secret_value(),
        plan=lambda visitor: _plan(house, visitor),
        banners=Watch(house),
        files=files_of(house),
        health=lambda: {"database": _answers(house)},
        password_rule=RULE,
    )


def _plan(house: House, visitor: Visitor) -> str:
    with house.reading(visitor.person_id) as c:
        return newest_plan(c.session, c.actor)


def _answers(house: House) -> bool:
    try:
        with house.database.read() as session:
            return is_current(session)
    except Refused:
        return False


class Watch:
    """A banner for the office while something that should run by itself does not, and for everybody
    while the clock stands before what was recorded, for then nothing can be written.

    Asked at every click of everybody, it looks once a minute.
    """

    EVERY_SECONDS = 60.0

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked = float("-inf")
        self._silent: tuple[str, ...] = ()
        self._clock: ClockBehind | None = None

    def __call__(self, visitor: Visitor) -> tuple[Banner, ...]:
        if time.monotonic() - self._looked > self.EVERY_SECONDS:
            self._looked = time.monotonic()
            zone = self._house.settings.time_zone
            with self._house.reading(system("watch")) as c:
                found = silent(c.session, now=c.now, calendar=c.calendar, zone=zone)
                self._clock = behind(c.session, c.now)
            self._silent = tuple(one.does for one in found)
        if self._clock is not None:
            return (Banner(str(self._clock)),)
        if not self._silent or not visitor.roles.intersection(OFFICE):
            return ()
        what = _("; ").join(_(does) for does in self._silent)
        return (Banner(_(STANDS, what=what)),)
