"""The pages' application made from an installation: for real use, and for who adds to it."""

from __future__ import annotations

import time

from db.clock import ClockBehind, behind
from db.installation import is_demo
from db.queries.access.sessions import Visitor
from db.queries.plans.choices import PlanChoice, plans_in_force
from db.queries.record.heartbeats import Silence, silent
from db.queries.record.installation import is_current
from db.queries.record.signs import signs
from i18n import _, mark
from luoshi.settings import listed
from luoshi.wiring import Installation, account_sessions
from ui.files.evidence import files_of
from ui.shell.application import Application, Banner, Upstream
from ui.shell.health import Health
from ui.shell.page import Page
from ui.shell.pages import OFFICE
from workflow.rules.access.passwords import RULE
from workflow.rules.access.permissions import RoleName, system
from workflow.rules.record.parts import PARTS, parts
from workflow.rules.refusals import Refused
from workflow.rules.time.calendar import MISSING_YEAR
from workflow.rules.time.timetable import DELIVER
from workflow.verbs.record.watch import problem_of

LATE = mark(
    "Mails are late just now; administrators have been told. What you do here counts as ever."
)
STANDS = mark("Not everything runs as it should: {what}. See operations, or tell the operator.")


def compose(installation: Installation) -> Application:
    """What the pages stand on."""
    return Application(
        sessions=account_sessions(installation),
        installation=installation,
        address=installation.settings.base_url,
        secret=installation.settings.secret_key.get_secret_value(),
        plans=_plans,
        banners=SilenceBanners(installation),
        files=files_of(installation),
        health=lambda: _health(installation),
        prefect=_prefect(installation),
        hosts=frozenset(listed(installation.settings.allowed_hosts)),
        proxies=listed(installation.settings.trusted_proxies),
        refused=lambda visitor, key: installation.refusals.page(visitor.person_id, key),
        foreign=installation.refusals.foreign,
        password_rule=RULE,
    )


def _plans(page: Page) -> tuple[PlanChoice, ...]:
    return page.share("plans", lambda c: tuple(plans_in_force(c.session, c.actor, c.now)))


def _prefect(installation: Installation) -> Upstream | None:
    address, secret = (
        installation.settings.scheduler_address,
        installation.settings.scheduler_secret,
    )
    return Upstream(address, secret) if address else None


def _health(installation: Installation) -> Health:
    """How everything stands; asked by machines, so it says nothing of any plan or person."""
    now = installation.wall()
    try:
        with installation.reading(system("health")) as c:
            found = parts(signs(c.session), now, scheduled=installation.settings.scheduled)
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


class SilenceBanners:
    """Banners while something that should run by itself does not, and for everybody while the
    clock stands before what was recorded, for then nothing can be written.

    Administrators see what to do, the office what stands still, and everybody that mails are late.
    Asked at every click of everybody, it looks once a minute.
    """

    EVERY_SECONDS = 60.0

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._looked = float("-inf")
        self._silent: tuple[Silence, ...] = ()
        self._clock: ClockBehind | None = None
        self._missing_year: int | None = None

    def __call__(self, visitor: Visitor) -> tuple[Banner, ...]:
        zone = self._installation.settings.time_zone
        if time.monotonic() - self._looked > self.EVERY_SECONDS:
            self._looked = time.monotonic()
            with self._installation.reading(system("watch")) as c:
                self._silent = silent(
                    c.session, now=c.now, calendar=c.calendar, zone=zone, timetable=c.timetable
                )
                self._clock = behind(c.session, c.now)
                self._missing_year = c.calendar.missing_year(c.today)
        if self._clock is not None:
            return (Banner(str(self._clock)),)
        troubles = [one for one in self._silent if one.failing or one.name == DELIVER]
        slots = [one.does for one in self._silent if one not in troubles]
        banners = []
        if visitor.roles.intersection((RoleName.ADMINISTRATOR, RoleName.SYSTEM_ADMINISTRATOR)):
            banners = [Banner(str(problem_of(one, zone))) for one in troubles]
        elif DELIVER in {one.name for one in troubles}:
            banners = [Banner(_(LATE), "note")]
        keepers = (RoleName.ADMINISTRATOR, RoleName.SYSTEM_ADMINISTRATOR)
        if self._missing_year is not None and visitor.roles.intersection(keepers):
            banners.append(Banner(_(MISSING_YEAR, year=self._missing_year), "note"))
        if slots and visitor.roles.intersection((*OFFICE, RoleName.SYSTEM_ADMINISTRATOR)):
            what = _("; ").join(_(does) for does in slots)
            banners.append(Banner(_(STANDS, what=what)))
        return tuple(banners)
