"""Take in an Excel return that came by mail: submitted where it is certain whose it is, else laid
into drafts to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.models import IncomingReturn
from db.queries.places.places import about_unit
from db.queries.reports.form import report_form
from documents.returns.return_file import ReturnFile
from workflow.rules.access.permissions import Permission, may
from workflow.rules.mail.returns import ReturnOutcome
from workflow.rules.refusals import Invalid, Problem, Refused
from workflow.verbs.collecting.lay_draft import keep_reply, lay_draft
from workflow.verbs.collecting.record_return import ReturnResult
from workflow.verbs.context import Context
from workflow.verbs.returns.filled_rows import FilledRow, filled_rows
from workflow.verbs.returns.import_return import import_return
from workflow.verbs.returns.tokens import ReturnToken, read_token


@dataclass(frozen=True)
class WorkbookTaken:
    """What a workbook came to: its result, receipts by report, drafts, what is to be put right."""

    result: ReturnResult
    receipts: tuple[tuple[int, str], ...] = ()
    drafts: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def take_in_workbook(
    c: Context, return_id: int, file: ReturnFile, *, from_known: bool
) -> WorkbookTaken:
    """Submit what a workbook holds (`import_return`) where its token is ours, not used up by
    another file, of a unit for which the actor files, and it came from the actor's own address
    (`from_known`); else lay it into drafts, which the page shows to be confirmed.

    Who may: the liaison of each report's unit.
    """
    token = read_token(c, file.token)
    certain = (
        from_known
        and token is not None
        and may(c.actor, Permission.FILE, about_unit(c.session, token.unit_id))
        and not _is_used(c, token, file)
    )
    return _submitted(c, file, token) if certain else _drafted(c, return_id, file, token)


def _is_used(c: Context, token: ReturnToken, file: ReturnFile) -> bool:
    used = select(IncomingReturn.id).where(
        IncomingReturn.token == token.number,
        IncomingReturn.file != file.sha,
        IncomingReturn.outcome == ReturnOutcome.SUBMITTED,
    )
    return c.session.scalar(used.limit(1)) is not None


def _submitted(c: Context, file: ReturnFile, token: ReturnToken | None) -> WorkbookTaken:
    try:
        done = import_return(c, file=file, receipts_by_mail=False)
    except Invalid as refused:
        result = _result(file, token, ReturnOutcome.REFUSED, problems=len(refused.problems))
        return WorkbookTaken(result, problems=refused.problems)
    fresh = len(done.receipts) - done.repeated
    outcome = ReturnOutcome.SUBMITTED if fresh else ReturnOutcome.REPEATED
    if not done.receipts:
        outcome = ReturnOutcome.EMPTY
    receipts = tuple((one.report_id, one.receipt) for one in done.reports)
    return WorkbookTaken(_result(file, token, outcome, submitted=fresh), receipts)


def _drafted(
    c: Context, return_id: int, file: ReturnFile, token: ReturnToken | None
) -> WorkbookTaken:
    found = filled_rows(file, c.today)
    problems, drafts = list(found.problems), []
    for row in found.rows:
        try:
            with c.session.begin_nested():
                _lay(c, return_id, row)
            drafts.append(row.report_id)
        except Refused as refused:
            problems += row.placed(refused)
    outcome = ReturnOutcome.DRAFTED if drafts else ReturnOutcome.EMPTY
    if problems:
        outcome = ReturnOutcome.REFUSED if not drafts else outcome
    result = _result(file, token, outcome, drafted=len(drafts), problems=len(problems))
    return WorkbookTaken(result, drafts=tuple(drafts), problems=tuple(problems))


def _lay(c: Context, return_id: int, row: FilledRow) -> None:
    form = report_form(c.session, c.actor, row.report_id, c.today, c.now)
    placed = lay_draft(c, form, row.content)
    keep_reply(c, return_id, row.report_id, "", placed)


def _result(
    file: ReturnFile,
    token: ReturnToken | None,
    outcome: ReturnOutcome,
    *,
    submitted: int = 0,
    drafted: int = 0,
    problems: int = 0,
) -> ReturnResult:
    return ReturnResult(
        outcome, submitted=submitted, drafted=drafted, problems=problems,
        unit_id=token.unit_id if token else None, period=token.period if token else "",
        file=file.sha, token=token.number if token else "",
    )  # fmt: skip
