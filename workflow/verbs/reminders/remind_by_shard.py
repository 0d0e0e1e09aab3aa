"""Write the reminders that are due, shard by shard, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from db.queries.reminders.planning import reminding_shards
from workflow.rules.access.permissions import INSTALLATION
from workflow.verbs.context import Context
from workflow.verbs.reminders.remind import (
    NAME,
    RemindersWritten,
    record_reminding,
    remind,
)

Acting = Callable[[], AbstractContextManager[Context]]
"""Opens one transaction of whoever reminds; the edge gives it."""


def remind_by_shard(
    acting: Acting, *, dry_run: bool = False, listed: bool = False
) -> RemindersWritten:
    """Carry out `remind` for every plan, however many there are; what it wrote in all.

    Who may: as for `remind`. A shard that fails leaves those before it written; the next run
    catches up. `listed`: the mails are told, too, as they would be if they were sent at once.
    """
    with acting() as c:
        c.require(NAME, INSTALLATION)
        day, parts = c.today, reminding_shards(c.session)
    done = RemindersWritten(day, 0, 0, ())
    for plan_ids in parts:
        with acting() as c:
            mails = remind(c, plan_ids, dry_run=True).mails if listed and not dry_run else ()
            more = remind(c, plan_ids, dry_run=dry_run)
            done = done.plus(replace(more, mails=more.mails or mails))
    if not dry_run:
        with acting() as c:
            record_reminding(c, done.reminders, done.people)
    return done
