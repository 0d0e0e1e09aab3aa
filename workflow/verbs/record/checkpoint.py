"""Keep the heads of the event chains, and let them leave the installation once a week."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from db.models import Checkpoint
from db.queries.mail.outbox import last_letter
from db.queries.record.chains import ChainEnd, heads, last_checkpoints
from db.queries.record.heartbeats import record_run
from db.record import SYSTEM_CHAIN
from workflow.rules.access.permissions import INSTALLATION, Permission, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import installation_keepers, notify


def checkpoint(c: Context, *, letter: bool = False) -> list[ChainEnd]:
    """Keep the head of every chain that has grown since, and once a week, or with `letter` now,
    mail those that have grown since the last mail to those who audit.

    Who may: who runs the installation, and the system. A mail lies where nobody here can change
    it, and so shows later whether a chain was cut off. Sends `heads` with the first call of a week,
    unless nothing has grown; the heads that were kept. Its own event comes behind them.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    grown = _grown(c, last_checkpoints(c.session))
    mailed_at = last_letter(c.session, LetterKind.HEADS)
    if letter or mailed_at is None or _week(c, mailed_at) != _week(c, c.now):
        to_mail = _grown(c, last_checkpoints(c.session, mailed_at) if mailed_at else {})
    else:
        to_mail = []
    record_run(c.session, "checkpoint", c.now, summary=f"chains={len(grown)}")
    if grown:
        c.session.execute(insert(Checkpoint), [vars(head) | {"at": c.now} for head in grown])
    if to_mail:
        told = installation_keepers(c, RoleName.AUDITOR)
        notify(
            c,
            LetterKind.HEADS,
            told,
            plan_id=None,
            facts={"heads": [vars(head) for head in to_mail]},
        )
    if grown:
        c.record_event(SYSTEM_CHAIN, "checkpoint", "chain", SYSTEM_CHAIN, chains=len(grown))
    return grown


def _grown(c: Context, left: dict[int, int]) -> list[ChainEnd]:
    """The heads of chains that are longer than they were. The event of the last checkpoint alone
    is nothing that happened."""
    return [
        head
        for head in heads(c.session)
        if head.no > left.get(head.chain, 0) + (head.chain == SYSTEM_CHAIN and head.chain in left)
    ]


def _week(c: Context, at: datetime) -> tuple[int, int]:
    """The year and the week (from Monday) of an instant, in the city's zone."""
    return local_date(at, c.letterhead.zone).isocalendar()[:2]
