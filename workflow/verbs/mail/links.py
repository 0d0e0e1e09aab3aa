"""Tokens of links to a password: made from the settings' secret, put in when the letter leaves."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import exists, select, update

from db.models import Outbox, PasswordReset
from i18n import mark
from notifications.sealed import salts_in, with_token
from notifications.smtp import Letter
from workflow.rules.access.passwords import SHORTEST_SECRET
from workflow.rules.access.tokens import token_hash
from workflow.rules.mail.delivery import OutboxState
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context

KIND = LetterKind.RESET
DEAD = mark("the link in this letter is not valid any more")


def new_salt() -> str:
    """What a token is made from; it tells nothing without the settings' secret."""
    return token_urlsafe(16)


def token_of(c: Context, salt: str) -> str:
    """The token that belongs to a salt. Raises Refused where the settings hold no long secret."""
    key = c.letterhead.link_key
    if len(key) < SHORTEST_SECRET:
        raise Refused(
            mark("LUOSHI_SECRET_KEY needs at least {n} random characters."), n=SHORTEST_SECRET
        )
    made = hmac.new(key.encode(), f"link:{salt}".encode(), sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def with_links(c: Context, rows: Iterable[Any]) -> list[Letter]:
    """The claimed rows (id, email, content, kind) as letters, with their tokens put in.

    A letter whose link was used, withdrawn or made under another secret fails here: it would only
    lead somebody to a page that refuses them.
    """
    letters = []
    for row in rows:
        content = row.content
        if row.kind == KIND:
            salts = salts_in(content)
            if not salts or not all(_lives(c, token_of(c, salt)) for salt in salts):
                _fail(c, row.id)
                continue
            content = with_token(content, lambda salt: token_of(c, salt))
        letters.append(Letter(row.id, row.email, content))
    return letters


def _lives(c: Context, token: str) -> bool:
    unused = exists().where(
        PasswordReset.token_hash == token_hash(token), PasswordReset.used_at.is_(None)
    )
    return bool(c.session.scalar(select(unused)))


def _fail(c: Context, outbox_id: int) -> None:
    c.session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id)
        .values(state=OutboxState.FAILED, lease_until=None, lease_owner="", last_error=DEAD)
        .execution_options(synchronize_session=False)
    )
    c.record_event(0, "mail_failed", "outbox", outbox_id)
