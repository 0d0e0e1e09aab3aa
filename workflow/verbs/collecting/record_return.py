"""Put a return on record with its outcome, whichever way it came."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.dialects import postgresql, sqlite

from db.models import IncomingReturn
from documents.returns.return_file import ReturnFile
from workflow.rules.mail.returns import ReturnKind, ReturnOutcome, ReturnWay
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.returns.import_return import ReturnImported
from workflow.verbs.returns.tokens import read_token


@dataclass(frozen=True)
class ReturnResult:
    """What became of a return: how many reports were submitted or drafted, how many places are to
    be put right; `file` and `token` of a workbook; `person_id`: who it is about, where nobody
    acts."""

    outcome: ReturnOutcome
    kind: ReturnKind = ReturnKind.WORKBOOK
    submitted: int = 0
    drafted: int = 0
    problems: int = 0
    unit_id: int | None = None
    period: str = ""
    file: str = ""
    token: str = ""
    person_id: int | None = None


def result_of(c: Context, done: ReturnImported | Invalid, file: ReturnFile) -> ReturnResult:
    """What a workbook came to that a person brought themselves."""
    token = read_token(c, file.token)
    unit_id, period = (token.unit_id, token.period) if token else (None, "")
    if isinstance(done, Invalid):
        return ReturnResult(
            ReturnOutcome.REFUSED, problems=len(done.problems) or 1, unit_id=unit_id,
            period=period, file=file.sha,
        )  # fmt: skip
    fresh = len(done.receipts) - done.repeated
    outcome = ReturnOutcome.SUBMITTED if fresh else ReturnOutcome.REPEATED
    if not done.receipts:
        outcome = ReturnOutcome.EMPTY
    return ReturnResult(outcome, submitted=fresh, unit_id=unit_id, period=period, file=file.sha)


def record_return(c: Context, way: ReturnWay, result: ReturnResult) -> int:
    """Write a return down that a person brought themselves; its id. Who may: liaisons."""
    return_id = claim_return(c, f"{way}-{uuid4().hex}", way)
    assert return_id is not None  # noqa: S101 (the key is new)
    settle_return(c, return_id, result)
    return return_id


def claim_return(c: Context, key: str, way: ReturnWay) -> int | None:
    """The id of a new row for what bears this key; None where it came before, so that it counts
    once however often and in how many places at once it is read."""
    kind = postgresql.insert if c.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = (
        kind(IncomingReturn)
        .values(
            key=key, way=way, kind=ReturnKind.OTHER, at=c.now, outcome=ReturnOutcome.FAILED,
            person_id=c.actor.person_id, period="", submitted=0, drafted=0, problems=0, file="",
            token="", answered=False,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(IncomingReturn.id)
    )  # fmt: skip
    found: int | None = c.session.scalar(made)
    return found


def settle_return(c: Context, return_id: int, result: ReturnResult, answered: bool = False) -> None:
    """Write down what became of a return that was claimed in this transaction."""
    row = c.session.get_one(IncomingReturn, return_id)
    for name, value in vars(result).items():
        if name != "person_id" or value is not None:
            setattr(row, name, value)
    row.answered = answered
    c.session.flush()
