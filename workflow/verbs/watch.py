"""The watchdog outside the scheduler: notice what does not run, and tell who runs the house."""

from __future__ import annotations

import logging
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Digest, Person
from db.queries.heartbeats import Silence, silent
from luoshi.language import Word, mark
from notifications.rendering import FULL
from workflow.rules.refusals import Problem, Refused
from workflow.verbs.context import Context
from workflow.verbs.deliver import Acting
from workflow.verbs.posting import keepers, post

log = logging.getLogger(__name__)
ALERT = "alert"
PRIORITY = 1
EVERY_SECONDS = 600.0


def watch(c: Context) -> tuple[Silence, ...]:
    """Compare the heartbeats with the timetable; what is silent.

    Who may: who runs the house, the system. Each of them gets one alert a local day while
    something is silent, however often and from wherever this is called. Changes nothing else.
    Raises NotAllowed.
    """
    c.require("operate")
    found = silent(c.session, now=c.now, calendar=c.calendar, zone=c.letterhead.zone)
    for one in found:
        log.error("%s %s", one.name, "cannot do its work" if one.failing else "has not run")
    if found:
        facts = {
            "problems": [problem_of(one, c.letterhead.zone) for one in found],
            "plan": "",
            "detail": FULL,
        }
        for person in _not_told_today(c):
            post(c, ALERT, person, plan_id=None, facts=facts, priority=PRIORITY)
    return found


def watch_for_ever(acting: Acting, stop: Event, every_seconds: float = EVERY_SECONDS) -> None:
    """Watch until `stop` is set. A database that does not answer is waited for."""
    while not stop.is_set():
        try:
            with acting() as c:
                watch(c)
        except Refused as refusal:
            log.error("the watch waits: %s", refusal.code)
        stop.wait(every_seconds)


def _not_told_today(c: Context) -> list[Person]:
    people = keepers(c, "system_administrator")
    if not people:
        return []
    kind = postgresql.insert if c.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"person_id": n, "local_date": c.today, "channel": ALERT} for n in people]
    new = kind(Digest).values(rows).on_conflict_do_nothing().returning(Digest.person_id)
    chosen = c.session.scalars(new).all()
    return list(c.session.scalars(select(Person).where(Person.id.in_(chosen)).order_by(Person.id)))


def problem_of(one: Silence, zone: str) -> Problem:
    """What is silent or failing, in words; instants as local times of the zone."""
    said = {"does": Word(one.does), "expected": _local(one.expected_at, zone)}
    if one.failing:
        return Problem("", mark("{does}: the mail relay takes nothing just now."), **said)
    if one.last_at is None:
        return Problem("", mark("{does}: has not run yet; expected {expected}."), **said)
    return Problem(
        "",
        mark("{does}: last run {last}; expected {expected}."),
        last=_local(one.last_at, zone),
        **said,
    )


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
