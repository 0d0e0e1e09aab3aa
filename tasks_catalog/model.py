"""The catalogue: what a plan demands, as typed values that never change once made.

The fields are those of `luoshi.catalogue/1` (catalogue.schema.json, docs/catalogue.md), name for
name. Quantities are `Decimal`, dates local calendar dates; None stands for what the document does
not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from i18n import mark
from workflow.rules.assignments import AssignmentRole

SCHEMA = "luoshi.catalogue/1"

TaskKind = Literal["numbers", "deliverable", "milestones", "steady"]
Frequency = Literal["once", "per_year", "every_n_years", "continuous"]
Op = Literal[">=", ">", "<=", "<", "=", "approx"]
MeasureKind = Literal["cumulative", "new", "annual", "ratio", "stock", "growth"]
DeadlineKind = Literal["by", "window", "relative", "ongoing", "instalment", "policy-window"]
UnitKind = Literal[
    "department", "county", "park", "enterprise", "university", "institution", "mass"
]
Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[Severity, str] = {
    "error": mark("contradiction"),
    "warning": mark("doubtful"),
    "note": mark("note"),
}
"""What people read for each."""


@dataclass(frozen=True)
class CataloguePlan:
    """A published document with its span of years."""

    code: str | None = None
    title: str | None = None
    issuer: str | None = None
    document_number: str | None = None
    published: date | None = None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class SourcePlace:
    """A place in the document: lines of its text from 1, the page, the sheet of a workbook."""

    line: int | None = None
    line_end: int | None = None
    page: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class CatalogueMeasure:
    """A number to be reached; `text` is an exact piece of the document.

    `value` is the lower end and `value_max` the upper end of a range. `relative` says "double",
    "triple" or "quadruple" where the words give a multiple of an unnamed baseline; then `value` is
    None.
    """

    metric: str
    op: Op
    value: Decimal | None
    unit: str = ""
    by_year: int | None = None
    kind: MeasureKind = "cumulative"
    firm: bool = True
    text: str = ""
    value_max: Decimal | None = None
    relative: str | None = None


@dataclass(frozen=True)
class Deadline:
    """A date that the words give; `date` is None where they give none that can be computed."""

    text: str
    date: date | None = None
    kind: DeadlineKind = "by"
    what: str | None = None


@dataclass(frozen=True)
class Deliverable:
    """Something that must exist: a policy, a platform, a report; `text` as in the document."""

    name: str
    text: str = ""
    due: date | None = None


@dataclass(frozen=True)
class TaskUnit:
    """A unit's part in a task: `name` is the unit's usual name, `written` the document's words."""

    name: str
    written: str
    role: AssignmentRole
    group: bool = False


@dataclass(frozen=True)
class DoubtDetail:
    """Why a doubt was raised, for programs: the kind and the values in its message."""

    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogueItem:
    """A heading that groups tasks; `measures` are numbers promised for the whole heading."""

    code: str
    title: str
    parent: str | None = None
    measures: tuple[CatalogueMeasure, ...] = ()
    source: SourcePlace | None = None


@dataclass(frozen=True)
class CatalogueTask:
    """The smallest thing somebody is answerable for.

    `doubts` are sentences for people; `doubt_details`, where given, has one entry for each.
    `taken_from` names the task of a plan above that this one was taken down from, as code of the
    plan, "/", code of the task.
    """

    code: str
    title: str
    kind: TaskKind
    item: str | None = None
    text: str = ""
    units: tuple[TaskUnit, ...] = ()
    leaders: tuple[str, ...] = ()
    frequency: Frequency | None = None
    due: date | None = None
    due_text: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    measures: tuple[CatalogueMeasure, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    source: SourcePlace | None = None
    doubts: tuple[str, ...] = ()
    doubt_details: tuple[DoubtDetail, ...] = ()
    taken_from: str | None = None


@dataclass(frozen=True)
class Actual:
    """What an indicator had reached in a year."""

    year: int | None
    value: Decimal | None


@dataclass(frozen=True)
class Indicator:
    """A number of the whole plan: a row of a table, or a goal in the prose (`table` None)."""

    name: str
    table: str | None = None
    no: int | None = None
    category: str | None = None
    unit: str | None = None
    scope: str | None = None
    baseline_year: int | None = None
    baseline: Decimal | None = None
    target_year: int | None = None
    target: Decimal | None = None
    op: Op | None = None
    actual_year: int | None = None
    actual: Decimal | None = None
    actuals: tuple[Actual, ...] = ()
    target_text: str | None = None
    notes: tuple[str, ...] = ()
    source: SourcePlace | None = None
    target_max: Decimal | None = None
    relative: str | None = None
    kind: MeasureKind | None = None
    firm: bool = True


@dataclass(frozen=True)
class CatalogueUnit:
    """An organisation, or a group that the document names as if it were one."""

    name: str
    aliases: tuple[str, ...] = ()
    group: bool = False
    members: tuple[str, ...] = ()
    kind: UnitKind | None = None


@dataclass(frozen=True)
class FindingPlace:
    """Where a finding lies: a document's name (None: this one) and its lines from 1."""

    document: str | None = None
    line: int | None = None
    line_end: int | None = None


@dataclass(frozen=True)
class Finding:
    """A contradiction or an oddity of the document, with the numbers that show it."""

    kind: str
    severity: Severity
    message: str
    where: tuple[FindingPlace, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    suggestion: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """Everything that one document demands."""

    plan: CataloguePlan = CataloguePlan()
    items: tuple[CatalogueItem, ...] = ()
    tasks: tuple[CatalogueTask, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    units: tuple[CatalogueUnit, ...] = ()
    findings: tuple[Finding, ...] = ()
