"""The token in an Excel return: whose it is, signed, and good for one file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from secrets import token_urlsafe

from itsdangerous import BadSignature, URLSafeSerializer

from workflow.rules.access.passwords import SHORTEST_SECRET
from workflow.verbs.context import Context

_SALT = "luoshi-return"


@dataclass(frozen=True)
class ReturnToken:
    """For which unit and period a workbook was taken along, by whom (0: an operator), and a number
    that no other workbook has."""

    unit_id: int
    period: str
    person_id: int
    number: str


def new_token(c: Context, *, unit_id: int, period: str) -> str:
    """The token of a workbook that is drawn now; "" where the settings hold no long secret."""
    signer = _signer(c)
    if signer is None:
        return ""
    made = ReturnToken(unit_id, period, c.actor.person_id or 0, token_urlsafe(12))
    return str(signer.dumps(list(asdict(made).values())))


def read_token(c: Context, text: str) -> ReturnToken | None:
    """What a token says; None for one that this installation did not sign."""
    signer = _signer(c)
    if signer is None or not text:
        return None
    try:
        unit_id, period, person_id, number = signer.loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return ReturnToken(unit_id, period, person_id, number)


def _signer(c: Context) -> URLSafeSerializer | None:
    key = c.letterhead.link_key
    return URLSafeSerializer(key, salt=_SALT) if len(key) >= SHORTEST_SECRET else None
