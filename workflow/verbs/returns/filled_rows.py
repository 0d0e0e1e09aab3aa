"""The rows of an Excel return put together again, a report each, with the cell of every field."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from documents.returns.return_file import ReturnFile
from documents.returns.return_sheets import SheetCell
from i18n import mark
from workflow.rules.refusals import Invalid, Problem, Refused
from workflow.rules.reporting.report_content import TYPED
from workflow.rules.time.written_dates import date_written

_KEY = re.compile(r"R(\d{1,15})-(\d{1,9})", re.ASCII)


@dataclass
class FilledRow:
    """One report of a workbook: its number, the version of its draft that was seen, what was typed
    as a draft has it, and in which cell."""

    report_id: int
    version: int
    where: str
    content: dict[str, str]
    cells: dict[str, str]

    def placed(self, refused: Refused) -> list[Problem]:
        """The problems with the cells in which they stand; what has no cell stands at the row's."""
        if isinstance(refused, Invalid) and refused.problems:
            return [
                Problem(self.cells.get(one.where, self.where), one.message, **one.fields)
                for one in refused.problems
            ]
        return [Problem(self.where, refused.message, **refused.fields)]


@dataclass(frozen=True)
class FilledRows:
    """The reports with an entry, how many have none, and what cannot be read at all."""

    rows: tuple[FilledRow, ...]
    empty: int
    problems: tuple[Problem, ...]


def filled_rows(file: ReturnFile, today: date) -> FilledRows:
    """What was filled in. Dates become whole ones (`date_written`); what is none stays as typed,
    for the report to refuse it."""
    typed: dict[str, dict[str, SheetCell]] = defaultdict(dict)
    for row in file.numbers:
        for name in ("value", "firmness"):
            typed[row["key"].text][f"{name}:{row['measure'].text}"] = row[name]
    for row in file.milestones:
        for name in ("reached", "document"):
            typed[row["key"].text][f"{name}:{row['milestone'].text}"] = row[name]
    rows, problems, empty = [], [], 0
    for where, key, fields in _of_reports(file, typed):
        content = {name: cell.text for name, cell in fields.items() if cell.text}
        number = _KEY.fullmatch(key)
        if not content:
            empty += 1
        elif number is None:
            problems.append(Problem(where, mark("“{text}” is no report number."), text=key))
        else:
            cells = {name: cell.where for name, cell in fields.items()}
            said = {name: _whole(name, text, today) for name, text in content.items()}
            rows.append(FilledRow(int(number[1]), int(number[2]), where, said, cells))
    return FilledRows(tuple(rows), empty, tuple(problems))


def _of_reports(
    file: ReturnFile, typed: dict[str, dict[str, SheetCell]]
) -> Iterator[tuple[str, str, dict[str, SheetCell]]]:
    """Where each report stands, its number, its cells; also of one that lost its first row."""
    for row in file.reports:
        key = row["key"]
        yield key.where, key.text, {n: row[n] for n in TYPED} | typed.pop(key.text, {})
    for key_text, fields in typed.items():
        written = [cell for cell in fields.values() if cell.text]
        if written:
            yield written[0].where, key_text, fields


def _whole(field: str, text: str, today: date) -> str:
    if not field.startswith("reached:"):
        return text
    try:
        return date_written(text, today).isoformat()
    except Invalid:
        return text
