"""Write the reminders that are due."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.clock import BEHIND, ClockBehind
from db.models import Digest, Person, Plan, Reminder, Unit
from db.queries.record.heartbeats import record_run
from db.queries.reminders.due import (
    MAIL,
    DueEntry,
    digest_entries,
    people_to_mail,
    planned,
    unmailed,
)
from db.types import UtcDateTime, canonical
from notifications.rendering import is_address
from notifications.waiting import DigestEntry
from workflow.rules.access.permissions import INSTALLATION, Action, require
from workflow.verbs.assessment.step_letters import remind_of_steps
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import queue_letter
from workflow.verbs.reminders.digests import by_person

NAME: Action = "remind"
PRIORITY = 7
"""After receipts and returns: a digest may wait a minute."""


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
    """What a run wrote, or would write: ledger rows, mails, and both by plan and unit."""

    day: date
    reminders: int
    mails: tuple[DigestWritten, ...]
    units: tuple[UnitReminders, ...]

    @property
    def plans(self) -> dict[int, int]:
        """Reminders by plan."""
        counted: dict[int, int] = defaultdict(int)
        for unit in self.units:
            counted[unit.plan_id] += unit.reminders
        return dict(counted)


@dataclass(frozen=True)
class _Row:
    plan_id: int
    subject: str
    subject_id: int
    unit_id: int
    clock_step_id: int
    person_id: int
    role: str


def remind(c: Context, *, dry_run: bool = False) -> RemindersWritten:
    """Tell everybody who has something to do of it, by one digest a person and local day.

    Who may: reviewers, administrators, the system. For each report, review and acknowledgement
    whose clock has come to a step, the people of that step's audience are told once: the unit's
    (substitutes included), the reviewers of the plan's office (of other units for the office's own
    reports), never a city leader. A late run tells only of the latest step; a second run, or one
    at the same time elsewhere, of nothing. Each mail lists all that waits for its reader. Whoever
    already had a digest that day is told the next time. One event a plan with the number of ledger
    rows and a digest of them. `dry_run` writes nothing. Raises ClockBehind on a day before that of
    the last digests: an older step would go out after a newer one.
    Steps of the year-end procedure are reminded of as well, by letters of their own.
    """
    c.require(NAME, INSTALLATION)
    if dry_run:
        return _would_write(c, c.today)
    _require_the_newest_day(c)
    _leave_out_what_no_relay_takes(c)
    rows = _write_ledger(c)
    readers = c.session.scalars(select(Digest.person_id).where(unmailed(c.today))).all()
    told = _mails(c, digest_entries(c.session, c.today, readers), c.today)
    _post(c, told)
    by_plan: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        by_plan[row.plan_id].append(row)
    for plan_id, some in by_plan.items():
        ledger = canonical([list(vars(row).values()) for row in some])
        digest = hashlib.sha256(ledger.encode()).hexdigest()
        c.record_event(plan_id, NAME, "plan", plan_id, day=c.today, count=len(some), digest=digest)
    remind_of_steps(c)
    record_run(c.session, NAME, c.now, summary=f"reminders={len(rows)} mails={len(told)}")
    return RemindersWritten(c.today, len(rows), told, _units(c, rows))


def to_be_mailed(c: Context, day: date) -> int:
    """How many mails a run on a local day would write if nothing happened until then. Who may:
    whoever may read mails; raises NotAllowed."""
    require(c.actor, "read_mail", INSTALLATION)
    return len(c.session.scalars(people_to_mail(day)).all())


def preview(c: Context, day: date) -> RemindersWritten:
    """What a run on a local day would write if nothing happened until then. Who may: whoever may
    read mails; raises NotAllowed."""
    require(c.actor, "read_mail", INSTALLATION)
    return _would_write(c, day)


def _would_write(c: Context, day: date) -> RemindersWritten:
    readers = c.session.scalars(people_to_mail(day)).all()
    chosen = set(readers)
    rows = [_Row(*row) for row in c.session.execute(planned(day)) if row.person_id in chosen]
    told = _mails(c, digest_entries(c.session, day, readers), day)
    return RemindersWritten(day, len(rows), told, _units(c, rows))


def _require_the_newest_day(c: Context) -> None:
    last = c.session.scalar(select(func.max(Digest.local_date)).where(Digest.channel == MAIL))
    if last is not None and c.today < last:
        raise ClockBehind(BEHIND, now=c.today, last=last)


def _leave_out_what_no_relay_takes(c: Context) -> None:
    reached = select(Person.id, Person.email).where(
        Person.active, Person.bounced_at.is_(None), Person.email != ""
    )
    wrong = [person for person, email in c.session.execute(reached) if not is_address(email)]
    if wrong:
        c.session.execute(update(Person).where(Person.id.in_(wrong)).values(bounced_at=c.now))


def _write_ledger(c: Context) -> list[_Row]:
    """The digests of today's readers, then the ledger rows that they stand for."""
    kind = postgresql.insert if c.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    people = people_to_mail(c.today).add_columns(literal(c.today), literal(MAIL))
    digests = kind(Digest).from_select(["person_id", "local_date", "channel"], people)
    c.session.execute(digests.on_conflict_do_nothing())
    rows = planned(c.today).subquery()
    ledger = (
        select(rows, Digest.id, literal(c.now, UtcDateTime))
        .join(Digest, Digest.person_id == rows.c.person_id)
        .where(unmailed(c.today))
    )
    names = [*rows.c.keys(), "digest_id", "at"]
    c.session.execute(kind(Reminder).from_select(names, ledger).on_conflict_do_nothing())
    # Somebody may have filed between the two statements: a digest of nothing is no digest.
    empty = ~select(Reminder.id).where(Reminder.digest_id == Digest.id).exists()
    c.session.execute(
        delete(Digest).where(unmailed(c.today), empty),
        execution_options={"synchronize_session": False},
    )
    new = (
        select(*(getattr(Reminder, name) for name in _Row.__dataclass_fields__))
        .join(Digest, Digest.id == Reminder.digest_id)
        .where(unmailed(c.today))
        .order_by(
            Reminder.plan_id, Reminder.subject, Reminder.subject_id, Reminder.clock_step_id,
            Reminder.person_id,
        )
    )  # fmt: skip
    return [_Row(*row) for row in c.session.execute(new)]


def _mails(c: Context, matters: list[DueEntry], day: date) -> tuple[DigestWritten, ...]:
    entries = by_person(c.session, matters, c.calendar, day)
    people = c.session.execute(
        select(Person.id, Person.name, Person.unit_id)
        .where(Person.id.in_({matter.person_id for matter in matters}))
        .order_by(Person.id)
    )
    return tuple(DigestWritten(*person, tuple(entries[person.id])) for person in people)


def _post(c: Context, told: tuple[DigestWritten, ...]) -> None:
    if not told:
        return
    people = {
        person.id: person
        for person in c.session.scalars(
            select(Person).where(Person.id.in_([one.person_id for one in told]))
        )
    }
    titles = dict(c.session.execute(select(Plan.id, Plan.title)).tuples().all())
    digests = dict(
        c.session.execute(select(Digest.person_id, Digest.id).where(unmailed(c.today)))
        .tuples()
        .all()
    )
    sent = []
    for one in told:
        plans = {entry.plan_id for entry in one.entries}
        plan_id = plans.pop() if len(plans) == 1 else None
        entries = [
            entry if plan_id else replace(entry, plan=titles[entry.plan_id])
            for entry in one.entries
        ]
        facts = {
            "entries": entries,
            "late": sum(entry.workdays < 0 for entry in one.entries),
            "plan": titles[plan_id] if plan_id else "",
        }
        outbox_id = queue_letter(
            c, "digest", people[one.person_id], plan_id=plan_id, facts=facts, priority=PRIORITY
        )
        sent.append({"id": digests[one.person_id], "outbox_id": outbox_id})
    c.session.execute(update(Digest), sent)


def _units(c: Context, rows: list[_Row]) -> tuple[UnitReminders, ...]:
    people: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows:
        people[row.plan_id, row.unit_id].append(row.person_id)
    units = {unit for _, unit in people}
    names = dict(
        c.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units))).tuples().all()
    )
    return tuple(
        UnitReminders(plan_id, unit_id, names[unit_id], len(told), len(set(told)))
        for (plan_id, unit_id), told in sorted(people.items())
    )
