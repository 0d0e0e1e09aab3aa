"""One more task in an issued plan, such as an instruction or what follows from a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from db import record
from db.models import Milestone, Plan, Task, TaskVersion
from workflow.rules.assignments import AssignmentRole
from workflow.verbs.assignments.assign import AssignedPart, issue_assignments, propose
from workflow.verbs.context import Context


def lay_task(
    c: Context, plan: Plan, *, title: str, text: str, due: date, about: Task | None = None
) -> tuple[Task, TaskVersion]:
    """A drafted task behind all others of the plan, with one milestone on its local date; they are
    coded I1, I2, …"""
    count, last = c.session.execute(
        select(
            func.count(Task.id).filter(Task.origin == "instruction"), func.max(Task.position)
        ).where(Task.plan_id == plan.id)
    ).one()
    task = Task(
        plan_id=plan.id,
        item_id=about.item_id if about else None,
        code=f"I{count + 1}",
        position=(last or 0) + 1,
        origin="instruction",
    )
    c.session.add(task)
    c.session.flush()
    record.begin_state(c.session, "task", [task.id], c.now)
    begins = {"task_id": task.id, "known_from": c.now}
    words = TaskVersion(
        **begins, title=title.strip(), text=text.strip(), kind="milestones", due=due
    )
    c.session.add_all([words, Milestone(**begins, no=1, title=title.strip(), due=due)])
    c.session.flush()
    return task, words


def hand_out(c: Context, plan: Plan, task: Task, unit_ids: Sequence[int]) -> tuple[int, ...]:
    """Issue it at once to units, of which the first leads; the assignments."""
    c.transition("task", task.id, "issue", chain=plan.id)
    ids = propose(
        c,
        plan.id,
        [
            AssignedPart(
                task.id,
                unit_id,
                AssignmentRole.SUPPORT if place else AssignmentRole.LEAD,
                place + 1,
                place == 0,
            )
            for place, unit_id in enumerate(dict.fromkeys(unit_ids))
        ],
    )
    issue_assignments(c, plan, ids)
    return tuple(ids)
