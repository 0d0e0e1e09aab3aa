"""Words and small drawings for what a document demands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from markupsafe import Markup

from i18n import _, mark
from tasks_catalog.model import CatalogueMeasure, CatalogueTask
from ui.components.palette import PALETTE
from ui.components.pictures import bar
from ui.components.rendering import macro
from ui.views.shared.office import short_date
from ui.views.task.words import KINDS
from workflow.rules.assignments import ASSIGNMENT_ROLES, AssignmentRole
from workflow.rules.preparing.working_copy import Coverage
from workflow.rules.progress.quantities import shown

OPS = {
    ">=": mark("at least"),
    ">": mark("more than"),
    "<=": mark("at most"),
    "<": mark("less than"),
    "=": mark("exactly"),
    "approx": mark("about"),
}
SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "=": "＝", "approx": "≈"}
PIECES = "plan/preparing/preparing.html"
"""Where the pieces of HTML are drawn that only these pages have."""
MEASURE_KINDS = {
    "cumulative": mark("cumulative"),
    "new": mark("newly added"),
    "annual": mark("each year"),
    "ratio": mark("ratio"),
    "stock": mark("stock"),
    "growth": mark("growth"),
}
RELATIVE = {
    "double": mark("twice as much"),
    "triple": mark("three times as much"),
    "quadruple": mark("four times as much"),
}
FREQUENCIES = {
    None: mark("not said"),
    "once": mark("once"),
    "per_year": mark("every year"),
    "every_n_years": mark("every few years"),
    "continuous": mark("continuously"),
}


def meter(part: int, whole: int) -> Markup:
    """How much of a whole is done, as a strip; the words stand beside it."""
    share = 100 * part / whole if whole else 0.0
    return bar([(0.0, share, PALETTE["green" if part == whole else "accent"])])


def coverage_html(covered: Coverage) -> Markup:
    """How many tasks have a unit that answers, and what is still to be looked at."""
    open_points = covered.open_doubts + covered.open_findings
    said = _(
        "Tasks with a lead: {led} of {n}; doubts and findings open: {open}",
        led=covered.led, n=covered.tasks, open=open_points,
    )  # fmt: skip
    return macro(PIECES, "cover", meter(covered.led, covered.tasks), said)


def target(measure: CatalogueMeasure) -> str:
    """What a measure wants: sign, number and unit, by when, how it counts."""
    if measure.relative:
        said = _(RELATIVE[measure.relative])
    else:
        ends = [shown(v) for v in (measure.value, measure.value_max) if v is not None]
        said = f"{SIGNS[measure.op]} {'–'.join(ends)} {measure.unit}".rstrip()
    if measure.by_year:
        said = _("{target} by {year}", target=said, year=measure.by_year)
    kind = _(MEASURE_KINDS[measure.kind])
    return _("{target}, {kind}", target=said, kind=kind)


def number_text(value: Decimal | int | None) -> str:
    """A number as one types it; nothing where there is none."""
    return "" if value is None else format(Decimal(value), "f")


def led_by(task: CatalogueTask) -> list[str]:
    """Names of the units that answer for a task."""
    return [unit.name for unit in task.units if unit.role != AssignmentRole.SUPPORT]


def when(task: CatalogueTask) -> str:
    """By when a task is to be done, in few letters."""
    if task.due:
        return short_date(task.due)
    return task.due_text or ""


def plain_said(value: Any) -> str:
    """A value of a change as a person reads it; "–" for none."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, list):
        return _("; ").join(_entry_said(entry) for entry in value)
    if isinstance(value, dict):
        return _entry_said(value)
    words = (KINDS | FREQUENCIES).get(value) if isinstance(value, str) else None
    return _(words) if words else str(value)


def _entry_said(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    if "role" in entry:
        return _("{unit} ({role})", unit=entry["name"], role=_(ASSIGNMENT_ROLES[entry["role"]]))
    if "metric" in entry:
        ends = [number_text(entry.get(name)) for name in ("value", "value_max")]
        number = "–".join(end for end in ends if end)
        return f"{entry['metric']} {SIGNS[entry['op']]} {number}{entry['unit']}"
    return str(entry.get("title") or entry.get("name") or entry.get("text") or "")
