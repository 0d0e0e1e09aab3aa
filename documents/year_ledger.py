"""年度台账 as a workbook: rows from the record, and totals that are formulas over them.

Who corrects a row sees every total follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from documents.official.words import LIGHTS
from documents.timeless import timeless
from i18n import _
from workflow.rules.assessment.result import Ranking
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.papers.year_ledger import YearLedger
from workflow.rules.progress.lights import Light

_SHOWN = (Light.DONE, Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
FIRST = 3
"""The first row under title and heads."""


class Formula(str):
    """What a cell works out by itself; any other text is text, however it begins."""

    __slots__ = ()


Cell = str | int | Decimal | date | None


def year_ledger_xlsx(found: YearLedger, ranking: Ranking | None) -> bytes:
    """Units with totals, their tasks, their numbers and, where there is one, their score; the same
    ledger gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    title = _("{plan}: ledger of {year}, as of {day}", plan=found.plan, year=found.year,
              day=found.day)  # fmt: skip
    whole, tasks = book.worksheets[0], book.create_sheet(_("Tasks of units"))
    whole.title = _("Totals")
    _tasks(tasks, title, found)
    _totals(whole, title, found, tasks.title)
    _numbers(book.create_sheet(_("Numbers of units")), title, found)
    if ranking is not None:
        _scores(book.create_sheet(_("Points")), title, ranking)
    out = BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _tasks(page: Any, title: str, found: YearLedger) -> None:
    heads = [
        _("Unit"), _("Number"), _("Task"), _("Part"), _("Progress light"), _("Reason"), _("Due"),
        _("Reports owed"), _("on time"), _("late"), _("not reported"), _("not due yet"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for no, one in enumerate(found.tasks, FIRST):
        rows.append(
            [
                one.unit, one.code, one.title, _(ASSIGNMENT_ROLES[one.role]), _(LIGHTS[one.light]),
                one.reason, one.due, Formula(f"=SUM(I{no}:L{no})"), one.on_time, one.late,
                one.missing, one.not_due,
            ]
        )  # fmt: skip
    _fill(page, title, heads, rows, [18, 8, 34, 10, 10, 48, 13, 10, 8, 8, 8, 8])


def _totals(page: Any, title: str, found: YearLedger, of: str) -> None:
    """A row a unit, counted from the sheet of tasks; the last row adds the units up."""
    heads = [
        _("Unit"), _("Tasks"), *(_(LIGHTS[light]) for light in _SHOWN), _("Reports owed"),
        _("on time"), _("late"), _("not reported"), _("Share on time"),
    ]  # fmt: skip
    last = max(FIRST, FIRST + len(found.tasks) - 1)

    def column(letter: str) -> str:
        return f"'{of}'!${letter}${FIRST}:${letter}${last}"

    rows: list[list[Cell]] = []
    for no, unit in enumerate(found.units, FIRST):
        rows.append(
            [
                unit,
                Formula(f"=COUNTIFS({column('A')},$A{no})"),
                *(
                    Formula(f"=COUNTIFS({column('A')},$A{no},{column('E')},{head}$2)")
                    for head in "CDEFG"
                ),
                *(Formula(f"=SUMIFS({column(letter)},{column('A')},$A{no})") for letter in "HIJK"),
                _share(no),
            ]
        )
    end = FIRST + len(found.units) - 1
    sums = [Formula(f"=SUM({letter}{FIRST}:{letter}{end})") for letter in "BCDEFGHIJK"]
    rows.append([_("All together"), *sums, _share(end + 1)])
    _fill(page, title, heads, rows, [22, 8, 8, 8, 8, 8, 8, 10, 8, 8, 8, 12])
    for (cell,) in page[f"L{FIRST}:L{end + 1}"]:
        cell.number_format = "0.0%"


def _share(no: int) -> Formula:
    """Reports on time of those that were due."""
    return Formula(f'=IF(I{no}+J{no}+K{no}=0,"",I{no}/(I{no}+J{no}+K{no}))')


def _numbers(page: Any, title: str, found: YearLedger) -> None:
    heads = [
        _("Unit"), _("Number"), _("Measure"), _("Counted in"), _("Year's target"), _("Attained"),
        _("Attained of the target"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            one.unit, one.code, one.metric, one.counted_in, one.target, one.reached,
            Formula(f'=IF(OR(N(E{no})=0,F{no}=""),"",F{no}/E{no})'),
        ]
        for no, one in enumerate(found.numbers, FIRST)
    ]  # fmt: skip
    _fill(page, title, heads, rows, [18, 8, 34, 10, 14, 14, 12])
    for no in range(FIRST, FIRST + len(rows)):
        page[f"G{no}"].number_format = "0.0%"


def _scores(page: Any, title: str, ranking: Ranking) -> None:
    """The parts of each unit's score with their sum beside the total that was worked out."""
    from openpyxl.utils import get_column_letter

    parts = {part.path: part.title for place in ranking.places for part in place.parts}
    heads = [
        _("Group"), _("Unit"), *parts.values(), _("Sum of the parts"), _("Total"), _("Place"),
        _("Grade"),
    ]  # fmt: skip
    end = get_column_letter(2 + len(parts))
    rows: list[list[Cell]] = []
    for no, place in enumerate(ranking.places, FIRST):
        points = {part.path: part.points for part in place.parts}
        rows.append(
            [
                place.group_title, place.unit, *(points.get(path) for path in parts),
                Formula(f"=SUM(C{no}:{end}{no})"), place.total, place.rank, place.grade_title,
            ]
        )  # fmt: skip
    _fill(page, title, heads, rows, [14, 18, *[12] * len(parts), 12, 12, 8, 10])


def _fill(
    page: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], widths: list[int]
) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    page.append([title])
    page.append(list(heads))
    for row in rows:
        page.append(list(row))
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page["A1"].font = Font(bold=True, size=14)
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if cell.row == 2:
                cell.font = Font(bold=True)
    for row, given in zip(page.iter_rows(min_row=FIRST), rows, strict=True):
        for cell, value in zip(row, given, strict=False):
            _kind(cell, value)
    page.freeze_panes = f"B{FIRST}"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:2"


def _kind(cell: Any, value: Cell) -> None:
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"  # what people typed is no formula
