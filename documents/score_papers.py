"""The tables of an assessment: result and score sheet as xlsx, in the reader's language; what its
official papers (documents.official.assessment) say too.

The same assessment gives the same bytes. Whoever hands one out records it by `export`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from documents.timeless import timeless
from i18n import _, full_date, mark
from workflow.rules.assessment.exact import percent
from workflow.rules.assessment.result import (
    AssessmentRun,
    Ranking,
    ScoreSheet,
    SheetLine,
    UnitResult,
)
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.progress.lights import LIGHT_WORDS
from workflow.rules.reporting.content import FIRMNESS
from workflow.rules.reporting.punctuality import WORDS, PunctualityWord
from workflow.rules.states import STATES

_INPUTS = {
    "attained": mark("reached of the year's target"),
    "attained_path": mark("reached of the path"),
    "target": mark("year's target"),
    "expected": mark("expected on the day"),
    "actual": mark("reported"),
    "firmness": mark("how firm"),
    "due": mark("due date"),
    "reached": mark("reached"),
    "reached_on": mark("reached on"),
    "days_late": mark("days late"),
    "light": mark("progress"),
    "state": mark("state"),
    "word": mark("report"),
    "workdays": mark("workdays over"),
    "count": mark("times"),
    "counted": mark("counted"),
    "of": mark("out of"),
    "given": mark("points given"),
    "limit": mark("limit"),
    "role": mark("part in the task"),
    "weight": mark("weight"),
}
"""The inputs that are shown to people, in this order, and what they are called."""

_REPORTS = {
    PunctualityWord.ON_TIME: WORDS[PunctualityWord.ON_TIME],
    PunctualityWord.LATE: mark("late"),
    PunctualityWord.MISSING: WORDS[PunctualityWord.MISSING],
    PunctualityWord.NOT_DUE: WORDS[PunctualityWord.NOT_DUE],
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "light": LIGHT_WORDS,
    "state": STATES["task"],
    "firmness": FIRMNESS,
    "word": {word.value: text for word, text in _REPORTS.items()},
    "reached": {"yes": mark("yes"), "no": mark("no")},
    "role": ASSIGNMENT_ROLES,
}
"""Inputs whose values are words."""


def inputs_of(line: SheetLine) -> list[tuple[str, str]]:
    """What a line's rule looked at, as names and values for people."""
    unit = line.inputs.get("unit", "")
    found = []
    for name, label in _INPUTS.items():
        value = line.inputs.get(name)
        if value is None:
            continue
        words = _VALUES.get(name, {})
        shown = _(words[value]) if value in words else value
        found.append((_(label), f"{shown}{unit}" if name in _COUNTED else shown))
    return found


_COUNTED = frozenset({"target", "expected", "actual"})


def why_of(line: SheetLine) -> str:
    """Why a line has its points, in one text: what was looked at, then the note."""
    said = [_("{name}: {value}", name=name, value=value) for name, value in inputs_of(line)]
    if line.why or line.question:  # a scheme in the language says all of it in sentences
        said = sentences_of(line)
    if line.note:
        said.append(_(line.note, **line.inputs))
    return _("; ").join(said)


def sentences_of(line: SheetLine) -> list[str]:
    """The arithmetic of a line, how much of it enters the total, what full marks would take."""
    said = [str(one) for one in line.why]
    if line.outside:
        said.append(_("No part of the total."))
    elif line.weight:
        said.append(_("Of its {own} points, {weight} enter the total.", own=line.own,
                      weight=_weight(line.weight)))  # fmt: skip
    if line.needed:
        said.append(str(line.needed))
    if line.question:
        said.append(_("To be decided: {question}", question=str(line.question)))
    return said


def _weight(text: str) -> str:
    share = Fraction(text)
    return percent(share) if (share * 10_000).denominator == 1 else text


def result_xlsx(ranking: Ranking, zone: str) -> bytes:
    """The ranking of all units, a column for each part of the score."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = _("Result")
    parts = _parts(ranking.places)
    heads = [_("Group"), _("Place"), _("Unit"), *parts.values(), _("Total"), _("Grade"), _("Bars")]
    rows = [
        [p.group_title, p.rank, p.unit, *_points_of(p, parts), p.total, p.grade_title,
         _("; ").join(p.vetoes)]
        for p in ranking.places
    ]  # fmt: skip
    _fill(page, [[result_title(ranking.run)], [basis(ranking.run, zone)], [], heads, *rows], head=4)
    return _saved(book)


def sheet_xlsx(sheet: ScoreSheet, zone: str) -> bytes:
    """One unit's score, line by line."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.title = _("Score sheet")
    heads = [_("Line"), _("Points"), _("Of"), _("Rule"), _("Why"), _("Evidence")]
    rows = [
        ["　" * line.depth + line.title, line.points, line.points_max, line.clause, why_of(line),
         _evidence(line)]
        for line in sheet.lines
    ]  # fmt: skip
    above = [[sheet_title(sheet)], [basis(sheet.run, zone)], [standing(sheet.place)], heads]
    _fill(page, [*above, *rows], head=4)
    return _saved(book)


def _parts(places: Iterable[UnitResult]) -> dict[str, str]:
    """Path → title of every part that some unit has."""
    return {part.path: part.title for place in places for part in place.parts}


def _points_of(place: UnitResult, parts: dict[str, str]) -> list[Decimal | None]:
    points = {part.path: part.points for part in place.parts}
    return [points.get(path) for path in parts]


def result_title(run: AssessmentRun) -> str:
    return _marked(_("Annual assessment {year}: {plan}", year=run.year, plan=run.plan), run)


def sheet_title(sheet: ScoreSheet) -> str:
    title = _("Score sheet {year}: {unit}", year=sheet.run.year, unit=sheet.place.unit)
    return _marked(title, sheet.run)


def _marked(title: str, run: AssessmentRun) -> str:
    """The title; of a year that was not over, as that of a trial."""
    return _("{title} (trial)", title=title) if run.trial else title


def basis(run: AssessmentRun, zone: str) -> str:
    frozen = run.frozen_at.astimezone(ZoneInfo(zone))
    return _(
        "By {scheme} {document}, as of {day}; version {no}, frozen {at}; SHA-256 {sha}",
        scheme=run.scheme,
        document=run.document,
        day=full_date(run.as_of),
        no=run.no,
        at=f"{frozen:%Y-%m-%d %H:%M}",
        sha=run.sha[:16],
    )


def standing(place: UnitResult) -> str:
    if place.total is None:
        return no_total(place)
    if place.rank is None:
        return _("Total {total}, {grade}", total=place.total, grade=place.grade_title)
    return _(
        "Total {total}, {grade}; place {rank} of {of} in {group}",
        total=place.total,
        grade=place.grade_title,
        rank=place.rank,
        of=place.of,
        group=place.group_title,
    )


def no_total(place: UnitResult) -> str:
    """Why a unit has no total."""
    if place.not_assessed:
        return place.not_assessed
    if place.questions:
        return _("{n} questions are open.", n=len(place.questions))
    return _("There was nothing to be judged.")


def _evidence(line: SheetLine) -> str:
    return " ".join(line.evidence) if line.leaf else ""


def _fill(page: Any, rows: list[list[Any]], head: int) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        page.append([_cell(value) for value in row])
    for cells in page.iter_rows(min_row=head):
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=cell.row == head)
            if isinstance(cell.value, Decimal):
                # As many decimals as the points have.
                cell.number_format = format(cell.value * 0, "f")
    page["A1"].font = Font(bold=True, size=14)
    for number, _value in enumerate(rows[head - 1], 1):
        longest = max(len(str(row[number - 1] or "")) for row in rows[head - 1 :])
        page.column_dimensions[get_column_letter(number)].width = min(60, max(8, 2 * longest))
    page.freeze_panes = f"A{head + 1}"


def _cell(value: Any) -> Any:
    # A cell that begins so would be taken for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _saved(document: Any) -> bytes:
    written = BytesIO()
    document.save(written)
    return timeless(written.getvalue())
