"""Digests are written down when they are first claimed, of what waits for their readers then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from db.models import Outbox, Person, Plan, Table
from db.queries.reminders.due import digest_entries
from i18n import mark
from notifications.letterhead import Letterhead
from notifications.rendering import is_address, render
from notifications.smtp import Letter
from notifications.waiting import DigestEntry
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.mail.delivery import OutboxState
from workflow.verbs.context import Context
from workflow.verbs.mail.digests import KIND, by_person

NO_ADDRESS = mark("the address cannot be written to")


@dataclass(frozen=True)
class UnwrittenDigest:
    """A claimed letter without content yet, and what it has to say."""

    id: int
    message_id: str
    person_id: int
    email: str
    name: str
    language: str
    entries: Sequence[DigestEntry] = ()
    plan: str = ""
    plan_id: int | None = None


def look_again(c: Context, outbox_ids: Sequence[int]) -> list[UnwrittenDigest]:
    """The digests among these claimed letters that are still to be written, with what waits now.

    One for which nothing waits any more, because what it was about was filed meanwhile or its
    reader has left, is marked as needless and never sent. Whose address was changed since to one
    that no relay takes is marked as unreachable, and the letter fails.
    """
    found = _writable(c, _unwritten(c, outbox_ids))
    if not found:
        return []
    people = [one.person_id for one in found]
    waiting = by_person(c.session, digest_entries(c.session, c.today, people), c.calendar, c.today)
    needless = [one.id for one in found if one.person_id not in waiting]
    if needless:
        c.session.execute(
            update(Outbox)
            .where(Outbox.id.in_(needless))
            .values(state=OutboxState.NEEDLESS, lease_until=None, lease_owner="")
            .execution_options(synchronize_session=False)
        )
    titles = _titles(c, waiting.values())
    return [
        _with_plan(one, waiting[one.person_id], titles) for one in found if one.person_id in waiting
    ]


def write_down(
    digests: Iterable[UnwrittenDigest], letterhead: Letterhead, now: datetime
) -> list[dict[str, Any]]:
    """The digests as letters. No transaction need be open: of a morning this takes the longest."""
    written = []
    for one in digests:
        facts = {
            "entries": one.entries,
            "late": sum(entry.workdays < 0 for entry in one.entries),
            "plan": one.plan,
        }
        mail = render(
            KIND, facts, letterhead, one.email, one.name, one.language, one.message_id, now
        )
        written.append(
            {"of": one.id, "to": one.email, "subject": mail.subject, "content": mail.content,
             "plan_id": one.plan_id}
        )  # fmt: skip
    return written


def freeze(c: Context, owner: str, written: Sequence[dict[str, Any]]) -> list[Letter]:
    """Freeze what was written down of a lease; the letters."""
    c.require(Permission.DELIVER, INSTALLATION)
    if written:
        rows = [{**row, "owner": owner} for row in written]
        c.session.connection().execute(_FREEZE, rows)
    return [Letter(row["of"], row["to"], row["content"]) for row in written]


_TABLE = Table.metadata.tables[Outbox.__tablename__]
_FREEZE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"), _TABLE.c.lease_owner == bindparam("owner"))
    .values(
        subject=bindparam("subject"), content=bindparam("content"), plan_id=bindparam("plan_id")
    )
)


def _unwritten(c: Context, outbox_ids: Sequence[int]) -> list[UnwrittenDigest]:
    rows = c.session.execute(
        select(Outbox.id, Outbox.message_id, Person.id, Person.email, Person.name, Person.language)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id.in_(outbox_ids), Outbox.content == b"")
        .order_by(Outbox.id)
    )
    return [UnwrittenDigest(*row) for row in rows.tuples()]


def _writable(c: Context, found: list[UnwrittenDigest]) -> list[UnwrittenDigest]:
    for one in found:
        if is_address(one.email):
            continue
        failed = {"state": OutboxState.FAILED, "failed_at": c.now, "last_error": NO_ADDRESS}
        c.session.execute(
            update(Outbox)
            .where(Outbox.id == one.id)
            .values(lease_until=None, lease_owner="", **failed)
            .execution_options(synchronize_session=False)
        )
        c.session.execute(update(Person).where(Person.id == one.person_id).values(bounced_at=c.now))
        c.record_event(0, "mail_failed", "outbox", one.id, person=one.person_id)
    return [one for one in found if is_address(one.email)]


def _titles(c: Context, waiting: Iterable[list[DigestEntry]]) -> dict[int, str]:
    plans = {entry.plan_id for entries in waiting for entry in entries}
    rows = c.session.execute(select(Plan.id, Plan.title).where(Plan.id.in_(plans)))
    return dict(rows.tuples().all())


def _with_plan(
    one: UnwrittenDigest, entries: list[DigestEntry], titles: dict[int, str]
) -> UnwrittenDigest:
    """Where the entries are of several plans, each names its own."""
    plans = {entry.plan_id for entry in entries}
    if len(plans) == 1:
        plan_id = plans.pop()
        return replace(one, entries=entries, plan=titles[plan_id], plan_id=plan_id)
    named = [replace(entry, plan=titles[entry.plan_id]) for entry in entries]
    return replace(one, entries=named)
