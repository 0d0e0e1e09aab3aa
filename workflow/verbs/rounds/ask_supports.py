"""A lead asks supporting units to report to it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select

from db import record
from db.models import Assignment, Plan, Round, SupportAsk, Task
from db.queries.places.places import about_plan
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.context import Context
from workflow.verbs.rounds.owe_reports import owe_reports


def ask_supports(c: Context, *, task_id: int, unit_ids: Collection[int]) -> int:
    """From now on exactly these units report to the collecting lead of the task; new reports made.

    Who may: the lead's liaison, a reviewer. The units are supports of the task, or named leads
    that do not collect. They owe a report in each round whose due date is not over, and in those
    to come; whoever is asked no longer owes none in the rounds to come. Raises NotFound, NotAllowed
    and, for a unit that has no such part in the task, Invalid.
    """
    task = c.session.scalar(select(Task).where(Task.id == task_id, visible_to(c.actor, Task)))
    if task is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    parts = c.session.scalars(
        select(Assignment).where(Assignment.task_id == task_id, Assignment.open())
    ).all()
    leads = [a.unit_id for a in parts if a.collects]
    place = about_plan(c.session, task.plan_id).place_id
    subjects = [Subject(place, lead_unit_id=unit) for unit in leads] or [Subject(place)]
    held = [subject for subject in subjects if subject.lead_unit_id in c.actor.unit_ids]
    c.require(Permission.ASK_SUPPORTS, (held or subjects)[0])
    others = {
        a.unit_id
        for a in parts
        if not a.collects and a.role in (AssignmentRole.SUPPORT, AssignmentRole.LEAD)
    }
    wanted = set(unit_ids)
    if not wanted <= others:
        raise Invalid(mark("Only units that support the task can be asked to report to its lead."))
    asked = set(
        c.session.scalars(
            select(SupportAsk.unit_id).where(SupportAsk.task_id == task_id, SupportAsk.open())
        )
    )
    for unit in sorted(asked - wanted):
        which = [SupportAsk.task_id == task_id, SupportAsk.unit_id == unit]
        record.replace_interval(c.session, SupportAsk, which, None, c.now)
    if wanted - asked:
        rows = [
            {"plan_id": task.plan_id, "task_id": task_id, "unit_id": unit, "known_from": c.now}
            for unit in sorted(wanted - asked)
        ]
        c.session.execute(insert(SupportAsk), rows)
    plan = c.session.get_one(Plan, task.plan_id)
    running = c.session.scalars(
        select(Round).where(
            Round.plan_id == plan.id, Round.closed_at.is_(None), Round.due_on >= c.today
        )
    ).all()
    count = sum(owe_reports(c, plan, row) for row in running)
    if wanted != asked:
        c.record_event(
            plan.id, "ask_supports", "task", task_id, units=sorted(wanted), reports=count
        )
    return count
