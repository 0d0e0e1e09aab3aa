"""Let the heads of the event chains leave the installation."""

from __future__ import annotations

from sqlalchemy import insert

from db.models import Checkpoint
from db.queries.record.chains import ChainEnd, heads, last_checkpoints
from db.queries.record.heartbeats import record_run
from db.record import SYSTEM_CHAIN
from workflow.rules.access.permissions import INSTALLATION, Permission, RoleName
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import installation_keepers, notify


def checkpoint(c: Context) -> list[ChainEnd]:
    """Keep the head of every chain that has grown since, and mail them to those who audit.

    Who may: who runs the installation, and the system. A mail lies where nobody here can change
    it, and so shows later whether a chain was cut off. Sends `heads`, unless nothing has grown; the
    heads that left. Its own event comes behind the heads that it sends away.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    left = last_checkpoints(c.session)
    # The event of the last checkpoint alone is nothing that happened.
    grown = [
        head
        for head in heads(c.session)
        if head.no > left.get(head.chain, 0) + (head.chain == SYSTEM_CHAIN and head.chain in left)
    ]
    record_run(c.session, "checkpoint", c.now, summary=f"chains={len(grown)}")
    if not grown:
        return []
    c.session.execute(insert(Checkpoint), [vars(head) | {"at": c.now} for head in grown])
    told = installation_keepers(c, RoleName.AUDITOR)
    notify(c, "heads", told, plan_id=None, facts={"heads": [vars(head) for head in grown]})
    c.record_event(SYSTEM_CHAIN, "checkpoint", "chain", SYSTEM_CHAIN, chains=len(grown))
    return grown
