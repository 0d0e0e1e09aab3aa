"""Write the reminders that are due, shard by shard, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    something_due,
)

Acting = Callable[[], AbstractContextManager[Context]]
"""Opens one transaction of whoever reminds; the edge gives it."""
AT_ONCE = 2
"""Shards that are planned beside each other, where the database lets them."""


def remind_by_shard(
    acting: Acting, reading: Acting, *, dry_run: bool = False, listed: bool = False
) -> RemindersWritten:
    """Carry out `remind` for every plan, however many there are; what it wrote in all.

    Who may: as for `remind`. A shard that fails leaves the others written, and is raised in the
    end; the next run catches up. `reading` opens a transaction in which it is looked, first,
    whether a shard has anything to tell at all. `listed`: the mails are told, too, as they would
    be if they were sent at once.
    """
    with reading() as c:
        c.require(NAME, INSTALLATION)
        day, parts = c.today, reminding_shards(c.session)

    def carry_out(plan_ids: Sequence[int]) -> RemindersWritten:
        with reading() as c:
            if dry_run:
                return remind(c, plan_ids, dry_run=True)
            if not something_due(c, plan_ids):
                return RemindersWritten(day, 0, 0, ())
        with acting() as c:
            mails = remind(c, plan_ids, dry_run=True).mails if listed else ()
            return replace(remind(c, plan_ids), mails=mails)

    done = RemindersWritten(day, 0, 0, ())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for more in pool.map(carry_out, parts):
            done = done.plus(more)
    if not dry_run:
        with acting() as c:
            record_reminding(c, done.reminders, done.people)
    return done
