"""The edition of a plan that is in force, and what a newer one would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from db.models import Edition, Measure, MeasureVersion, Plan, Task, TaskVersion
from db.queries.places.places import about_plan
from i18n import mark
from tasks_catalog import model
from tasks_catalog.comparing import Differences, TaskChange, compare
from tasks_catalog.comparing.continuing import with_units
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import NotFound
from workflow.verbs.context import Context
from workflow.verbs.finding import catalogue_of, find_visible, last_edition


@dataclass(frozen=True)
class Overtaken:
    """What a decision moved since the edition in force, and the newer edition moves as well.

    `code` is the newer edition's; `field` is due, or the metric of a measure; values are dates or
    numbers: as the edition in force says, as it stands today, as it would be.
    """

    code: str
    field: str
    edition: object
    stands: object
    after: object


@dataclass(frozen=True)
class EditionPreview:
    """What a newer edition would do. `edition` is the number of the one in force, `version` the
    plan's, to be handed back to load_edition. `running`: the plan is issued, so that a document is
    needed and units are told."""

    plan_id: int
    edition: int
    version: int
    running: bool
    differences: Differences
    overtaken: tuple[Overtaken, ...]


def preview_edition(
    c: Context,
    *,
    plan_id: int,
    catalogue: model.Catalogue,
    confirmed: Mapping[str, str] | None = None,
) -> EditionPreview:
    """Compare a catalogue with the edition of a plan that is in force; changes nothing.

    Who: the office. `confirmed` as for load_edition. Raises NotFound where there is no such plan or
    it was not made from a catalogue, NotAllowed, Invalid for codes that are not there.
    """
    c.require(Permission.PREPARE, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    edition = in_force_of(c, plan_id)
    differences = between(catalogue_of(edition), catalogue, confirmed)
    codes = [change.old.code for change in differences.changed]
    overtaken = tuple(_overtaken(c, plan_id, differences, codes))
    running = plan.issued_at is not None
    return EditionPreview(plan_id, edition.no, plan.version, running, differences, overtaken)


def in_force_of(c: Context, plan_id: int) -> Edition:
    """The edition that a plan was loaded with last. Raises NotFound."""
    edition = last_edition(c, plan_id)
    if edition is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return edition


def between(
    old: model.Catalogue, new: model.Catalogue, confirmed: Mapping[str, str] | None
) -> Differences:
    """What a newer edition of the same plan changes; the plan's own code is no difference."""
    return compare(old, continued(old, new, confirmed), confirmed)


def continued(
    old: model.Catalogue, new: model.Catalogue, confirmed: Mapping[str, str] | None
) -> model.Catalogue:
    """A newer edition as it is applied: the plan keeps its code, and a task its units where the
    edition names none."""
    return with_units(old, replace(new, plan=replace(new.plan, code=old.plan.code)), confirmed)


def _overtaken(
    c: Context, plan_id: int, differences: Differences, codes: list[str]
) -> Iterator[Overtaken]:
    of_plan = (Task.plan_id == plan_id, Task.code.in_(codes))
    dues = dict(
        c.session.execute(
            select(Task.code, TaskVersion.due)
            .join(TaskVersion, TaskVersion.task_id == Task.id)
            .where(*of_plan, TaskVersion.open())
        )
        .tuples()
        .all()
    )
    values = {
        (code, metric, unit): value
        for code, metric, unit, value in c.session.execute(
            select(Task.code, MeasureVersion.metric, MeasureVersion.unit, MeasureVersion.value)
            .join(Measure, Measure.task_id == Task.id)
            .join(MeasureVersion, MeasureVersion.measure_id == Measure.id)
            .where(*of_plan, MeasureVersion.open())
        )
    }
    for change in differences.changed:
        old, new = change.old, change.new
        if old.due != new.due and dues.get(old.code, old.due) != old.due:
            yield Overtaken(new.code, "due", old.due, dues[old.code], new.due)
        yield from _numbers(change, values)


def _numbers(
    change: TaskChange, values: Mapping[tuple[str, str, str], Decimal | None]
) -> Iterator[Overtaken]:
    old, new = change.old, change.new
    after = {(one.metric, one.unit): one.value for one in new.measures}
    for one in old.measures:
        stands = values.get((old.code, one.metric, one.unit), one.value)
        wanted = after.get((one.metric, one.unit))
        if one.value not in (stands, wanted):
            yield Overtaken(new.code, one.metric, one.value, stands, wanted)
