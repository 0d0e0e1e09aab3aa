"""承接分解: a task of a plan above becomes a draft of ones own, with words, numbers and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from db.models import Edition, Place, Plan
from db.queries.places.cascade import HandedDown, handed_down
from i18n import _, mark
from tasks_catalog.model import Catalogue, CatalogueItem, CataloguePlan, CatalogueTask
from workflow.rules.access.permissions import Permission, Subject, require_for_some
from workflow.rules.preparing.splitting import free_code
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.context import Context
from workflow.verbs.finding import catalogue_of, find_visible, last_edition
from workflow.verbs.preparing.start_working_copy import CopyStarted, start_working_copy


def take_down(
    c: Context, *, assignment_ids: Sequence[int], plan_id: int | None = None
) -> CopyStarted:
    """Begin a working copy with tasks that plans above hand down to the actor's place: words, dates
    and numbers as they were asked of it; units are left to be assigned. With `plan_id`, of a plan
    of the place, it is a newer edition of that plan to which the tasks are added.

    Who: the office of the place. What was taken down already is not taken again. Leaves an event,
    sends nothing. Raises NotFound for what is not handed down, NotAllowed, Invalid for nothing.
    """
    require_for_some(c.actor, Permission.PREPARE)
    given = {row.assignment_id: row for row in handed_down(c.session, c.actor, c.now, c.today.year)}
    wanted = [given[one] for one in dict.fromkeys(assignment_ids) if one in given]
    if len(wanted) < len(set(assignment_ids)):
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    wanted = [row for row in wanted if not row.taken]
    if not wanted:
        raise Invalid(mark("Choose tasks that have not been taken down yet."))
    place_id = wanted[0].place_id
    c.require(Permission.PREPARE, Subject(place_id))
    tasks = [_task(c, row) for row in wanted]
    if plan_id is not None:
        find_visible(c, Plan, plan_id)
        edition = last_edition(c, plan_id)
        if edition is None:
            raise NotFound(mark("There is nothing here, or it is not yours to see."))
        return start_working_copy(
            c, catalogue=_added(catalogue_of(edition), tasks), plan_id=plan_id
        )
    return start_working_copy(c, catalogue=_new(c, wanted[0], tasks), place_id=place_id)


def _task(c: Context, row: HandedDown) -> CatalogueTask:
    """The task as the place was given it."""
    edition = c.session.scalars(
        select(Edition).where(Edition.plan_id == row.plan_id).order_by(Edition.no.desc()).limit(1)
    ).one()
    entry = next((one for one in catalogue_of(edition).tasks if one.code == row.code), None)
    entry = entry or CatalogueTask(row.code, row.title, "steady")
    asked: dict[tuple[str, str], Decimal | None] = {(m, u): value for m, u, value in row.targets}
    return replace(
        entry,
        units=(),
        leaders=(),
        source=None,
        doubts=_doubts(entry, asked),
        doubt_details=(),
        due=row.due,
        measures=tuple(
            replace(one, value=asked.get((one.metric, one.unit)) or one.value)
            for one in entry.measures
        ),
        taken_from=f"{row.plan_code}/{row.code}",
    )


def _doubts(task: CatalogueTask, asked: dict[tuple[str, str], Decimal | None]) -> tuple[str, ...]:
    """Numbers of which nobody has said how much falls to the place: they stand as for the whole."""
    return tuple(
        _("{metric}: the level above has not said how much of it falls to this place", metric=name)
        for name in dict.fromkeys(
            one.metric for one in task.measures if asked.get((one.metric, one.unit)) is None
        )
    )


def _new(c: Context, row: HandedDown, tasks: Sequence[CatalogueTask]) -> Catalogue:
    """A plan of the place's own for what was taken down."""
    plan = c.session.get_one(Plan, row.plan_id)
    place = c.session.get_one(Place, row.place_id)
    heading = _("Tasks of the level above")
    return Catalogue(
        plan=CataloguePlan(
            code=f"{plan.code}-{place.code}",
            title=_("{place}: what is taken down from “{plan}”", place=place.name, plan=plan.title),
            issuer=place.name,
            first_year=plan.first_year,
            last_year=plan.last_year,
        ),
        items=(CatalogueItem("1", heading),),
        tasks=tuple(replace(task, item="1") for task in tasks),
    )


def _added(catalogue: Catalogue, tasks: Sequence[CatalogueTask]) -> Catalogue:
    """A plan's catalogue with further tasks, under codes that are free."""
    codes = {task.code for task in catalogue.tasks}
    item = next((one.code for one in catalogue.items), None)
    made = []
    for task in tasks:
        code = task.code if task.code not in codes else free_code(task.code, codes)
        codes.add(code)
        made.append(replace(task, code=code, item=item))
    return replace(catalogue, tasks=(*catalogue.tasks, *made))
