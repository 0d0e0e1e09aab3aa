"""The catalogue: what a plan demands, as typed values that never change once made.

The fields are those of `luoshi.catalogue/1` (docs/catalogue.md), name for name; `make docs` writes
catalogue.schema.json from them (`schema_of_catalogue`). Quantities are `Decimal`, dates local
calendar dates; None stands for what the document does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, WithJsonSchema

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
Relative = Literal["double", "triple", "quadruple"]
_PATTERN = r"^[^\u0000-\u0008\u000b-\u001f]*$"
Text = Annotated[str, Field(json_schema_extra={"pattern": _PATTERN})]
Word = Annotated[str, Field(min_length=1, json_schema_extra={"pattern": _PATTERN})]
Year = Annotated[int, Field(ge=1900, le=2200)]
Count = Annotated[int, Field(ge=0)]
Day = date  # a field that is called date hides the type
Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
SEVERITIES: dict[Severity, str] = {
    "error": mark("contradiction"),
    "warning": mark("doubtful"),
    "note": mark("note"),
}
"""What people read for each."""


class _Strict:
    """What another field than these is no catalogue."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class CataloguePlan(_Strict):
    """A published document with its span of years."""

    code: Text | None = None
    title: Text | None = None
    issuer: Text | None = None
    document_number: Text | None = None
    published: date | None = None
    first_year: Year | None = None
    last_year: Year | None = None


@dataclass(frozen=True)
class SourcePlace(_Strict):
    """A place in the document: lines of its text from 1, the page, the sheet of a workbook."""

    line: Count | None = None
    line_end: Count | None = None
    page: Count | None = None
    sheet: Text | None = None


@dataclass(frozen=True)
class CatalogueMeasure(_Strict):
    """A number to be reached; `text` is an exact piece of the document.

    `value` is the lower end and `value_max` the upper end of a range. `relative` says "double",
    "triple" or "quadruple" where the words give a multiple of an unnamed baseline; then `value` is
    None.
    """

    metric: Word
    op: Op
    value: Number | None
    unit: Text = ""
    by_year: Year | None = None
    kind: MeasureKind = "cumulative"
    firm: bool = True
    text: Text = ""
    value_max: Number | None = None
    relative: Relative | None = None


@dataclass(frozen=True)
class Deadline(_Strict):
    """A date that the words give; `date` is None where they give none that can be computed."""

    text: Text
    date: Day | None = None
    kind: DeadlineKind = "by"
    what: Text | None = None


@dataclass(frozen=True)
class Deliverable(_Strict):
    """Something that must exist: a policy, a platform, a report; `text` as in the document."""

    name: Word
    text: Text = ""
    due: date | None = None


@dataclass(frozen=True)
class TaskUnit(_Strict):
    """A unit's part in a task: `name` is the unit's usual name, `written` the document's words."""

    name: Word
    written: Text
    role: AssignmentRole
    group: bool = False


@dataclass(frozen=True)
class DoubtDetail(_Strict):
    """Why a doubt was raised, for programs: the kind and the values in its message."""

    kind: Word
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogueItem(_Strict):
    """A heading that groups tasks; `measures` are numbers promised for the whole heading."""

    code: Word
    title: Text
    parent: Text | None = None
    measures: tuple[CatalogueMeasure, ...] = ()
    source: SourcePlace | None = None


@dataclass(frozen=True)
class CatalogueTask(_Strict):
    """The smallest thing somebody is answerable for.

    `doubts` are sentences for people; `doubt_details`, where given, has one entry for each.
    `taken_from` names the task of a plan above that this one was taken down from, as code of the
    plan, "/", code of the task.
    """

    code: Word
    title: Text
    kind: TaskKind
    item: Text | None = None
    text: Text = ""
    units: tuple[TaskUnit, ...] = ()
    leaders: tuple[Word, ...] = ()
    frequency: Frequency | None = None
    due: date | None = None
    due_text: Text | None = None
    deadlines: tuple[Deadline, ...] = ()
    measures: tuple[CatalogueMeasure, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    source: SourcePlace | None = None
    doubts: tuple[Word, ...] = ()
    doubt_details: tuple[DoubtDetail, ...] = ()
    taken_from: Text | None = None


@dataclass(frozen=True)
class Actual(_Strict):
    """What an indicator had reached in a year."""

    year: Year | None
    value: Number | None


@dataclass(frozen=True)
class Indicator(_Strict):
    """A number of the whole plan: a row of a table, or a goal in the prose (`table` None)."""

    name: Word
    table: Text | None = None
    no: Count | None = None
    category: Text | None = None
    unit: Text | None = None
    scope: Text | None = None
    baseline_year: Year | None = None
    baseline: Number | None = None
    target_year: Year | None = None
    target: Number | None = None
    op: Op | None = None
    actual_year: Year | None = None
    actual: Number | None = None
    actuals: tuple[Actual, ...] = ()
    target_text: Text | None = None
    notes: tuple[Word, ...] = ()
    source: SourcePlace | None = None
    target_max: Number | None = None
    relative: Relative | None = None
    kind: MeasureKind | None = None
    firm: bool = True


@dataclass(frozen=True)
class CatalogueUnit(_Strict):
    """An organisation, or a group that the document names as if it were one."""

    name: Word
    aliases: tuple[Word, ...] = ()
    group: bool = False
    members: tuple[Word, ...] = ()
    kind: UnitKind | None = None


@dataclass(frozen=True)
class FindingPlace(_Strict):
    """Where a finding lies: a document's name (None: this one) and its lines from 1."""

    document: Text | None = None
    line: Count | None = None
    line_end: Count | None = None


@dataclass(frozen=True)
class Finding(_Strict):
    """A contradiction or an oddity of the document, with the numbers that show it."""

    kind: Word
    severity: Severity
    message: Text
    where: tuple[FindingPlace, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    suggestion: Text | None = None


@dataclass(frozen=True)
class Catalogue(_Strict):
    """Everything that one document demands."""

    plan: CataloguePlan = CataloguePlan()
    items: tuple[CatalogueItem, ...] = ()
    tasks: tuple[CatalogueTask, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    units: tuple[CatalogueUnit, ...] = ()
    findings: tuple[Finding, ...] = ()


def schema_of_catalogue() -> dict[str, Any]:
    """The JSON Schema of a catalogue as a file has it: it names its form, and a unit need not say
    again how it is written."""
    made = TypeAdapter(Catalogue).json_schema()
    made["$id"] = SCHEMA
    made["properties"] = {"schema": {"const": SCHEMA}, **made["properties"]}
    made["required"] = ["schema", "plan", "tasks"]
    made["$defs"]["TaskUnit"]["required"].remove("written")
    return made
