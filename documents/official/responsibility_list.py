"""责任清单: tasks, numbers, shares by year, results, dates and units as an official paper."""

from __future__ import annotations

from collections.abc import Iterable

from documents.official.paper import Block, Grid, Heading, Paper, PaperKind, Paragraph
from documents.official.words import all_names, first_heading
from i18n import _, full_date
from workflow.rules.papers.responsibility import (
    MeasureDemand,
    ResponsibilityList,
    StepDemand,
    TaskDemand,
)
from workflow.rules.progress.quantities import shown

OPERATORS = {">=": "≥", "<=": "≤", "approx": "≈"}
WIDTHS = [7, 25, 32, 13, 23]


def responsibility_paper(found: ResponsibilityList) -> Paper:
    """The list as a paper, in the reader's language: a table an item."""
    tasks = found.tasks
    led = {name for task in tasks for name in task.leads}
    blocks: list[Block] = [
        Paragraph(
            _(
                "The list names the tasks of “{plan}” ({first}–{last}), {n} in number, as they are "
                "laid down on {day}: who leads, who supports, what is to be reached in which year, "
                "what must exist and by when. Leading units and groups: {units}.",
                plan=found.plan, first=found.first_year, last=found.last_year, n=len(tasks),
                day=found.day, units=len(led),
            )
        )
    ]  # fmt: skip
    if found.document:
        blocks.append(Paragraph(_("It rests on: {document}.", document=found.document)))
    heads = [_("Number"), _("Task"), _("To be reached"), _("By when"), _("Units")]
    for no, item in enumerate(found.items, 1):
        title = item.title or _("Other tasks")
        if item.code and item.code != str(no):  # the plan counts in its own way
            title = f"{item.code} {title}"
        blocks += [
            Heading(first_heading(no, title)),
            Grid(heads, [_row(task) for task in item.tasks], WIDTHS),
        ]
    return Paper(
        PaperKind.RESPONSIBILITY_LIST,
        _("Responsibility list of “{plan}”", plan=found.plan),
        found.day.year,
        blocks,
        issuer=found.office,
        under=_("(as of {day})", day=found.day),
    )


def _row(task: TaskDemand) -> list[str]:
    return [task.code, task.title, "\n".join(_demands(task)), _by_when(task), _units(task)]


def _demands(task: TaskDemand) -> Iterable[str]:
    for measure in task.measures:
        yield _measure(measure)
        yield from _shares(measure)
    for step in task.steps:
        yield _step(step)
    if not task.measures and not task.steps:
        yield _("steady work, as the task says")


def _measure(one: MeasureDemand) -> str:
    if one.value is None:
        return one.metric
    operator = OPERATORS.get(one.op, one.op)
    value = f"{operator}{shown(one.value, one.unit, one.written)}"
    if one.by_year is None:
        return _("{metric} {value}", metric=one.metric, value=value)
    return _("{metric} {value} by {year}", metric=one.metric, value=value, year=one.by_year)


def _shares(one: MeasureDemand) -> Iterable[str]:
    """A line a year; with the sum where several units have a part in it."""
    for year, shares in one.by_years().items():
        parts = [
            _("{unit} {value}", unit=share.unit, value=shown(share.value, one.unit))
            for share in shares
        ]
        said = all_names(parts)
        if len(shares) > 1 and one.adds_up:
            whole = shown(sum((share.value for share in shares), start=shares[0].value * 0),
                          one.unit)  # fmt: skip
            yield _("{year}: {whole} in all ({parts})", year=year, whole=whole, parts=said)
        else:
            yield _("{year}: {parts}", year=year, parts=said)


def _step(step: StepDemand) -> str:
    due = full_date(step.due)
    if step.deliverable:
        return _("deliverable: {title} ({due})", title=step.title, due=due)
    return _("milestone: {title} ({due})", title=step.title, due=due)


def _by_when(task: TaskDemand) -> str:
    if task.due is None:
        return task.due_text or _("the whole time")
    return full_date(task.due)


def _units(task: TaskDemand) -> str:
    leads = _("lead: {units}", units=all_names(task.leads) or "—")
    if not task.supports:
        return leads
    return leads + "\n" + _("support: {units}", units=all_names(task.supports))
