"""The watchdog outside the scheduler: notice what does not run, and tell who operates it."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Digest, Person
from db.queries.record.heartbeats import Silence, silent
from i18n import Translated, _, mark
from notifications.alarm import Channel
from workflow.rules.access.permissions import INSTALLATION, Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.record.remedies import ERROR, SEE_DATABASE, remedy
from workflow.rules.refusals import Problem, Refused
from workflow.rules.reporting.policy import MailDetail
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import Acting
from workflow.verbs.mail.notify import installation_keepers, queue_letter
from workflow.verbs.mail.raise_alarm import claim_alarms, forget_channel, send_alarms, settle_alarm

log = logging.getLogger(__name__)
ALERT = LetterKind.ALERT
PRIORITY = 1
EVERY_SECONDS = 600.0
A_DAY = 86_400.0
NO_CHANNEL = Channel()


def watch(c: Context) -> tuple[Silence, ...]:
    """Compare the heartbeats with the timetable; what is silent.

    Who may: who runs the installation, the system. Each of them gets one alert a local day while
    something is silent, however often and from wherever this is called. Changes nothing else.
    Raises NotAllowed.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    found = silent(
        c.session, now=c.now, calendar=c.calendar, zone=c.letterhead.zone, timetable=c.timetable
    )
    for one in found:
        log.error("%s %s", one.name, "cannot do its work" if one.failing else "has not run")
    if found:
        facts = {
            "problems": [problem_of(one, c.letterhead.zone) for one in found],
            "plan": "",
            "detail": MailDetail.FULL,
        }
        for person in _not_told_today(c):
            queue_letter(c, ALERT, person, plan_id=None, facts=facts, priority=PRIORITY)
    return found


def look(acting: Acting, channel: Channel = NO_CHANNEL) -> tuple[Silence, ...]:
    """Watch once, and tell the operators' own channel what it does not know yet; what is silent.
    Raises NotAllowed."""
    with acting() as c:
        found = watch(c)
        messages = claim_alarms(c, found) if channel else []
        if not channel:
            forget_channel(c)
    if messages:
        failed = send_alarms(channel, messages)
        with acting() as c:
            settle_alarm(c, messages, failed)
    return found


def watch_for_ever(
    acting: Acting,
    stop: Event,
    every_seconds: float = EVERY_SECONDS,
    channel: Channel = NO_CHANNEL,
) -> None:
    """Watch until `stop` is set. A database that does not answer is waited for, and the operators
    are told of it once a day by their channel, which needs none."""
    told_at = None
    while not stop.is_set():
        try:
            look(acting, channel)
        except Refused as refusal:
            log.error("the watch waits: %s", refusal.code)
            if channel and (told_at is None or time.monotonic() - told_at > A_DAY):
                trouble = {"state": "trouble", "what": str(refusal), "remedy": _(SEE_DATABASE)}
                if not channel.tell({"name": "database", **trouble}):
                    told_at = time.monotonic()
        else:
            if told_at is not None and not channel.tell({"name": "database", "state": "over"}):
                told_at = None
        stop.wait(every_seconds)


def _not_told_today(c: Context) -> list[Person]:
    people = installation_keepers(c, RoleName.SYSTEM_ADMINISTRATOR)
    if not people:
        return []
    kind = postgresql.insert if c.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"person_id": n, "local_date": c.today, "channel": ALERT} for n in people]
    new = kind(Digest).values(rows).on_conflict_do_nothing().returning(Digest.person_id)
    chosen = c.session.scalars(new).all()
    return list(c.session.scalars(select(Person).where(Person.id.in_(chosen)).order_by(Person.id)))


def problem_of(one: Silence, zone: str) -> Problem:
    """What is silent or failing and what to do, in words; instants as local times of the zone."""
    said = {
        "does": Translated(one.does),
        "expected": _local(one.expected_at, zone),
        "remedy": Translated(remedy(one.name, one.failing, one.why)),
    }
    if one.failing and not one.why:
        return Problem("", mark("{does}: the last run failed; operations says why."), **said)
    if one.failing:
        why = Translated(one.why.removeprefix(ERROR))
        return Problem(
            "", mark("{does}: fails since {expected} ({why}). {remedy}"), why=why, **said
        )
    if one.last_at is None:
        return Problem("", mark("{does}: has not run yet; expected {expected}. {remedy}"), **said)
    return Problem(
        "",
        mark("{does}: last run {last}; expected {expected}. {remedy}"),
        last=_local(one.last_at, zone),
        **said,
    )


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
