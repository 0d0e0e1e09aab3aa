"""A first run over a big backlog waits until a person has let it go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from db.installation import set_value, value
from db.queries.record.heartbeats import last_runs
from db.queries.reminders.mail_limits import mail_limits
from db.queries.reminders.planning import had_their_digest, joining_sets, planned, reminding_shards
from db.record import SYSTEM_CHAIN
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context
from workflow.verbs.reminders.remind import NAME

ALLOWED = "backlog_allowed_on"
LONG_SILENT = timedelta(days=14)
"""A run after so long a silence counts as a first one again."""


@dataclass(frozen=True)
class Backlog:
    """What a first run would send: so many mails with so many reminders, by plan."""

    mails: int
    reminders: int
    plans: dict[int, int]


def waiting_backlog(c: Context, most: int) -> Backlog | None:
    """The backlog that a run of reminders would send today, where it is the first in two weeks,
    makes more than `most` mails, and nobody has let it go today; else None.

    Who may: as for `remind`. Counted shard by shard: who is told by two shards is counted twice.
    """
    c.require(Permission.REMIND, INSTALLATION)
    last = last_runs(c.session).get(NAME)
    if last is not None and c.now - last.at < LONG_SILENT:
        return None
    if value(c.session, ALLOWED) == c.today.isoformat():
        return None
    mails, plans = 0, dict[int, int]()
    with joining_sets(c.session):
        for shard in reminding_shards(c.session):
            limits = mail_limits(c.session, shard, c.today, c.now, c.letterhead.zone)
            rows = planned(c.today, shard, limits).subquery()
            new = rows.c.person_id.not_in(had_their_digest(c.today))
            people = select(func.count(rows.c.person_id.distinct())).where(new)
            mails += c.session.scalar(people) or 0
            by_plan = select(rows.c.plan_id, func.count()).where(new).group_by(rows.c.plan_id)
            plans |= dict(c.session.execute(by_plan).tuples().all())
    return Backlog(mails, sum(plans.values()), plans) if mails > most else None


def allow_backlog(c: Context) -> None:
    """Let today's first run go, however much it sends. Who may: as for `remind`. Leaves an
    event."""
    c.require(Permission.REMIND, INSTALLATION)
    set_value(c.session, **{ALLOWED: c.today.isoformat()})
    c.record_event(SYSTEM_CHAIN, "allow_backlog", "installation", 0, day=c.today)
