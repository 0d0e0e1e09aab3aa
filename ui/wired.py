"""The pages' house made from a running house: for real use, and for whoever adds to it."""

from __future__ import annotations

import time

from db.clock import ClockBehind, behind
from db.installation import is_demo
from db.queries.record.heartbeats import Silence, silent
from db.queries.record.installation import is_current, newest_plan
from db.queries.record.signs import signs
from i18n import _, mark
from luoshi.settings import listed
from luoshi.wiring import House, house_sessions
from ui.files.evidence import files_of
from ui.shell.application import Banner, Upstream
from ui.shell.application import House as Shown
from workflow.rules.access.passwords import RULE
from workflow.rules.access.permissions import system
from workflow.rules.record.parts import PARTS, parts
from workflow.rules.refusals import Refused
from workflow.rules.time.timetable import DELIVER
from workflow.verbs.record.watch import problem_of

from .shell.health import Health
from .shell.pages import ADMINISTRATOR, OFFICE, SYSTEM_ADMINISTRATOR
from .shell.sessions import Visitor

LATE = mark(
    "Mails are late just now; administrators have been told. What you do here counts as ever."
)
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
        health=lambda: _health(house),
        prefect=_prefect(house),
        hosts=frozenset(listed(house.settings.allowed_hosts)),
        proxies=listed(house.settings.trusted_proxies),
        refused=lambda visitor, key: house.refusals.page(visitor.person_id, key),
        foreign=house.refusals.foreign,
        password_rule=RULE,
    )


def _plan(house: House, visitor: Visitor) -> str:
    with house.reading(visitor.person_id) as c:
        return newest_plan(c.session, c.actor)


def _prefect(house: House) -> Upstream | None:
    address, secret = house.settings.scheduler_address, house.settings.scheduler_secret
    return Upstream(address, secret) if address else None


def _health(house: House) -> Health:
    """How everything stands; asked by machines, so it says nothing of any plan or person."""
    now = house.wall()
    try:
        with house.reading(system("health")) as c:
            found = parts(signs(c.session), now, scheduled=house.settings.scheduled)
            late = silent(
                c.session, now=c.now, calendar=c.calendar, zone=c.letterhead.zone,
                timetable=c.timetable,
            )  # fmt: skip
            current, demo = is_current(c.session), is_demo(c.session)
    except Refused:
        return Health(database=False)
    return Health(
        database=current,
        parts=() if demo else found,
        silent=tuple(one.name for one in late if one.name not in PARTS),
    )


class Watch:
    """Banners while something that should run by itself does not, and for everybody while the
    clock stands before what was recorded, for then nothing can be written.

    Administrators see what to do, the office what stands still, and everybody that mails are late.
    Asked at every click of everybody, it looks once a minute.
    """

    EVERY_SECONDS = 60.0

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked = float("-inf")
        self._silent: tuple[Silence, ...] = ()
        self._clock: ClockBehind | None = None

    def __call__(self, visitor: Visitor) -> tuple[Banner, ...]:
        zone = self._house.settings.time_zone
        if time.monotonic() - self._looked > self.EVERY_SECONDS:
            self._looked = time.monotonic()
            with self._house.reading(system("watch")) as c:
                self._silent = silent(
                    c.session, now=c.now, calendar=c.calendar, zone=zone, timetable=c.timetable
                )
                self._clock = behind(c.session, c.now)
        if self._clock is not None:
            return (Banner(str(self._clock)),)
        troubles = [one for one in self._silent if one.failing or one.name == DELIVER]
        slots = [one.does for one in self._silent if one not in troubles]
        banners = []
        if visitor.roles.intersection((ADMINISTRATOR, SYSTEM_ADMINISTRATOR)):
            banners = [Banner(str(problem_of(one, zone))) for one in troubles]
        elif DELIVER in {one.name for one in troubles}:
            banners = [Banner(_(LATE), "note")]
        if slots and visitor.roles.intersection((*OFFICE, SYSTEM_ADMINISTRATOR)):
            what = _("; ").join(_(does) for does in slots)
            banners.append(Banner(_(STANDS, what=what)))
        return tuple(banners)
