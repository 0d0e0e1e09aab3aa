"""What a report must say: the fields of a draft, read exactly or refused field by field.

A draft is a flat mapping of field → text as typed: `status`, `nil` ("1" for a nil return) and the
texts of ReportContent; for each measure asked `value:<id>` and `firmness:<id>`; for each milestone
`reached:<id>` (a date) and `document:<id>`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from i18n import Translated, mark
from workflow.rules.indicators.words import Firmness
from workflow.rules.progress.lights import HELD_UP, WorkStatus
from workflow.rules.progress.quantities import parse
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.confidentiality import KINDS, NumberKind, find
from workflow.rules.reporting.report_content import (
    TEXTS,
    ReportContent,
    When,
    is_nil,
)
from workflow.rules.time.dates import parse_date

STATUSES: Mapping[str, str] = {
    WorkStatus.ON_TRACK: mark("on track"),
    WorkStatus.BEHIND: mark("behind"),
    WorkStatus.STUCK: mark("stuck"),
    WorkStatus.DONE: mark("done"),
}
FIRMNESS: Mapping[str, str] = {
    Firmness.EXPECTED: mark("expected"),
    Firmness.PRELIMINARY: mark("preliminary"),
    Firmness.CONFIRMED: mark("confirmed"),
}
SHORTEST = 10
LONGEST = 4000
_LONGEST_DRAFT = 40_000


@dataclass(frozen=True)
class RequiredMeasure:
    """A number that a report is asked for."""

    id: int
    metric: str
    unit: str


@dataclass(frozen=True)
class RequiredMilestone:
    """A milestone or deliverable that may be reported as reached."""

    id: int
    title: str


@dataclass(frozen=True)
class Required:
    """What one report is asked for. `again`: a version before this one was returned."""

    measures: tuple[RequiredMeasure, ...] = ()
    milestones: tuple[RequiredMilestone, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class ReportedValue:
    """A reported number in the unit of its measure, as typed, and how firm it is."""

    measure_id: int
    value: Decimal
    written: str
    firmness: str


@dataclass(frozen=True)
class ReachedMilestone:
    """A milestone reached on a local date, with the number of the document if there is one."""

    milestone_id: int
    reached_on: date
    document: str


@dataclass(frozen=True)
class FilledReport:
    """A report whose fields have been read."""

    content: ReportContent
    values: tuple[ReportedValue, ...]
    milestones: tuple[ReachedMilestone, ...]


def check_draft(content: Mapping[str, str]) -> None:
    """Raises Invalid where a draft is not field → text or is too long to be one."""
    if not all(isinstance(k, str) and isinstance(v, str) for k, v in content.items()):
        raise Invalid(mark("A draft holds texts only."))
    if sum(len(k) + len(v) for k, v in content.items()) > _LONGEST_DRAFT:
        raise Invalid(mark("The draft is too long. Put long material into an attachment."))


@dataclass(frozen=True)
class PreSubmissionCheck:
    """What a look before sending found: `problems` stop the report, `warnings` do not."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check_before_submitting(
    content: Mapping[str, str], asked: Required, today: date
) -> PreSubmissionCheck:
    """What would be refused on submission, field by field, and other numbers of persons in the
    words."""
    problems: tuple[Problem, ...] = ()
    try:
        read_report(content, asked, today)
    except Invalid as refused:
        problems = refused.problems
    warnings = [
        Problem(
            field,
            mark("This looks like a person's {kind}: “{text}”. Is it needed here?"),
            kind=Translated(KINDS[span.kind]),
            text=text[span.start : span.end],
        )
        for field, text in content.items()
        if not field.startswith(("value:", "reached:", "document:"))
        for span in find(text)
        if span.kind is not NumberKind.IDENTITY
    ]
    return PreSubmissionCheck(problems, tuple(warnings))


def read_report(content: Mapping[str, str], asked: Required, today: date) -> FilledReport:
    """The report that a draft says. Raises Invalid with every Problem at once, `where` being the
    field; `today` is the local date, no milestone is reached after it."""
    said = {key: text.strip() for key, text in content.items()}
    nil = is_nil(said)
    words = ReportContent.of_draft(said)
    problems = [*_of_words(words, nil, asked.again), *_identities(said)]
    values = [_value(said, measure, nil, problems) for measure in asked.measures]
    reached = [_reached(said, milestone, today, problems) for milestone in asked.milestones]
    if problems:
        raise Invalid(
            mark("The report cannot be sent yet: {n} things are to be put right."),
            tuple(problems),
            n=len(problems),
        )
    return FilledReport(
        content=words,
        values=tuple(value for value in values if value),
        milestones=tuple(one for one in reached if one),
    )


def _of_words(said: ReportContent, nil: bool, again: bool) -> list[Problem]:
    problems = []
    if said.status not in STATUSES:
        problems.append(Problem("status", mark("Choose how the work stands.")))
    asked_for = {
        When.NEWS: not nil,
        When.NIL: nil,
        When.HELD_UP: said.status in HELD_UP,
        When.RETURNED: again,
    }
    problems += [
        Problem(name, text.missing)
        for name, text in TEXTS.items()
        if text.missing and asked_for[text.when] and not getattr(said, name)
    ]
    if not nil and said.text and len("".join(said.text.split())) < SHORTEST:
        problems.append(
            Problem("text", mark("Say in at least {n} characters what has been done."), n=SHORTEST)
        )
    return problems + [
        Problem(field, mark("No more than {n} characters here."), n=LONGEST)
        for field in TEXTS
        if len(getattr(said, field)) > LONGEST
    ]


def _identities(said: Mapping[str, str]) -> Iterator[Problem]:
    """Identity numbers never travel: no more than the purpose needs (个人信息保护法 §6, §28)."""
    for field, text in said.items():
        for span in find(text):
            if span.kind is NumberKind.IDENTITY:
                yield Problem(
                    field,
                    mark(
                        "“{text}” is an identity number. It cannot be sent: leave it out, the name "
                        "and the unit are enough."
                    ),
                    text=text[span.start : span.end],
                )


def _value(
    said: Mapping[str, str], measure: RequiredMeasure, nil: bool, problems: list[Problem]
) -> ReportedValue | None:
    field = f"value:{measure.id}"
    typed = said.get(field, "")
    if not typed:
        if not nil:
            problems.append(
                Problem(field, mark("{metric}: a number is missing."), metric=measure.metric)
            )
        return None
    firmness = said.get(f"firmness:{measure.id}", "") or Firmness.PRELIMINARY
    if firmness not in FIRMNESS:
        where = f"firmness:{measure.id}"
        problems.append(Problem(where, mark("Choose how firm the number is.")))
    try:
        number = parse(typed, measure.unit)
    except Invalid as refused:
        problems.append(Problem(field, refused.message, **refused.fields))
        return None
    return ReportedValue(measure.id, number.value, number.written, firmness)


def _reached(
    said: Mapping[str, str], milestone: RequiredMilestone, today: date, problems: list[Problem]
) -> ReachedMilestone | None:
    field = f"reached:{milestone.id}"
    document = said.get(f"document:{milestone.id}", "")
    if not said.get(field):
        if document:
            problems.append(
                Problem(field, mark("“{title}”: the date is missing."), title=milestone.title)
            )
        return None
    try:
        day = parse_date(said[field])
    except Invalid as refused:
        problems.append(Problem(field, refused.message, **refused.fields))
        return None
    if day > today:
        problems.append(
            Problem(field, mark("“{title}” cannot be reached in future."), title=milestone.title)
        )
    return ReachedMilestone(milestone.id, day, document)


def asks(frequency: str, round_asks: tuple[str, ...], own: bool, has_share: bool) -> bool:
    """Whether a measure is asked of a report: only in rounds that ask numbers of its frequency, of
    the units that report to the office, and of any other unit that has a share of it."""
    return frequency in round_asks and (own or has_share)


def may_still_file(closed: bool, today: date, first_due: date, due: date, filed: bool) -> bool:
    """Whether a report can be submitted: until its round closes; after that only where a version
    was filed in time and came back (`filed`), or to the end of an extension (`due` past
    `first_due`)."""
    return not closed or filed or (due > first_due and today <= due)
