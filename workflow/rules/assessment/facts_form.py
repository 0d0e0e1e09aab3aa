"""The form of facts, `luoshi.facts/1`: what is known of every unit when a year is frozen.

The types are the one description: `make docs` writes the JSON Schema beside this module from them.
Facts are held against that schema (`forms`), which names the key at fault and the nearest that
there is; pydantic reads them no faster and would copy every one of them.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, WithJsonSchema, with_config
from typing_extensions import TypeAliasType, TypedDict

from workflow.rules.assessment.doubts import DoubtKind
from workflow.rules.assignments import AssignmentRole
from workflow.rules.reporting.punctuality import PunctualityWord

FORM = "facts.schema.json"
"""The JSON Schema of facts, beside this module; whoever reads facts loads it."""
SCHEMA = "luoshi.facts/1"

_DIGITS = r"[0-9]+(\.[0-9]{1,6})?$"
Number = TypeAliasType(
    "Number",
    Annotated[
        int | str, WithJsonSchema({"type": ["integer", "string"], "pattern": "^-?" + _DIGITS})
    ],
)
"""A whole number or decimal text: what has passed through a float is not exact."""
Amount = TypeAliasType(
    "Amount",
    Annotated[
        int | str,
        WithJsonSchema({"type": ["integer", "string"], "pattern": "^" + _DIGITS, "minimum": 0}),
    ],
)
Day = TypeAliasType("Day", Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")])
Evidence = TypeAliasType("Evidence", list[str])
Name = Annotated[str, Field(min_length=1)]
Place = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Operator = Literal[">=", ">", "<=", "<", "=", "approx"]
_form = with_config(ConfigDict(extra="forbid", use_attribute_docstrings=True))


@_form
class QuantityData(TypedDict):
    """A number with what it is counted in and what it was before."""

    value: Number | None
    """null where it is not known."""
    unit: NotRequired[str]
    """What it is counted in, such as 万人."""
    periods: NotRequired[dict[str, Number]]
    """The same number in other periods: {'2024': 12, '2025Q1': 3}."""
    evidence: NotRequired[Evidence]


@_form
class RankData(TypedDict):
    """A rank that others have given."""

    id: Name
    name: Name
    """What was ranked."""
    rank: Place
    of: Place
    """How many were ranked."""
    evidence: NotRequired[Evidence]


@_form
class RatingData(TypedDict):
    """Marks given by people."""

    id: Name
    name: Name
    """What was rated."""
    group: NotRequired[str]
    """Who rated."""
    marks: list[Number]
    evidence: NotRequired[Evidence]


@_form
class BallotData(TypedDict):
    """Votes counted."""

    id: Name
    name: Name
    """What was voted on."""
    group: NotRequired[str]
    """Who voted."""
    votes: dict[str, Count]
    """How many votes each word got."""
    issued: NotRequired[Count]
    returned: NotRequired[Count]
    valid: NotRequired[Count]
    evidence: NotRequired[Evidence]


@_form
class DoubtData(TypedDict):
    """What a person has to look at; no rule does."""

    measure_id: int
    metric: NotRequired[str]
    kind: DoubtKind
    before: NotRequired[str]
    after: NotRequired[str]
    unit: NotRequired[str]
    cleared: NotRequired[bool]
    """Somebody has looked at it and said why it is in order."""


@_form
class MeasureData(TypedDict):
    """A measured number of a task."""

    id: Name
    metric: str
    op: Operator
    kind: NotRequired[str]
    unit: NotRequired[str]
    firmness: NotRequired[str]
    """expected, preliminary or confirmed"""
    start: NotRequired[Number]
    """Where counting begins; 0 unless said."""
    target: NotRequired[Number | None]
    """Where the number should stand at the end of the year, counted as `actual` is; null where the
    year asks for nothing."""
    expected: NotRequired[Number | None]
    """Where its path wants it on the day; null where nothing is expected yet."""
    actual: NotRequired[Number | None]
    """What was reported and accepted; null where nothing was."""
    last_year: NotRequired[Number | None]
    """What the same number was at the end of last year."""
    values: NotRequired[dict[str, Number]]
    """Further numbers that belong to it, by name: {全省平均: '85.2'}."""
    periods: NotRequired[dict[str, Number]]
    """The same number in other periods: {'2024': 12, '2025Q1': 3}."""
    evidence: NotRequired[Evidence]


@_form
class MilestoneData(TypedDict):
    """A dated step of a task."""

    id: Name
    title: str
    due: Day
    reached_on: NotRequired[Day | None]
    deliverable: NotRequired[bool]
    evidence: NotRequired[Evidence]


@_form
class ReportData(TypedDict):
    """A report on a task."""

    id: Name
    period: str
    word: PunctualityWord
    workdays: NotRequired[Count]
    returns: NotRequired[Count]
    """How often it was returned."""
    evidence: NotRequired[Evidence]


@_form
class EventData(TypedDict):
    """What happened to the unit: an honour, a criticism, work of its own."""

    id: Name
    kind: str
    title: str
    date: NotRequired[Day]
    count: NotRequired[Amount]
    """1 unless said."""
    level: NotRequired[str]
    """Of what level it is, such as 国家级."""
    amount: NotRequired[Number]
    """Of what size it is, such as money."""
    role: NotRequired[AssignmentRole]
    """The unit's part in it."""
    values: NotRequired[dict[str, Number]]
    """Further numbers that belong to it, by name."""
    matter: NotRequired[str]
    """The same for all events that are about the same matter."""
    evidence: NotRequired[Evidence]


@_form
class PointsData(TypedDict):
    """Points that people gave under a manual rule."""

    id: Name
    rule: str
    """The code of the manual rule for which people gave the points."""
    points: Number
    evidence: NotRequired[Evidence]


@_form
class ExemptionData(TypedDict):
    """What does not count, with the decision."""

    id: Name
    of: str
    """The id of the measure, milestone, report or event, or the code of the task, that does not
    count."""
    evidence: NotRequired[Evidence]


@_form
class TaskData(TypedDict):
    """A task that the unit has."""

    task: Name
    """The task's code."""
    title: str
    role: AssignmentRole
    kind: NotRequired[str]
    """numbers, deliverable, milestones or steady"""
    state: NotRequired[str]
    light: NotRequired[str]
    """The progress light on that day: green, yellow, red, grey or done."""
    weight: NotRequired[Amount]
    """1 unless said."""
    difficulty: NotRequired[Number]
    """A factor for how hard the task is; 1 unless said."""
    share: NotRequired[Number]
    """The unit's own share in the task, where one was agreed."""
    evidence: NotRequired[Evidence]
    measures: NotRequired[list[MeasureData]]
    milestones: NotRequired[list[MilestoneData]]
    reports: NotRequired[list[ReportData]]


@_form
class UnitData(TypedDict):
    """Everything known of one unit."""

    unit: Name
    """What the unit is known by, unique."""
    name: str
    kind: str
    tasks: NotRequired[list[TaskData]]
    events: NotRequired[list[EventData]]
    given: NotRequired[list[PointsData]]
    exemptions: NotRequired[list[ExemptionData]]
    numbers: NotRequired[dict[str, Number | QuantityData | None]]
    """Numbers of the unit by name, whatever the scheme asks for: {引才数: 120, 常住人口:
    {value: '228', unit: 万人}}."""
    words: NotRequired[dict[str, str]]
    """Words of the unit by name: {类别: 一类}."""
    ranks: NotRequired[list[RankData]]
    """Ranks that others have given."""
    ratings: NotRequired[list[RatingData]]
    """Marks given by people, by group of raters."""
    ballots: NotRequired[list[BallotData]]
    """Votes counted, by group of voters."""
    doubts: NotRequired[list[DoubtData]]
    """What a person has to look at; no rule does."""


@_form
class FactsData(TypedDict):
    """What is known of every unit at the instant at which a year is frozen. Numbers are decimal
    text or whole numbers. Every id is unique within its unit; evidence is a list of references
    (submission:12, evidence:33, document:…)."""

    schema: Literal["luoshi.facts/1"]
    plan: NotRequired[str]
    year: int
    as_of: Day
    """The local day at whose end things stand so; what is due later is not judged."""
    trial: NotRequired[bool]
    """The year is not over: targets count as far as their paths have come."""
    units: list[UnitData]


FACTS = TypeAdapter(FactsData)
"""Gives the JSON Schema."""
