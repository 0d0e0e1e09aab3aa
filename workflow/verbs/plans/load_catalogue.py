"""A catalogue becomes a draft plan; and leaves again as it came."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from db import record
from db.models import Edition, Item, Plan, Task, TaskState
from db.queries.places.places import own_place, reads_plan
from db.queries.scope import visible_to
from i18n import mark
from tasks_catalog import model
from tasks_catalog.plain import from_plain, json_text, to_plain
from workflow.rules.access.permissions import Permission, RoleName, Subject, require_for_some
from workflow.rules.progress.quantities import to_millionths
from workflow.rules.refusals import Invalid, NotFound, Problem, WrongState
from workflow.rules.states import TaskStateName
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.finding import last_edition
from workflow.verbs.indicators.lay_indicators import lay_indicators
from workflow.verbs.plans.draft_tasks import lay_down
from workflow.verbs.plans.taken_tasks import link_taken


@dataclass(frozen=True)
class LoadResult:
    """What a loading did. `outcome`: created, replaced or unchanged; `units_created` by id."""

    plan_id: int
    code: str
    edition: int
    outcome: str
    tasks: int
    units_created: tuple[int, ...] = ()


def load_catalogue(
    c: Context, catalogue: model.Catalogue, *, place_id: int | None = None
) -> LoadResult:
    """Make a catalogue a draft plan of a place (default: the actor's), or replace the draft that
    has its code.

    Who: administrators. The plan's office is the administrator's unit. Units are matched by name
    or alias and made where they are new. A group with members expands into an assignment for each;
    one without is kept until the lead names its members. Loading the same again changes nothing.
    No mail. Raises Invalid for years or numbers that cannot be kept and for names of one unit that
    belong to two, WrongState where the plan is already issued.
    """
    require_for_some(c.actor, Permission.LOAD_PLAN)
    code, first_year, last_year = head_of(catalogue)
    check_numbers(catalogue)
    text = json_text(to_plain(catalogue))
    sha = hashlib.sha256(text.encode()).hexdigest()
    plan = c.session.scalars(select(Plan).where(Plan.code == code)).one_or_none()
    here = own_place(c.actor) if place_id is None else place_id
    c.require(Permission.LOAD_PLAN, Subject(plan.place_id if plan else here))
    outcome = "created" if plan is None else "replaced"
    if plan is None:
        plan = Plan(
            place_id=here, code=code, title=code, first_year=first_year, last_year=last_year
        )
        c.session.add(plan)
        c.session.flush()
    last = last_edition(c, plan.id)
    if last is not None and last.sha == sha:
        return LoadResult(plan.id, code, last.no, "unchanged", len(catalogue.tasks))
    if plan.issued_at is not None:
        raise WrongState(
            mark("The plan “{code}” is issued; its draft can no longer be replaced."), code=code
        )
    if plan.office_unit_id is None:
        units = {
            post.unit_id
            for post in c.actor.posts
            if post.role == RoleName.ADMINISTRATOR and post.place_id == plan.place_id
        } - {None}
        plan.office_unit_id = units.pop() if len(units) == 1 else None
    no = last.no + 1 if last else 1
    c.session.add(Edition(plan_id=plan.id, no=no, loaded_at=c.now, sha=sha, catalogue=text))
    source = catalogue.plan
    plan.title, plan.issuer = source.title or code, source.issuer or ""
    plan.document_number, plan.published = source.document_number or "", source.published
    plan.first_year, plan.last_year = first_year, last_year
    plan.version += 0 if outcome == "created" else 1
    directory = Directory(c, plan.place_id)
    directory.learn(catalogue)
    tasks = _tasks(c, plan.id, catalogue, lay_items(c, plan.id, catalogue))
    lay_down(c, plan.id, tasks, last_year, directory)
    link_taken(c, plan, tasks)
    before = from_plain(json.loads(last.catalogue, parse_float=Decimal)) if last else None
    was_first = head_of(before)[1] if before else first_year
    lay_indicators(c, plan.id, (before, catalogue), (was_first, first_year))
    created = tuple(directory.created)
    c.record_event(
        plan.id, "load", "plan", plan.id, edition=no, sha=sha, tasks=len(tasks), units=created
    )
    return LoadResult(plan.id, code, no, outcome, len(tasks), created)


def export_catalogue(c: Context, plan_id: int) -> model.Catalogue:
    """The catalogue of a plan's last edition, as it was loaded.

    Who: whoever reads everything. Raises NotFound.
    """
    plan = c.session.scalar(select(Plan.id).where(Plan.id == plan_id, visible_to(c.actor, Plan)))
    all_of_it = plan is not None and reads_plan(c.session, c.actor, plan)
    edition = last_edition(c, plan_id) if all_of_it else None
    if edition is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return from_plain(json.loads(edition.catalogue, parse_float=Decimal))


def head_of(catalogue: model.Catalogue) -> tuple[str, int, int]:
    """The plan's code, first and last year; from its other dates where they are not said."""
    plan = catalogue.plan
    code = plan.code or plan.document_number or plan.title
    first = plan.first_year or (plan.published.year if plan.published else None)
    dues = [task.due.year for task in catalogue.tasks if task.due]
    by = [m.by_year for task in catalogue.tasks for m in task.measures if m.by_year]
    last = plan.last_year or max([*dues, *by], default=None)
    problems = []
    if not code:
        problems.append(
            Problem(
                "plan.code",
                mark(
                    "the plan has no code, number or title: give them under “Plan and tasks”, "
                    "or with --code, --number or --title"
                ),
            )
        )
    if first is None:
        problems.append(
            Problem(
                "plan.first_year",
                mark(
                    "the plan's first year is missing: give it under “Plan and tasks”, "
                    "or with --first-year"
                ),
            )
        )
    if last is None or (first is not None and last < first):
        problems.append(
            Problem(
                "plan.last_year",
                mark(
                    "the plan's last year is missing or before the first: give it under "
                    "“Plan and tasks”, or with --last-year"
                ),
            )
        )
    if problems or not code or first is None or last is None:
        raise Invalid(mark("The catalogue cannot become a plan."), tuple(problems))
    return code, first, last


def check_numbers(catalogue: model.Catalogue) -> None:
    """Raises Invalid with the tasks and indicators whose numbers the database cannot keep."""
    problems = []
    for task in catalogue.tasks:
        for measure in task.measures:
            for value in (measure.value, measure.value_max):
                try:
                    to_millionths(value or Decimal(0))
                except Invalid as error:
                    problems.append(Problem(task.code, error.message, **error.fields))
    for one in catalogue.indicators:
        for value in (one.baseline, one.target, one.target_max):
            try:
                to_millionths(value or Decimal(0))
            except Invalid as error:
                problems.append(Problem(one.name, error.message, **error.fields))
    if problems:
        raise Invalid(mark("The catalogue cannot become a plan."), tuple(problems))


def lay_items(c: Context, plan_id: int, catalogue: model.Catalogue) -> dict[str, int]:
    """Make a plan's headings be the catalogue's; their ids by code. Others stay as they are."""
    present = {
        item.code: item for item in c.session.scalars(select(Item).where(Item.plan_id == plan_id))
    }
    for position, entry in enumerate(catalogue.items, 1):
        item = present.get(entry.code)
        if item is None:
            item = present[entry.code] = Item(plan_id=plan_id, code=entry.code)
            c.session.add(item)
        item.title, item.position = entry.title, position
    c.session.flush()
    for entry in catalogue.items:
        above = present[entry.parent].id if entry.parent else None
        present[entry.code].parent_id = above
    return {code: item.id for code, item in present.items()}


def _tasks(
    c: Context, plan_id: int, catalogue: model.Catalogue, items: dict[str, int]
) -> dict[int, model.CatalogueTask]:
    """The draft's tasks by id. Those it no longer names are dropped, those back are drafted."""
    found = c.session.execute(
        select(Task, TaskState.state)
        .join(TaskState, TaskState.task_id == Task.id)
        .where(Task.plan_id == plan_id, TaskState.open(), Task.origin == "plan")
    ).all()
    present = {task.code: (task, state) for task, state in found}
    made = {}
    new = []
    for position, entry in enumerate(catalogue.tasks, 1):
        task, state = present.pop(entry.code, (None, TaskStateName.DRAFTED))
        if task is None:
            task = Task(plan_id=plan_id, code=entry.code, origin="plan", version=0)
            c.session.add(task)
            new.append(task)
        task.item_id, task.position = items.get(entry.item or ""), position
        task.version += 1
        if state == TaskStateName.DROPPED:
            c.transition("task", task.id, "draft_again", chain=plan_id)
        made[entry.code] = (task, entry)
    c.session.flush()
    record.begin_state(c.session, "task", [task.id for task in new], c.now)
    for task, state in present.values():
        if state != TaskStateName.DROPPED:
            c.transition("task", task.id, "drop", chain=plan_id)
    return {task.id: entry for task, entry in made.values()}
