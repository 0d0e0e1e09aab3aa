"""Whoever keeps a place is told at once when a unit of it is reached by no mail any more."""

from __future__ import annotations

from sqlalchemy import exists, select

from db.models import Person, Role, Unit
from workflow.rules.access.permissions import RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_place


def notify_unreached(c: Context, person_id: int) -> None:
    """After a person was marked as unreachable: a letter to the administrators of the place of each
    unit that has no liaison left whom mail reaches, and an event a unit."""
    held = (Role.name == RoleName.LIAISON, Role.valid_from <= c.today, c.today < Role.valid_to)
    reached = exists().where(
        Role.unit_id == Unit.id, *held, Person.id == Role.person_id, Person.active,
        Person.bounced_at.is_(None),
    )  # fmt: skip
    mine = select(Role.unit_id).where(Role.person_id == person_id, *held)
    silent = c.session.scalars(
        select(Unit).where(Unit.id.in_(mine), Unit.active, ~reached).order_by(Unit.id)
    ).all()
    for unit in silent:
        keepers = people_in_place(c, unit.place_id, RoleName.ADMINISTRATOR)
        others = [one for one in keepers if one != person_id]
        notify(
            c,
            LetterKind.UNREACHED,
            others,
            plan_id=None,
            facts={"unit": unit.name, "phone": unit.phone},
        )
        c.record_event(0, "unreached", "unit", unit.id, person=person_id)
