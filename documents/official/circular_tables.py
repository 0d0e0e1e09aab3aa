"""The tables behind a circular: how units stand, numbers against their path, what is due next."""

from __future__ import annotations

from collections.abc import Callable

from documents.official.paper import Attachment, Grid
from documents.official.words import LIGHTS, percent_of_path, some_names, source
from i18n import _, full_date
from workflow.rules.papers.circular import Circular
from workflow.rules.progress.lights import Light
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.punctuality import PunctualityWord


def circular_tables(found: Circular) -> list[Attachment]:
    """The attachments of a circular."""
    made: list[tuple[str, Callable[[Circular], Grid]]] = [
        (_("How units stand"), _units_table),
        (_("Numbers against their path"), _numbers_table),
    ]
    if found.to_come or found.due_next:
        made.append((_("What is due next"), _next_table))
    return [Attachment(title, [table(found)]) for title, table in made]


def _units_table(found: Circular) -> Grid:
    word = PunctualityWord
    shown_lights = (Light.DONE, Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    heads = [
        _("Unit"), _("Tasks"), *(_(LIGHTS[light]) for light in shown_lights), _("Reports owed"),
        _("on time"), _("late"), _("not reported"),
    ]  # fmt: skip
    rows = [
        [
            unit.name, str(sum(unit.lights.values())),
            *(str(unit.lights.get(light, 0)) for light in shown_lights), str(len(unit.papers)),
            *(str(unit.count(one)) for one in (word.ON_TIME, word.LATE, word.MISSING)),
        ]
        for unit in found.units
    ]  # fmt: skip
    return Grid(heads, rows, [24, *[8] * 10])


def _numbers_table(found: Circular) -> Grid:
    heads = [
        _("Task"), _("Measure"), _("Attained"), _("Path"), _("Year's target"), _("Of the path"),
        _("Progress light"), _("Source and date"),
    ]  # fmt: skip
    rows = []
    for one in found.numbers:
        point, unit = one.state.point, one.state.unit
        rows.append(
            [
                one.task, one.state.metric,
                shown(one.state.actual, unit) if one.state.actual is not None else "—",
                shown(point.expected, unit) if point else "—",
                shown(point.target, unit) if point else "—",
                percent_of_path(one), _(LIGHTS[one.light]), source(one),
            ]
        )  # fmt: skip
    return Grid(heads, rows, [8, 22, 12, 12, 12, 11, 10, 30])


def _next_table(found: Circular) -> Grid:
    heads = [_("Due"), _("Task"), _("What is due"), _("Lead unit")]
    steps = [
        (one.due, one.task, _("deliverable: {title}", title=one.title) if one.deliverable
         else _("milestone: {title}", title=one.title), one.leads)
        for one in found.to_come
    ]  # fmt: skip
    tasks = [
        (task.due or found.until, task.code, task.title, task.leads) for task in found.due_next
    ]
    rows = [
        [full_date(due), code, what, some_names(leads, 3)]
        for due, code, what, leads in sorted(steps + tasks)
    ]
    return Grid(heads, rows, [18, 9, 45, 28])
