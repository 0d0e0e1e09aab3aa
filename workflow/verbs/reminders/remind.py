"""Write the reminders that are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, text, update
from sqlalchemy.schema import CreateTable

from db.clock import BEHIND, ClockBehind
from db.ledger import ledger_digest, line_of, order_of
from db.models import Digest, Outbox, Person, Plan, Reminder, Unit
from db.queries.record.heartbeats import record_run
from db.queries.reminders.due import digest_entries
from db.queries.reminders.mail_limits import MailLimits, mail_limits
from db.queries.reminders.planning import (
    MAIL,
    due_now,
    had_their_digest,
    joining_sets,
    planned,
)
from db.types import UtcDateTime
from notifications.rendering import is_address
from notifications.waiting import DigestEntry
from workflow.rules.access.permissions import INSTALLATION, Permission, require
from workflow.verbs.assessment.step_letters import remind_of_steps
from workflow.verbs.context import Context
from workflow.verbs.mail.digests import by_person
from workflow.verbs.reminders.queue_digests import queue_digests

NAME = Permission.REMIND


@dataclass(frozen=True)
class UnitReminders:
    """How many reminders of a plan concern a unit, and how many people get them."""

    plan_id: int
    unit_id: int
    unit: str
    reminders: int
    people: int


@dataclass(frozen=True)
class DigestWritten:
    """One mail: whose, and everything that it lists."""

    person_id: int
    name: str
    unit_id: int | None
    entries: tuple[DigestEntry, ...]


@dataclass(frozen=True)
class RemindersWritten:
    """What a run wrote, or would write: ledger rows, people who get a mail, both by plan and unit.

    `mails` only where it was asked what would be written: a run itself leaves them to be written
    down when they are sent.
    """

    day: date
    reminders: int
    people: int
    units: tuple[UnitReminders, ...]
    mails: tuple[DigestWritten, ...] = ()

    @property
    def plans(self) -> dict[int, int]:
        """Reminders by plan."""
        counted: dict[int, int] = defaultdict(int)
        for unit in self.units:
            counted[unit.plan_id] += unit.reminders
        return dict(counted)

    def plus(self, other: RemindersWritten) -> RemindersWritten:
        """Both shards together."""
        return RemindersWritten(
            self.day,
            self.reminders + other.reminders,
            self.people + other.people,
            (*self.units, *other.units),
            (*self.mails, *other.mails),
        )


def remind(
    c: Context, plan_ids: Sequence[int] | None = None, *, dry_run: bool = False
) -> RemindersWritten:
    """Tell everybody who has something to do of it, by one digest a person and local day.

    `plan_ids` are the plans of one shard (`reminding_shards`), each call a transaction of its own,
    in any order, at once or again: what is in the ledger is not written twice. None is every plan,
    for an installation of a few.

    Who may: reviewers, administrators, the system. For each report, review and acknowledgement
    whose clock has come to a step, the people of that step's audience are told once: the unit's
    (substitutes included), the reviewers of the plan's office (of other units for the office's own
    reports), never a city leader. A late run tells only of the latest step. Each mail lists all
    that waits for its reader when it is sent. Whose digest of that day has been written down
    already is told the next time. One event a plan with the number of ledger rows and a digest of
    them. `dry_run` writes nothing. Raises ClockBehind on a day before that of the last digests: an
    older step would go out after a newer one.
    """
    c.require(NAME, INSTALLATION)
    if dry_run:
        return _would_write(c, c.today, plan_ids)
    _require_the_newest_day(c)
    limits = mail_limits(c.session, plan_ids, c.today, c.now, c.letterhead.zone)
    _lay_out(c, plan_ids, limits)
    _leave_out_what_no_relay_takes(c)
    _leave_out_who_had_theirs(c)
    people = queue_digests(c, limits.begins or {})
    reminders = _write_ledger(c)
    done = RemindersWritten(c.today, reminders, people, _units(c, due_now.c, due_now))
    c.session.execute(delete(due_now))
    if plan_ids is None:
        record_reminding(c, reminders, people)
    return done


def record_reminding(c: Context, reminders: int, people: int) -> None:
    """Remind of the steps of the year-end procedure by letters of their own, and leave the
    heartbeat of a day's reminders, when every shard has had its turn."""
    c.require(NAME, INSTALLATION)
    remind_of_steps(c)
    record_run(c.session, NAME, c.now, summary=f"reminders={reminders} mails={people}")


def something_due(c: Context, plan_ids: Sequence[int]) -> bool:
    """Whether `remind` would write anything for these plans; whoever finds nothing writes nothing
    and waits for nobody."""
    c.require(NAME, INSTALLATION)
    limits = mail_limits(c.session, plan_ids, c.today, c.now, c.letterhead.zone)
    with joining_sets(c.session):
        some = planned(c.today, plan_ids, limits).limit(1)
        return c.session.scalar(select(some.exists())) is True


def to_be_mailed(c: Context, day: date) -> int:
    """How many mails a run on a local day would write if nothing happened until then. Who may:
    whoever may read mails; raises NotAllowed."""
    require(c.actor, Permission.READ_MAIL, INSTALLATION)
    rows = planned(day, limits=_limits_of(c, day, None)).subquery()
    had = had_their_digest(day)
    people = select(func.count(rows.c.person_id.distinct())).where(rows.c.person_id.not_in(had))
    with joining_sets(c.session):
        return c.session.scalar(people) or 0


def preview(c: Context, day: date) -> RemindersWritten:
    """What a run on a local day would write if nothing happened until then. Who may: whoever may
    read mails; raises NotAllowed."""
    require(c.actor, Permission.READ_MAIL, INSTALLATION)
    return _would_write(c, day, None)


def _would_write(c: Context, day: date, plan_ids: Sequence[int] | None) -> RemindersWritten:
    every = planned(day, plan_ids, _limits_of(c, day, plan_ids)).subquery()
    rows = select(every).where(every.c.person_id.not_in(had_their_digest(day))).cte("rows")
    people = c.session.scalars(select(rows.c.person_id).distinct()).all()
    units = _units(c, rows.c, rows)
    mails = _mails(c, people, day)
    return RemindersWritten(day, sum(u.reminders for u in units), len(people), units, mails)


def _limits_of(c: Context, day: date, plan_ids: Sequence[int] | None) -> MailLimits:
    """The limits of a day as a run would find them that is made now, or early on another day."""
    return mail_limits(
        c.session, plan_ids, day, c.now if day == c.today else None, c.letterhead.zone
    )


def _require_the_newest_day(c: Context) -> None:
    last = c.session.scalar(select(func.max(Digest.local_date)).where(Digest.channel == MAIL))
    if last is not None and c.today < last:
        raise ClockBehind(BEHIND, now=c.today, last=last)


def _lay_out(c: Context, plan_ids: Sequence[int] | None, limits: MailLimits) -> None:
    """Lay out what is to be written. The plans are held, so that another run of the same ones waits
    and finds it in the ledger."""
    plans = select(Plan.id).order_by(Plan.id).with_for_update(key_share=True)
    if plan_ids is not None:
        plans = plans.where(Plan.id.in_(plan_ids))
    c.session.execute(plans).all()
    c.session.execute(CreateTable(due_now, if_not_exists=True))
    c.session.execute(delete(due_now))
    rows = planned(c.today, plan_ids, limits)
    with joining_sets(c.session):
        c.session.execute(insert(due_now).from_select(list(due_now.c.keys()), rows))
    if c.session.get_bind().dialect.name == "postgresql":
        # It knows nothing of a table that was just filled, and takes it for a row or two.
        c.session.execute(text(f"analyze {due_now.name}"))


def _leave_out_what_no_relay_takes(c: Context) -> None:
    people = select(due_now.c.person_id).distinct().subquery()
    reached = select(Person.id, Person.email).join(people, people.c.person_id == Person.id)
    wrong = [person for person, email in c.session.execute(reached).all() if not is_address(email)]
    if wrong:
        c.session.execute(update(Person).where(Person.id.in_(wrong)).values(bounced_at=c.now))
        c.session.execute(delete(due_now).where(due_now.c.person_id.in_(wrong)))


def _leave_out_who_had_theirs(c: Context) -> None:
    """Digests that are not written down yet are held, so that they will list what is told now."""
    of_today = (
        select(Digest.person_id, Outbox.content != b"")
        .join(Outbox, Outbox.digest_id == Digest.id)
        .where(
            Digest.person_id.in_(select(due_now.c.person_id)),
            Digest.local_date == c.today,
            Digest.channel == MAIL,
        )
        .order_by(Digest.id)
        .with_for_update(of=Outbox)
    )
    had = [person for person, written in c.session.execute(of_today) if written]
    if had:
        c.session.execute(delete(due_now).where(due_now.c.person_id.in_(had)))


def _write_ledger(c: Context) -> int:
    rows = (
        select(due_now, Digest.id, literal(c.now, UtcDateTime))
        .join(Digest, Digest.person_id == due_now.c.person_id)
        .where(Digest.local_date == c.today, Digest.channel == MAIL)
        .order_by(*order_of(due_now.c))
    )
    names = [*due_now.c.keys(), "digest_id", "at"]
    c.session.execute(insert(Reminder).from_select(names, rows))
    lines = c.session.execute(
        select(due_now.c.plan_id, line_of(due_now.c)).order_by(
            due_now.c.plan_id, *order_of(due_now.c)
        )
    ).all()
    total = 0
    for plan_id, some in groupby(lines, itemgetter(0)):
        count, sha = ledger_digest(line for _plan, line in some)
        c.record_event(
            plan_id, NAME, "plan", plan_id, day=c.today, at=c.now, count=count, ledger=sha
        )
        total += count
    return total


def _mails(c: Context, people: Sequence[int], day: date) -> tuple[DigestWritten, ...]:
    entries = by_person(c.session, digest_entries(c.session, day, people), c.calendar, day)
    rows = c.session.execute(
        select(Person.id, Person.name, Person.unit_id)
        .where(Person.id.in_(entries))
        .order_by(Person.id)
    )
    return tuple(DigestWritten(*person, tuple(entries[person.id])) for person in rows)


def _units(c: Context, columns: Any, rows: Any) -> tuple[UnitReminders, ...]:
    found = c.session.execute(
        select(
            columns.plan_id,
            columns.unit_id,
            Unit.name,
            func.count(),
            func.count(columns.person_id.distinct()),
        )
        .select_from(rows)
        .join(Unit, Unit.id == columns.unit_id)
        .group_by(columns.plan_id, columns.unit_id, Unit.name)
        .order_by(columns.plan_id, columns.unit_id)
    )
    return tuple(UnitReminders(*row) for row in found.tuples())
