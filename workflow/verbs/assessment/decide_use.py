"""结果应用: decide what follows for a unit from the final result of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.models import Plan, ProcedureState, ResultUse, ScoreLine, Task, Unit
from db.queries.assessment.procedure import newest_assessment, open_state
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission, RoleName
from workflow.rules.assessment.use import USES, WITH_TASK, Use
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.rules.states import Step
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.mail.notify import notify, people_in_posts
from workflow.verbs.requests.single_task import hand_out, lay_task

LONGEST = 500
_TOLD = (RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD)


@dataclass(frozen=True)
class UseDecided:
    """What is decided for a unit, in words, by which document; the title of the task that follows
    and its local last day, where one does."""

    kind: Use
    text: str
    document: str
    task: str = ""
    due: date | None = None


def decide_use(c: Context, *, plan_id: int, year: int, unit_id: int, use: UseDecided) -> int:
    """Decide what follows for a unit; the decision's id.

    Who may: as who approves the result, once it is final. What is to be talked about or put right
    becomes a task of the plan, led by the unit, with its date: it is issued at once and appears
    and is reminded of as every other. The unit is told. Leaves an event. Raises NotFound,
    NotAllowed, WrongState where the result is not final, Invalid with every field that is missing.
    """
    plan = find_visible(c, Plan, plan_id, hold=True)
    c.require(Permission.APPROVE_RESULT, about_plan(c.session, plan_id))
    state = open_state(c.session, plan_id, year)
    if state is None or state.state != Step.FINAL:
        raise WrongState(mark("What follows from a result is decided once it is final."))
    assessment_id = _final(c, plan_id, year, state, unit_id)
    _check(c, use)
    task = _task(c, plan, unit_id, use) if use.task.strip() else None
    made = ResultUse(
        plan_id=plan_id, year=year, unit_id=unit_id, assessment_id=assessment_id, kind=use.kind,
        text=use.text.strip(), document=use.document.strip(), task_id=task.id if task else None,
        person_id=c.actor.person_id, at=c.now,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    c.record_event(
        plan_id, "decide_use", "result_use", made.id, unit=unit_id, year=year, kind=use.kind,
        task=made.task_id, due=use.due,
    )  # fmt: skip
    _tell(c, made, use, task)
    return made.id


def _final(c: Context, plan_id: int, year: int, state: ProcedureState, unit_id: int) -> int:
    """The version that is final, if the unit was scored in it."""
    newest = newest_assessment(c.session, plan_id, year)
    version = state.assessment_id or (newest.id if newest else 0)
    scored = select(ScoreLine.id).where(
        ScoreLine.assessment_id == version, ScoreLine.unit_id == unit_id, ScoreLine.path == ""
    )
    if c.session.scalar(scored) is None:
        raise Invalid(mark("This unit has no result in {year}."), year=year)
    return version


def _check(c: Context, use: UseDecided) -> None:
    problems = [
        Problem(name, mark("write something here, in no more than {n} characters"), n=LONGEST)
        for name, text in (("text", use.text), ("document", use.document))
        if not 0 < len(text.strip()) <= LONGEST
    ]
    if use.kind in WITH_TASK and not use.task.strip():
        problems.append(Problem("task", mark("say what the unit has to do")))
    if use.task.strip() and use.due is None:
        problems.append(Problem("due", mark("say by when")))
    if use.due is not None and use.due < c.today:
        problems.append(Problem("due", mark("this day is over")))
    if problems:
        raise Invalid(mark("This cannot be decided yet."), tuple(problems))


def _task(c: Context, plan: Plan, unit_id: int, use: UseDecided) -> Task:
    if use.due is None:
        raise Invalid(mark("This cannot be decided yet."))
    task, _words = lay_task(c, plan, title=use.task, text=use.text, due=use.due)
    c.record_event(plan.id, "follow_up", "task", task.id, unit=unit_id, due=use.due)
    hand_out(c, plan, task, [unit_id])
    return task


def _tell(c: Context, made: ResultUse, use: UseDecided, task: Task | None) -> None:
    facts = {
        "unit": c.session.get_one(Unit, made.unit_id).name,
        "year": made.year,
        "kind": USES[Use(made.kind)],
        "text": made.text,
        "document": made.document,
        "task": f"{task.code} {use.task.strip()}" if task else "",
        "due": use.due,
    }
    told = [one for role in _TOLD for one in people_in_posts(c, made.unit_id, role)]
    notify(c, LetterKind.RESULT_USE, told, plan_id=made.plan_id, facts=facts)
