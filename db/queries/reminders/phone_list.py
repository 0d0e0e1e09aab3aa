"""Whom to telephone: units that stay silent, and units that no mail reaches; and the calls made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models import Person, PhoneReminder, Plan, Role, Unit
from db.queries.places.places import about_plan
from db.queries.reminders.obligations import obligations, recipients
from workflow.rules.access.permissions import Actor, Permission, RoleName, require
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.states import UNFILED
from workflow.rules.time.calendar import Calendar

SILENT_WORKDAYS = 3
_CALLS = 500


@dataclass(frozen=True)
class Contact:
    """A liaison of a unit. `reached`: mail comes through to them."""

    person_id: int
    name: str
    phone: str
    reached: bool


@dataclass(frozen=True)
class Call:
    """A call that was made: when (UTC), by whom, to whom if it was said, and its outcome."""

    at: datetime
    caller: str
    person: str
    outcome: str


@dataclass(frozen=True)
class UnitToPhone:
    """A unit to be telephoned about a plan. `overdue` matters are so by three workdays and more,
    the oldest since `oldest_due` (local date); `waits` are all that the unit owes now. Where no
    liaison is `reached`, that alone puts it on the list. `calls`: the newest first."""

    plan_id: int
    plan: str
    unit_id: int
    unit: str
    phone: str
    overdue: int
    oldest_due: date | None
    waits: int
    reached: bool
    contacts: tuple[Contact, ...]
    calls: tuple[Call, ...]


def phone_list(
    session: Session, actor: Actor, plan_ids: Sequence[int], *, today: date, calendar: Calendar
) -> tuple[UnitToPhone, ...]:
    """The units to telephone about these plans on a local day, the most overdue first.

    Who may: whoever may record calls; raises NotAllowed.
    """
    for plan_id in plan_ids:
        require(actor, Permission.RECORD_CALL, about_plan(session, plan_id))
    limit = _overdue_since(today, calendar)
    thing = obligations(today, plan_ids=plan_ids)
    late = thing.c.due_on <= limit
    rows = session.execute(
        select(
            thing.c.plan_id,
            Plan.title.label("plan"),
            thing.c.unit_id,
            Unit.name.label("unit"),
            Unit.phone,
            func.count().filter(late).label("overdue"),
            func.min(thing.c.due_on).filter(late).label("oldest_due"),
            func.count().label("waits"),
        )
        .join(Plan, Plan.id == thing.c.plan_id)
        .join(Unit, Unit.id == thing.c.unit_id)
        .where(
            thing.c.plan_id.in_(plan_ids),
            thing.c.kind != ClockKind.REVIEW.value,
            # What a supporting unit submitted lies with the lead.
            thing.c.state.in_(UNFILED) | (thing.c.kind != ClockKind.SUPPORT.value),
        )
        .group_by(thing.c.plan_id, Plan.title, thing.c.unit_id, Unit.name, Unit.phone)
        .order_by(func.count().filter(late).desc(), thing.c.unit_id, thing.c.plan_id)
    ).all()
    contacts = _contacts(session, today)
    made = _calls(session)
    found = []
    for row in rows:
        people = contacts.get(row.unit_id, ())
        reached = any(contact.reached for contact in people)
        if row.overdue or not reached:
            told = tuple(made.get((row.plan_id, row.unit_id), ()))
            found.append(UnitToPhone(**row._mapping, reached=reached, contacts=people, calls=told))
    return tuple(found)


def most_overdue(one: UnitToPhone) -> tuple[int, int, int]:
    """The order of the list."""
    return -one.overdue, one.unit_id, one.plan_id


def _overdue_since(today: date, calendar: Calendar) -> date:
    """The latest due date that is over by the workdays after which a unit is telephoned."""
    day = today
    while calendar.workdays_between(day, today) < SILENT_WORKDAYS:
        day -= timedelta(days=1)
    return day


def _contacts(session: Session, today: date) -> dict[int, tuple[Contact, ...]]:
    person = recipients(today)
    reached = (
        select(person.c.person_id)
        .where(
            person.c.role == RoleName.LIAISON,
            person.c.unit_id == Role.unit_id,
            person.c.person_id == Role.person_id,
        )
        .exists()
    )
    rows = session.execute(
        select(Role.unit_id, Person.id, Person.name, Person.phone, reached)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.name == RoleName.LIAISON,
            Person.active,
            Role.valid_from <= today,
            today < Role.valid_to,
        )
        .order_by(Person.id)
    )
    found: dict[int, list[Contact]] = defaultdict(list)
    for unit_id, person_id, name, phone, comes_through in rows:
        if unit_id is not None:
            found[unit_id].append(Contact(person_id, name, phone, comes_through))
    return {unit_id: tuple(people) for unit_id, people in found.items()}


def _calls(session: Session) -> dict[tuple[int, int], list[Call]]:
    caller, called = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            PhoneReminder.plan_id,
            PhoneReminder.unit_id,
            PhoneReminder.at,
            caller.name,
            func.coalesce(called.name, ""),
            PhoneReminder.outcome,
        )
        .join(caller, caller.id == PhoneReminder.caller_id)
        .join(called, called.id == PhoneReminder.person_id, isouter=True)
        .order_by(PhoneReminder.at.desc())
        .limit(_CALLS)
    )
    found: dict[tuple[int, int], list[Call]] = defaultdict(list)
    for plan_id, unit_id, at, by, to, outcome in rows:
        found[plan_id, unit_id].append(Call(at, by, to, outcome))
    return found
