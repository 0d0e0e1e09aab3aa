"""Whom reminders are due to, set by set: dated steps compared with a day, no workdays here.

`planned` is the one source: what `remind` writes into the ledger, what a dry run lists and what
tomorrow's preview shows. It looks at the plans that it is given and their own people alone, so that
a country is planned plan by plan at the same cost each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Column,
    CompoundSelect,
    MetaData,
    Select,
    String,
    Table,
    and_,
    column,
    func,
    or_,
    select,
    text,
    true,
    union,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from db.models import Clock, ClockStep, Digest, Outbox, Plan, Reminder
from db.queries.reminders.mail_limits import MailLimits
from db.queries.reminders.obligations import obligations, recipients
from db.record import batched
from workflow.rules.access.permissions import RoleName
from workflow.rules.reporting.ladder import AUDIENCE_STATES, ROLES_TOLD, ClockKind
from workflow.rules.states import AssignmentStateName

MAIL = "mail"
PLANS_IN_A_SHARD = 48
"""So many plans are planned in one transaction: few enough for it to stay short."""
Planned = tuple[int, str, int, int, int, int, str]

due_now = Table(
    "due_now",
    MetaData(),
    Column("plan_id", BigInteger),
    Column("subject", String),
    Column("subject_id", BigInteger),
    Column("unit_id", BigInteger),
    Column("clock_step_id", BigInteger),
    Column("person_id", BigInteger),
    Column("role", String),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
"""What one transaction is about to write into the ledger; gone with its end."""


def planned(
    today: date, plan_ids: Sequence[int] | None = None, limits: MailLimits | None = None
) -> Select[*Planned]:
    """The reminders to be written on a local day for these plans (None: all): (plan_id, subject,
    subject_id, unit_id, clock_step_id, person_id, role), none that is in the ledger already.

    Of each clock only the latest step that is due: a late run does not catch up on old ones. What
    `limits` hold back is left for another day.
    """
    due = _due(today, plan_ids)
    person = recipients(today, _units(due, plan_ids), places=_places(plan_ids))
    own, *others = concerns(due, person)
    of_units = select(due, person.c.person_id).join_from(due, person, own)
    of_offices = (
        select(due, person.c.person_id)
        .join_from(due, Plan, Plan.id == due.c.plan_id)
        .join(person, condition)
        for condition in others
    )
    # Only whoever holds two posts of the office is met twice.
    once = union(*of_offices).subquery()
    every = union_all(of_units, select(once)).subquery()
    told = select(Reminder.id).where(
        Reminder.subject == every.c.subject,
        Reminder.subject_id == every.c.subject_id,
        Reminder.clock_step_id == every.c.clock_step_id,
        Reminder.person_id == every.c.person_id,
    )
    found: Select[*Planned] = select(
        every.c.plan_id,
        every.c.subject,
        every.c.subject_id,
        every.c.unit_id,
        every.c.clock_step_id,
        every.c.person_id,
        every.c.role,
    ).where(~told.exists())
    if limits is not None and (limits.resting or limits.capped):
        found = found.where(~limits.hold_back(every.c.plan_id, every.c.person_id))
    return found


def concerns(due: CTE, person: CTE) -> tuple[Any, ...]:
    """The conditions that join what is due with the people who are told of it.

    Units are told of their own; the plan's office of all but its own unit's, which reviewers of
    other units look at: nobody reviews their own unit. An office is told of the plans of its place
    alone. Each condition can be joined by an index.
    """
    role, unit = person.c.role, person.c.unit_id
    told, office = role == due.c.role, Plan.office_unit_id
    here = person.c.place_id == Plan.place_id
    return (
        and_(unit == due.c.unit_id, told, role.in_((RoleName.LIAISON, RoleName.DEPUTY_HEAD))),
        and_(unit == office, told, here, role == RoleName.REVIEWER, unit != due.c.unit_id),
        and_(told, here, role == RoleName.REVIEWER, unit.is_(None)),
        and_(
            told,
            here,
            role == RoleName.REVIEWER,
            unit != due.c.unit_id,
            or_(office.is_(None), office == due.c.unit_id),
        ),
        and_(told, here, role == RoleName.ADMINISTRATOR),
    )


def had_their_digest(today: date) -> Select[int]:
    """The people whose digest of a local day was written down already: they are told the next
    time."""
    return (
        select(Digest.person_id)
        .join(Outbox, Outbox.digest_id == Digest.id)
        .where(Digest.local_date == today, Digest.channel == MAIL, Outbox.content != b"")
    )


def _due(today: date, plan_ids: Sequence[int] | None) -> CTE:
    """What is owed and has come to a step, once for each role that the step tells of its state."""
    thing, telling = obligations(today, plan_ids), _telling(today, plan_ids)
    return (
        select(
            thing.c.plan_id,
            thing.c.subject,
            thing.c.subject_id,
            thing.c.unit_id,
            telling.c.clock_step_id,
            telling.c.role,
        )
        .join(
            telling,
            and_(telling.c.clock_id == thing.c.clock_id, telling.c.state == thing.c.state),
        )
        .where(or_(~telling.c.overdue, thing.c.due_on < today))
        .cte("due")
    )


def _telling(today: date, plan_ids: Sequence[int] | None) -> CTE:
    """The latest step of each clock: which role it tells of reports in which state."""
    audience = _audiences()
    latest = (
        select(Clock.id, Clock.kind, func.max(ClockStep.fire_on).label("fire_on"))
        .join(ClockStep, ClockStep.clock_id == Clock.id)
        .where(
            true() if plan_ids is None else Clock.plan_id.in_(plan_ids),
            ClockStep.fire_on <= today,
        )
        .group_by(Clock.id, Clock.kind)
        .cte("latest")
    )
    return (
        select(
            ClockStep.clock_id,
            ClockStep.id.label("clock_step_id"),
            ClockStep.overdue,
            audience.c.role,
            audience.c.state,
        )
        .join_from(
            latest,
            ClockStep,
            and_(ClockStep.clock_id == latest.c.id, ClockStep.fire_on == latest.c.fire_on),
        )
        .join(
            audience,
            and_(
                audience.c.kind == latest.c.kind,
                audience.c.role == ClockStep.audience,
                audience.c.overdue == ClockStep.overdue,
            ),
        )
        .cte("telling")
    )


def _audiences() -> CTE:
    """The table of the rules; who has not acknowledged is told of in any case."""
    rows = [
        (kind.value, role, overdue, state)
        for (kind, role, overdue), states in AUDIENCE_STATES.items()
        for state in sorted(states)
    ]
    rows += [
        (ClockKind.ACKNOWLEDGE.value, role, overdue, AssignmentStateName.ISSUED)
        for role in sorted(ROLES_TOLD)
        for overdue in (False, True)
    ]
    return (
        values(
            column("kind", String),
            column("role", String),
            column("overdue", Boolean),
            column("state", String),
            name="audience",
        )
        .data(rows)
        .cte()
    )


def _units(due: CTE, plan_ids: Sequence[int] | None) -> CompoundSelect[int]:
    """The units whose people may be told: those that owe, and the offices of the plans."""
    offices = select(Plan.office_unit_id).where(
        true() if plan_ids is None else Plan.id.in_(plan_ids), Plan.office_unit_id.is_not(None)
    )
    return union(select(due.c.unit_id), offices)


def _places(plan_ids: Sequence[int] | None) -> Select[int] | None:
    """The places of these plans; None for all."""
    return None if plan_ids is None else select(Plan.place_id).where(Plan.id.in_(plan_ids))


@contextmanager
def joining_sets(session: Session) -> Iterator[None]:
    """Let PostgreSQL join what is due with people as sets. It takes both for a row or two, and
    would go through all of one for each of the other."""
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:
        session.execute(text("set local enable_nestloop = off"))
    yield
    if postgres:
        session.execute(text("set local enable_nestloop = on"))


def reminding_shards(session: Session) -> list[list[int]]:
    """The plans that may have something to tell, in parts that are each planned in a transaction
    of its own."""
    begun = select(Clock.id).where(Clock.plan_id == Plan.id).exists()
    ids = session.scalars(select(Plan.id).where(begun).order_by(Plan.id)).all()
    return [list(some) for some in batched(ids, PLANS_IN_A_SHARD)]
