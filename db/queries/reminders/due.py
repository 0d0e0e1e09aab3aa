"""Whom reminders are due to: dated steps compared with a day, set by set, no workdays here.

`planned` is the one source: what `remind` writes into the ledger, what a dry run lists and what
tomorrow's preview shows. `waiting` is everything that waits for the people who get a mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from db.models import (
    ClockStep,
    Digest,
    Plan,
    Reminder,
    SignOff,
    Submission,
    Task,
    TaskVersion,
    Unit,
    Verdict,
)
from db.queries.reminders.obligations import concerns, obligations, recipients, tells
from db.record import batched
from workflow.rules.access.permissions import RoleName
from workflow.rules.reporting.ladder import ClockKind

MAIL = "mail"
_AT_ONCE = 5000


@dataclass(frozen=True)
class DueEntry:
    """Something that waits for a person in a role; `due_on` is the date that counts now."""

    person_id: int
    role: str
    kind: ClockKind
    subject: str
    subject_id: int
    state: str
    due_on: date
    plan_id: int
    plan: str
    policy: str
    task_id: int
    code: str
    title: str
    unit_id: int
    unit: str
    phone: str
    period: str


def planned(today: date) -> CompoundSelect[int, str, int, int, int, int, str]:
    """The reminders to be written on a local day: (plan_id, subject, subject_id, unit_id,
    clock_step_id, person_id, role), none that is in the ledger already.

    Of each clock only the latest step that is due: a late run does not catch up on old ones.
    """
    thing, person = obligations(today), recipients(today)
    latest = (
        select(ClockStep.clock_id, func.max(ClockStep.fire_on).label("fire_on"))
        .where(ClockStep.fire_on <= today)
        .group_by(ClockStep.clock_id)
        .cte("latest")
    )
    told = select(Reminder.id).where(
        Reminder.subject == thing.c.subject,
        Reminder.subject_id == thing.c.subject_id,
        Reminder.clock_step_id == ClockStep.id,
        Reminder.person_id == person.c.person_id,
    )
    rows = (
        select(
            thing.c.plan_id,
            thing.c.subject,
            thing.c.subject_id,
            thing.c.unit_id,
            ClockStep.id.label("clock_step_id"),
            person.c.person_id,
            person.c.role,
        )
        .select_from(thing)
        .join(latest, latest.c.clock_id == thing.c.clock_id)
        .join(
            ClockStep,
            and_(ClockStep.clock_id == latest.c.clock_id, ClockStep.fire_on == latest.c.fire_on),
        )
        .where(
            tells(thing, ClockStep.audience.expression, ClockStep.overdue.expression),
            or_(~ClockStep.overdue, thing.c.due_on < today),
            ~told.exists(),
        )
    )
    return union(
        *(
            rows.join(person, and_(person.c.role == ClockStep.audience, concerned))
            for concerned in concerns(thing, person)
        )
    )


def unmailed(today: date) -> ColumnElement[bool]:
    """Digests of a local day whose mail is still to be written."""
    return and_(Digest.local_date == today, Digest.channel == MAIL, Digest.outbox_id.is_(None))


def people_to_mail(today: date) -> Select[int]:
    """The people who are due a reminder and have had no digest on that local day."""
    rows = planned(today).subquery()
    had = select(Digest.id).where(
        Digest.person_id == rows.c.person_id, Digest.local_date == today, Digest.channel == MAIL
    )
    # In one order everywhere, so that two planners at once wait for each other and do not lock.
    return select(rows.c.person_id).distinct().where(~had.exists()).order_by(rows.c.person_id)


def digest_entries(session: Session, today: date, people: Sequence[int]) -> list[DueEntry]:
    """Everything that waits on a local day for these people."""
    return [
        matter for some in batched(people, _AT_ONCE) for matter in _waiting(session, today, some)
    ]


def return_reasons(session: Session, report_ids: set[int]) -> dict[int, str]:
    """The words with which reports were last returned or sent back, by report."""
    if not report_ids:
        return {}
    returned = (
        select(Submission.report_id, Verdict.at, Verdict.reason)
        .join(Verdict, Verdict.submission_id == Submission.id)
        .where(Submission.report_id.in_(report_ids), Verdict.outcome == "returned")
    )
    sent_back = (
        select(Submission.report_id, SignOff.at, SignOff.reason)
        .join(SignOff, SignOff.submission_id == Submission.id)
        .where(Submission.report_id.in_(report_ids), ~SignOff.consent)
    )
    rows = [*session.execute(returned), *session.execute(sent_back)]
    return {row.report_id: row.reason for row in sorted(rows, key=lambda row: row.at)}


def _waiting(session: Session, today: date, people: Sequence[int]) -> list[DueEntry]:
    thing, person = obligations(today), recipients(today)
    step = aliased(ClockStep)
    stepped = exists().where(
        step.clock_id == thing.c.clock_id,
        step.audience == person.c.role,
        step.fire_on <= today,
        or_(~step.overdue, thing.c.due_on < today),
    )
    # Their own work is listed whenever it waits, the rest only after a step has told of it.
    own = or_(
        person.c.role == RoleName.LIAISON,
        and_(person.c.role == RoleName.DEPUTY_HEAD, thing.c.kind != ClockKind.ACKNOWLEDGE.value),
        and_(person.c.role == RoleName.REVIEWER, thing.c.kind == ClockKind.REVIEW.value),
    )
    rows = (
        select(
            person.c.person_id, person.c.role, thing.c.kind, thing.c.subject, thing.c.subject_id,
            thing.c.state, thing.c.due_on, thing.c.plan_id, Plan.title.label("plan"), Plan.policy,
            thing.c.task_id, Task.code, TaskVersion.title, thing.c.unit_id,
            Unit.name.label("unit"), Unit.phone, thing.c.period,
        )
        .select_from(thing)
        .join(Plan, Plan.id == thing.c.plan_id)
        .join(Task, Task.id == thing.c.task_id)
        .join(TaskVersion, and_(TaskVersion.task_id == Task.id, TaskVersion.open()))
        .join(Unit, Unit.id == thing.c.unit_id)
        .where(
            person.c.person_id.in_(people),
            tells(thing, person.c.role, thing.c.due_on < today),
            or_(own, stepped),
        )
    )  # fmt: skip
    found = session.execute(union(*(rows.join(person, one) for one in concerns(thing, person))))
    return [
        DueEntry(**{**row, "kind": ClockKind(row["kind"]), "period": row["period"] or ""})
        for row in found.mappings()
    ]
