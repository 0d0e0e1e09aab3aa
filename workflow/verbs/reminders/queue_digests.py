"""A digest and its letter for everybody who is to be reminded today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import String, cast, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Digest, Outbox
from db.queries.reminders.planning import MAIL, due_now
from db.types import UtcDateTime
from workflow.rules.mail.delivery import OutboxState
from workflow.verbs.context import Context
from workflow.verbs.mail.digests import KIND

PRIORITY = 7
"""After receipts and returns: a digest may wait a minute."""


def queue_digests(c: Context, begins: Mapping[datetime, Sequence[int]]) -> int:
    """A digest for everybody in `due_now` who has none of today, with a letter that is still to be
    written; how many letters. `begins`: from when on the letters of which plans may go."""
    latest = max(begins, default=c.now)
    insert_ = _insert(c)
    # In one order everywhere, so that two planners at once wait for each other and do not lock.
    people = select(due_now.c.person_id).distinct().order_by(due_now.c.person_id)
    digests = insert_(Digest).from_select(
        ["person_id", "local_date", "channel"],
        people.add_columns(literal(c.today), literal(MAIL)),
    )
    c.session.execute(digests.on_conflict_do_nothing())
    domain = c.letterhead.mail_from.rpartition("@")[2]
    first = f"<{KIND}.{uuid4().hex}."
    letters = (
        select(
            literal(first) + cast(Digest.id, String) + literal(f"@{domain}>"),
            Digest.person_id,
            Digest.id,
            literal(KIND.value),
            literal(""),
            literal(b""),
            literal(PRIORITY),
            literal(c.now, UtcDateTime),
            literal(latest, UtcDateTime),
        )
        .join(Outbox, Outbox.digest_id == Digest.id, isouter=True)
        .where(
            Digest.person_id.in_(select(due_now.c.person_id)),
            Digest.local_date == c.today,
            Digest.channel == MAIL,
            Outbox.id.is_(None),
        )
    )
    names = ["message_id", "person_id", "digest_id", "kind", "subject", "content", "priority"]
    names += ["created_at", "not_before"]
    new = c.session.execute(
        insert(Outbox).from_select(names, letters), execution_options={"preserve_rowcount": True}
    )
    # What was needless this morning is needed again.
    mine = select(Digest.id).where(
        Digest.person_id.in_(select(due_now.c.person_id)),
        Digest.local_date == c.today,
        Digest.channel == MAIL,
    )
    again = c.session.execute(
        update(Outbox)
        .where(Outbox.digest_id.in_(mine), Outbox.state == OutboxState.NEEDLESS)
        .values(state=OutboxState.QUEUED, not_before=latest)
        .execution_options(synchronize_session=False)
    )
    for instant, plan_ids in begins.items():
        _let_go_from(c, instant, plan_ids)
    # Whoever has a letter in the outbox already, of another plan, counts there.
    return int(new.rowcount + again.rowcount)  # type: ignore[attr-defined]


def _let_go_from(c: Context, instant: datetime, plan_ids: Sequence[int]) -> None:
    """Who is told of several plans gets the letter at the earliest of their times."""
    later = (Outbox.state == OutboxState.QUEUED, Outbox.not_before > instant, Outbox.content == b"")
    if c.session.scalar(select(Outbox.id).where(*later).limit(1)) is None:
        return
    theirs = (
        select(Digest.id)
        .join(due_now, due_now.c.person_id == Digest.person_id)
        .where(
            due_now.c.plan_id.in_(plan_ids), Digest.local_date == c.today, Digest.channel == MAIL
        )
    )
    c.session.execute(
        update(Outbox)
        .where(*later, Outbox.digest_id.in_(theirs))
        .values(not_before=instant)
        .execution_options(synchronize_session=False)
    )


def _insert(c: Context) -> Any:
    postgres = c.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if postgres else sqlite.insert
