"""The Excel return of a unit: in, all or nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from documents.return_file import ReturnFile
from documents.return_sheets import Row, SheetCell
from i18n import mark
from workflow.rules.refusals import Invalid, Problem, Refused
from workflow.rules.reporting.report_content import TYPED
from workflow.verbs.context import Context
from workflow.verbs.reports.submit import submit

_KEY = re.compile(r"R(\d{1,15})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True)
class ReturnImported:
    """What a return held: receipts of the reports that were sent (in a dry run: would be), and how
    many rows were left empty."""

    receipts: tuple[str, ...]
    empty: int


@dataclass
class _Filled:
    """One report of the workbook: where it stands, what was typed, and in which cell."""

    where: str
    content: dict[str, str]
    cells: dict[str, str]


def import_return(c: Context, *, file: ReturnFile, dry_run: bool = False) -> ReturnImported:
    """Submit every report that is filled in on a return (`read_return`), by the verb `submit`.

    Who may: the liaison of each report's unit. Raises Invalid with every Problem by sheet and cell,
    and then nothing at all is submitted; a row without any entry is left out. The same file twice
    gives the same receipts. A dry run checks everything and changes nothing.
    """
    reports, empty = _gather(file.reports, file.numbers, file.milestones)
    noted = list(c.session.info.get("events", []))
    attempt = c.session.begin_nested()
    problems: list[Problem] = []
    receipts = []
    for key, filled in reports.items():
        report_id, version = _numbers(key, filled.where, problems)
        if report_id is None:
            continue
        try:
            receipt = submit(
                c, report_id=report_id, version=version, key=f"xlsx-{file.sha}-{report_id}",
                content=filled.content,
            )  # fmt: skip
            receipts.append(receipt.number)
        except Refused as refused:
            problems += _placed(refused, filled)
    if problems or dry_run:
        attempt.rollback()
        c.session.info["events"] = noted
    else:
        attempt.commit()
    if problems:
        raise Invalid(
            mark("Nothing was sent: {n} things are to be put right."),
            tuple(problems),
            n=len(problems),
        )
    return ReturnImported(tuple(receipts), empty)


def _gather(
    reports: list[Row], numbers: list[Row], milestones: list[Row]
) -> tuple[dict[str, _Filled], int]:
    found: dict[str, _Filled] = {}
    typed: dict[str, dict[str, SheetCell]] = defaultdict(dict)
    for row in numbers:
        for name in ("value", "firmness"):
            typed[row["key"].text][f"{name}:{row['measure'].text}"] = row[name]
    for row in milestones:
        for name in ("reached", "document"):
            typed[row["key"].text][f"{name}:{row['milestone'].text}"] = row[name]
    empty = 0
    for row in reports:
        fields = {name: row[name] for name in TYPED} | typed.pop(row["key"].text, {})
        content = {name: cell.text for name, cell in fields.items() if cell.text}
        if content:
            cells = {name: cell.where for name, cell in fields.items()}
            found[row["key"].text] = _Filled(row["key"].where, content, cells)
        else:
            empty += 1
    for key, fields in typed.items():
        written = {name: cell for name, cell in fields.items() if cell.text}
        if written:
            first = next(iter(written.values()))
            found[key] = _Filled(first.where, {}, {})
    return found, empty


def _numbers(key: str, where: str, problems: list[Problem]) -> tuple[int | None, int]:
    match = _KEY.fullmatch(key)
    if match is None:
        problems.append(Problem(where, mark("“{text}” is no report number."), text=key))
        return None, 0
    return int(match[1]), int(match[2])


def _placed(refused: Refused, filled: _Filled) -> list[Problem]:
    """The problems with the cells in which they stand; what has no cell stands at the row's."""
    if isinstance(refused, Invalid) and refused.problems:
        return [
            Problem(filled.cells.get(one.where, filled.where), one.message, **one.fields)
            for one in refused.problems
        ]
    return [Problem(filled.where, refused.message, **refused.fields)]
