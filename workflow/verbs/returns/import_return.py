"""The Excel return of a unit: in, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Report, Submission
from db.queries.reports.asked_fields import required_fields
from documents.returns.return_file import ReturnFile
from i18n import mark
from workflow.rules.refusals import Invalid, Refused
from workflow.rules.reporting.content import Required
from workflow.verbs.context import Context
from workflow.verbs.reports.submit import submit
from workflow.verbs.returns.filled_rows import FilledRow, filled_rows


@dataclass(frozen=True)
class ReportReturned:
    """One report of a return: its receipt, what was filled in as a draft has it, and what its form
    asks for."""

    report_id: int
    receipt: str
    content: Mapping[str, str]
    asked: Required


@dataclass(frozen=True)
class ReturnImported:
    """What a return held: receipts of the reports that were sent (in a dry run: would be), how many
    rows were left empty, and how many reports this very file had brought before."""

    receipts: tuple[str, ...]
    empty: int
    repeated: int
    reports: tuple[ReportReturned, ...]


def import_return(
    c: Context, *, file: ReturnFile, dry_run: bool = False, receipts_by_mail: bool = True
) -> ReturnImported:
    """Submit every report that is filled in on a return (`read_return`), by the verb `submit`.

    Who may: the liaison of each report's unit. Raises Invalid with every Problem by sheet, row and
    column, and then nothing at all is submitted; a row without any entry is left out. The same file
    twice gives the same receipts. A dry run checks everything and changes nothing.
    """
    found = filled_rows(file, c.today)
    noted = list(c.session.info.get("events", []))
    attempt = c.session.begin_nested()
    problems = list(found.problems)
    repeated = len(_known(c, file, found.rows))
    done = []
    for row in found.rows:
        try:
            receipt = submit(
                c, report_id=row.report_id, version=row.version, key=_key(file, row),
                content=row.content, receipt_by_mail=receipts_by_mail,
            )  # fmt: skip
        except Refused as refused:
            problems += row.placed(refused)
        else:
            asked = required_fields(c.session, c.session.get_one(Report, row.report_id), c.now)
            done.append(ReportReturned(row.report_id, receipt.number, row.content, asked))
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
    return ReturnImported(tuple(one.receipt for one in done), found.empty, repeated, tuple(done))


def _key(file: ReturnFile, row: FilledRow) -> str:
    return f"xlsx-{file.sha}-{row.report_id}"


def _known(c: Context, file: ReturnFile, rows: tuple[FilledRow, ...]) -> list[str]:
    keys = [_key(file, row) for row in rows]
    return list(c.session.scalars(select(Submission.key).where(Submission.key.in_(keys))))
