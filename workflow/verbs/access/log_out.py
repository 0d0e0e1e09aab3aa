"""End one session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from db.models import LoginSession
from db.record import SYSTEM_CHAIN
from workflow.rules.access.tokens import token_hash
from workflow.verbs.context import Context


def log_out(c: Context, *, token: str, at: datetime) -> None:
    """End the session of a token, with an event. Who may: whoever holds the token.

    An unknown or ended one is no error and leaves nothing. `at`: real time (UTC).
    """
    which = (LoginSession.token_hash == token_hash(token), LoginSession.revoked_at.is_(None))
    person_id = c.session.scalar(select(LoginSession.person_id).where(*which))
    if person_id is None:
        return
    c.session.execute(update(LoginSession).where(*which).values(revoked_at=at))
    c.record_event(SYSTEM_CHAIN, "log_out", "person", person_id)
