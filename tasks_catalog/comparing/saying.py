"""A field's name and value in words, for lists of differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from i18n import _, mark
from tasks_catalog.model import CatalogueMeasure, Deadline, Deliverable, TaskUnit
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.progress.quantities import plain

FIELD_WORDS = {
    "code": mark("code"),
    "item": mark("heading"),
    "kind": mark("kind of task"),
    "title": mark("title"),
    "text": mark("words of the plan"),
    "due": mark("due date"),
    "due_text": mark("due date in words"),
    "frequency": mark("how often"),
    "leaders": mark("responsible leaders"),
    "deadlines": mark("dates in the text"),
    "measures": mark("measures"),
    "deliverables": mark("deliverables"),
    "units": mark("units"),
    "issuer": mark("issuing body"),
    "document_number": mark("document number"),
    "published": mark("day of publication"),
    "first_year": mark("first year"),
    "last_year": mark("last year"),
}
_WORDS = {
    "numbers": mark("numbers"),
    "deliverable": mark("deliverable"),
    "milestones": mark("milestones"),
    "steady": mark("steady work"),
    "once": mark("once"),
    "per_year": mark("every year"),
    "every_n_years": mark("every few years"),
    "continuous": mark("continuously"),
}
_OPS = {">=": "≥", "<=": "≤", "approx": "≈"}


def said(field: str, value: object) -> str:
    """A value of a field (see FieldChange) as a person reads it; "–" for none."""
    if value is None or value in ((), ""):
        return "–"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _("; ").join(_part(one) for one in value)
    if isinstance(value, date):
        return value.isoformat()
    words = _WORDS.get(str(value)) if field in ("kind", "frequency") else None
    return _(words) if words else str(value)


def _part(one: object) -> str:
    match one:
        case CatalogueMeasure():
            return _measure(one)
        case TaskUnit():
            return one.name + _(" ({text})", text=_(ASSIGNMENT_ROLES[one.role]))
        case Deliverable():
            return f"{one.name} {one.due.isoformat()}" if one.due else one.name
        case Deadline():
            return f"{one.text} {one.date.isoformat()}" if one.date else one.text
    return str(one)


def _measure(one: CatalogueMeasure) -> str:
    value = plain(one.value) if one.value is not None else one.relative or ""
    upper = f"–{plain(one.value_max)}" if one.value_max is not None else ""
    year = f" {one.by_year}" if one.by_year else ""
    return f"{one.metric} {_OPS.get(one.op, one.op)} {value}{upper}{one.unit}{year}"
