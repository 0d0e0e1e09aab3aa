"""批示交办: a leader's remark becomes a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from db import record
from db.models import Instruction, Milestone, Person, Plan, Task, TaskVersion, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.verbs.assignments.assign import AssignedPart, issue_assignments, propose
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, people_in_place, people_in_posts


@dataclass(frozen=True)
class Instructed:
    """The task that the remark became."""

    task_id: int
    code: str
    assignment_ids: tuple[int, ...]


def instruct(
    c: Context,
    *,
    plan_id: int,
    title: str,
    text: str,
    lead_unit_id: int,
    due: date,
    support_unit_ids: Sequence[int] = (),
    about_task_id: int | None = None,
    leader_id: int | None = None,
) -> Instructed:
    """Make a leader's remark (`text`) a task with a lead, supports and a local due date.

    Who: leaders; a reviewer records it for a leader (代录), who is then named by `leader_id`. The
    task is issued at once, with one milestone on its date; the units are told, liaisons and deputy
    heads. Raises NotFound, NotAllowed, WrongState where the plan is not issued, Invalid for what is
    missing or cannot be.
    """
    c.require(Permission.INSTRUCT, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id, hold=True)
    if plan.issued_at is None:
        raise WrongState(mark("Only an issued plan takes further tasks."))
    about = find_visible(c, Task, about_task_id) if about_task_id is not None else None
    if leader_id is None and RoleName.LEADER in c.actor.roles:
        leader_id = c.actor.person_id
    _check(c, plan.place_id, title, text, [lead_unit_id, *support_unit_ids], due, leader_id)
    task = _task(c, plan, about)
    begins = {"task_id": task.id, "known_from": c.now}
    milestone = Milestone(**begins, no=1, title=title.strip(), due=due)
    words = TaskVersion(
        **begins, title=title.strip(), text=text.strip(), kind="milestones", due=due
    )
    remark = Instruction(
        task_id=task.id,
        about_task_id=about_task_id,
        leader_id=leader_id,
        recorded_by_id=c.actor.person_id,
        text=text.strip(),
        at=c.now,
    )
    c.session.add_all([words, milestone, remark])
    c.session.flush()
    c.record_event(
        plan_id, "instruct", "task", task.id, leader=leader_id, due=due, about=about_task_id
    )
    c.transition("task", task.id, "issue", chain=plan_id)
    ids = propose(
        c,
        plan_id,
        [
            AssignedPart(
                task.id,
                unit_id,
                AssignmentRole.SUPPORT if place else AssignmentRole.LEAD,
                place + 1,
                place == 0,
            )
            for place, unit_id in enumerate(dict.fromkeys([lead_unit_id, *support_unit_ids]))
        ],
    )
    issue_assignments(c, plan, ids)
    _tell(c, task, words, [lead_unit_id, *support_unit_ids], leader_id)
    return Instructed(task.id, task.code, tuple(ids))


def _check(
    c: Context,
    place_id: int,
    title: str,
    text: str,
    unit_ids: list[int],
    due: date,
    leader_id: int | None,
) -> None:
    problems = []
    if not title.strip():
        problems.append(Problem("title", mark("the task needs a title")))
    if not text.strip():
        problems.append(Problem("text", mark("the leader's words are missing")))
    if due < c.today:
        problems.append(Problem("due", mark("this day is over")))
    known = c.session.scalars(
        select(Unit.id).where(Unit.id.in_(unit_ids), Unit.active, Unit.place_id == place_id)
    ).all()
    if len(known) < len(set(unit_ids)):
        problems.append(Problem("units", mark("there is no such unit")))
    if leader_id is None or leader_id not in people_in_place(c, place_id, RoleName.LEADER):
        problems.append(Problem("leader", mark("the leader is missing")))
    if problems:
        raise Invalid(mark("The instruction cannot be taken yet."), tuple(problems))


def _task(c: Context, plan: Plan, about: Task | None) -> Task:
    """A new drafted task behind all others of the plan; instructions are coded I1, I2, …"""
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
    return task


def _tell(
    c: Context, task: Task, words: TaskVersion, unit_ids: list[int], leader_id: int | None
) -> None:
    leader = c.session.scalar(select(Person.name).where(Person.id == leader_id)) or ""
    names = dict(
        c.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))).tuples().all()
    )
    facts = {"task": task.id, "code": task.code, "title": words.title, "text": words.text}
    for unit_id in dict.fromkeys(unit_ids):
        people = [
            *people_in_posts(c, unit_id, RoleName.LIAISON),
            *people_in_posts(c, unit_id, RoleName.DEPUTY_HEAD),
        ]
        more = {"unit": names[unit_id], "leader": leader, "due": words.due}
        notify(c, "instruction", people, plan_id=task.plan_id, facts={**facts, **more})
