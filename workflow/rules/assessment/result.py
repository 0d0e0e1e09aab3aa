"""What an assessment came to, as people read it: runs, rankings, and score sheets line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from i18n import mark
from workflow.rules.assessment.doubts import Doubt
from workflow.rules.assessment.scores import OpenQuestion
from workflow.rules.assessment.sentences import Sentence

NOTES = (
    mark("The unit has nothing of this kind to be judged."),
    mark("No more than {limit} points."),
    mark("No less than {limit} points."),
    mark("No more than {limit} points are taken."),
)
"""What lines that were frozen under a scheme of the first kind may bear as their note."""


@dataclass(frozen=True)
class AssessmentRun:
    """One version of a year's assessment; points have so many decimal `places`. `trial`: the year
    was not over."""

    id: int
    plan_id: int
    plan: str
    year: int
    no: int
    frozen_at: datetime
    as_of: date
    scheme: str
    document: str
    sha: str
    places: int
    trial: bool = False


@dataclass(frozen=True)
class PartScore:
    """One of the parts of which a total is the sum."""

    path: str
    title: str
    points: Decimal
    points_max: Decimal | None


@dataclass(frozen=True)
class UnitResult:
    """A unit's place: `rank` of so many within its group, None where it is not ranked; `total` None
    where nothing could be judged, where `questions` are open, or where it is `not_assessed` for a
    reason. `objections` await their answer; `why_grade` says what kept it from better grades;
    `doubts` are what a person has to look at, cleared or not."""

    unit_id: int
    unit: str
    group: str
    group_title: str
    total: Decimal | None
    rank: int | None
    of: int
    grade: str
    grade_title: str
    vetoes: tuple[str, ...]
    objections: int
    parts: tuple[PartScore, ...]
    questions: tuple[OpenQuestion, ...] = ()
    not_assessed: str = ""
    why_grade: tuple[Sentence, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """A run with its places, group by group as the scheme orders them, best first."""

    run: AssessmentRun
    places: tuple[UnitResult, ...]


@dataclass(frozen=True)
class LineObjection:
    """An objection to a line; `upheld` None while it awaits its answer. `no`: to which version;
    `path`: the line's; `proof`: what shows it."""

    id: int
    line_id: int
    unit_id: int
    unit: str
    line: str
    at: datetime
    text: str
    upheld: bool | None
    reply: str
    answered_at: datetime | None
    proof: str = ""
    no: int = 0
    path: str = ""


@dataclass(frozen=True)
class SheetLine:
    """One line of a score sheet, as ScoreNode. `depth` 0 is the whole. `inputs` is what the rule
    looked at, `evidence` references such as submission:12. Lines frozen under a scheme of the first
    kind, which is no longer written, say why by their inputs and `note`, an English message."""

    id: int
    path: str
    depth: int
    title: str
    points: Decimal
    points_max: Decimal | None
    rule: str
    clause: str
    inputs: dict[str, str]
    evidence: tuple[str, ...]
    note: str
    leaf: bool
    objections: tuple[LineObjection, ...]
    weight: str = ""
    own: str = ""
    own_max: str = ""
    why: tuple[Sentence, ...] = ()
    needed: Sentence | None = None
    question: Sentence | None = None
    outside: bool = False


@dataclass(frozen=True)
class ScoreSheet:
    """One unit's score, line by line in the order of the scheme."""

    run: AssessmentRun
    place: UnitResult
    lines: tuple[SheetLine, ...]
    files: dict[int, str]
    """The names of the evidence files behind the points, of those that the reader may have."""
