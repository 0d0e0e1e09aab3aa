"""Digests are written down when they are first claimed, of what waits for their readers then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select, update

from db.models import Outbox, Person, Plan, Table
from db.queries.reminders.due import digest_entries
from notifications.rendering import render
from notifications.waiting import DigestEntry
from workflow.verbs.context import Context
from workflow.verbs.reminders.digests import by_person
from workflow.verbs.reminders.remind import NEEDLESS


@dataclass(frozen=True)
class UnwrittenDigest:
    """A claimed letter without content yet."""

    id: int
    message_id: str
    person_id: int
    email: str
    name: str
    language: str


def write_digests(c: Context, outbox_ids: Sequence[int]) -> dict[int, bytes]:
    """Write down the digests among these claimed letters that have no content yet, from then on
    frozen: outbox id → content.

    A digest for which nothing waits any more, because what it was about was filed meanwhile or its
    reader has left, is marked as needless and never sent.
    """
    found = _unwritten(c, outbox_ids)
    if not found:
        return {}
    people = [one.person_id for one in found]
    waiting = by_person(c.session, digest_entries(c.session, c.today, people), c.calendar, c.today)
    titles = _titles(c, waiting.values())
    written = []
    for one in found:
        entries = waiting.get(one.person_id)
        if entries:
            written.append(_written(c, one, entries, titles))
    if written:
        c.session.connection().execute(_WRITE, written)
    needless = [one.id for one in found if one.person_id not in waiting]
    if needless:
        c.session.execute(
            update(Outbox)
            .where(Outbox.id.in_(needless))
            .values(state=NEEDLESS, lease_until=None, lease_owner="")
            .execution_options(synchronize_session=False)
        )
    return {row["of"]: row["content"] for row in written}


_TABLE = Table.metadata.tables[Outbox.__tablename__]
_WRITE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of"))
    .values(
        subject=bindparam("subject"), content=bindparam("content"), plan_id=bindparam("plan_id")
    )
)


def _unwritten(c: Context, outbox_ids: Sequence[int]) -> list[UnwrittenDigest]:
    rows = c.session.execute(
        select(Outbox.id, Outbox.message_id, Person.id, Person.email, Person.name, Person.language)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id.in_(outbox_ids), Outbox.content == b"")
    )
    return [UnwrittenDigest(*row) for row in rows.tuples()]


def _titles(c: Context, waiting: Iterable[list[DigestEntry]]) -> dict[int, str]:
    plans = {entry.plan_id for entries in waiting for entry in entries}
    rows = c.session.execute(select(Plan.id, Plan.title).where(Plan.id.in_(plans)))
    return dict(rows.tuples().all())


def _written(
    c: Context, one: UnwrittenDigest, entries: list[DigestEntry], titles: dict[int, str]
) -> dict[str, Any]:
    plans = {entry.plan_id for entry in entries}
    plan_id = plans.pop() if len(plans) == 1 else None
    if plan_id is None:
        entries = [replace(entry, plan=titles[entry.plan_id]) for entry in entries]
    facts = {
        "entries": entries,
        "late": sum(entry.workdays < 0 for entry in entries),
        "plan": titles[plan_id] if plan_id else "",
    }
    mail = render(
        "digest", facts, c.letterhead, one.email, one.name, one.language, one.message_id, c.now
    )
    return {"of": one.id, "subject": mail.subject, "content": mail.content, "plan_id": plan_id}
