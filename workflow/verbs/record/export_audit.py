"""操作留痕导出: the record, or a part of it, as a file; each time is an event itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.queries.record.chains import StoredEvent, heads, links
from db.queries.record.events import EventFilter, NamedEvent, is_person, list_events
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.record.deeds import REFUSED
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context

MOST_ROWS = 20_000
EXPORTED = ("record", "exported")
"""Subject and action of the event that an export leaves."""


def export_shown(c: Context, asked: EventFilter) -> list[NamedEvent]:
    """The events that are asked for, newest first, to be handed over as a table.

    Who may: the auditor, administrators where the three posts are not separate, the system. One
    event that says what was asked for and how many rows left. Raises NotAllowed, and Invalid for
    more than MOST_ROWS.
    """
    c.require(Permission.READ_AUDIT, INSTALLATION)
    found = list_events(c.session, c.actor, asked, c.letterhead.zone, limit=MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        raise Invalid(
            mark(
                "More than {n} events are asked for. Ask for fewer days, or use the "
                "command luoshi audit export."
            ),
            n=MOST_ROWS,
        )
    by = {name: value for name, value in vars(asked).items() if value not in (None, "")}
    c.record_event(SYSTEM_CHAIN, "exported", "record", 0, rows=len(found), by=by)
    return found


@dataclass
class Collected:
    """How far another system has read: chain → the number of its last event. `others`: how many
    of the events were no exports of the record."""

    heads: dict[int, int]
    events: int = 0
    others: int = 0


def collect(c: Context, since: Mapping[int, int], so_far: Collected) -> Iterator[dict[str, Any]]:
    """Every event behind the numbers of `since`, chain by chain and in order, as plain values for
    another log system; `so_far` is counted on while they are taken.

    Who may: as `export_shown`. Wants a reading context and writes nothing: `record_collected`
    does. Names are not handed out, only ids. Memory does not grow with the record.
    """
    c.require(Permission.READ_AUDIT, INSTALLATION)
    so_far.heads.update(since)
    for head in heads(c.session):
        for found in links(c.session, head.chain, after=since.get(head.chain, 0)):
            so_far.heads[head.chain] = found.no
            so_far.events += 1
            so_far.others += (found.note.subject, found.note.action) != EXPORTED
            yield _plain(found)


def record_collected(c: Context, so_far: Collected) -> None:
    """Leave the event of an export, unless nothing left but events of earlier exports: a system
    that asks each minute must not make the record grow by that alone."""
    c.require(Permission.READ_AUDIT, INSTALLATION)
    if so_far.others:
        c.record_event(SYSTEM_CHAIN, "exported", "record", 0, rows=so_far.events)


def _plain(found: StoredEvent) -> dict[str, Any]:
    event = found.note
    return {
        "chain": event.chain,
        "no": found.no,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor": event.actor,
        "person": is_person(event.actor),
        "action": event.action,
        "outcome": "refused" if event.action in REFUSED else "done",
        "subject": event.subject,
        "subject_id": event.subject_id,
        "before": event.before,
        "after": event.after,
        "payload": json.loads(event.payload),
        "hash": found.hash,
    }
