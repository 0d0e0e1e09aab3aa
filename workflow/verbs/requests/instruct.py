"""批示交办: a leader's remark becomes a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models import Instruction, Person, Plan, Task, TaskVersion, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, people_in_place, people_in_posts
from workflow.verbs.requests.single_task import hand_out, lay_task


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
    task, words = lay_task(c, plan, title=title, text=text, due=due, about=about)
    remark = Instruction(
        task_id=task.id,
        about_task_id=about_task_id,
        leader_id=leader_id,
        recorded_by_id=c.actor.person_id,
        text=text.strip(),
        at=c.now,
    )
    c.session.add(remark)
    c.session.flush()
    c.record_event(
        plan_id, "instruct", "task", task.id, leader=leader_id, due=due, about=about_task_id
    )
    ids = hand_out(c, plan, task, [lead_unit_id, *support_unit_ids])
    _tell(c, task, words, [lead_unit_id, *support_unit_ids], leader_id)
    return Instructed(task.id, task.code, ids)


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
        notify(c, LetterKind.INSTRUCTION, people, plan_id=task.plan_id, facts={**facts, **more})
