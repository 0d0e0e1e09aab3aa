"""Put on record what was refused: failed logins, and acts and pages that were not the actor's."""

from __future__ import annotations

from db.queries.record.events import is_person
from db.record import SYSTEM_CHAIN
from workflow.rules.record.flood import CountedOnly
from workflow.rules.refusals import Trace
from workflow.verbs.context import Context


def record_refusal(c: Context, trace: Trace) -> None:
    """Leave the event of one refusal on the system's chain.

    Who may: everybody; it is written in a transaction of its own, because what was refused left
    nothing. It holds ids and keyed hashes alone; the subject is the person who was refused, 0 for
    nobody known.
    """
    person_id = c.actor.person_id or trace.about.get("person_id", 0)
    c.record_event(
        SYSTEM_CHAIN, trace.event, "person", person_id,
        what=trace.what, source=trace.source, about=dict(trace.about),
    )  # fmt: skip


def record_left_out(c: Context, left_out: CountedOnly) -> None:
    """Leave one event for all refusals of a minute that were only counted (see rules.flood)."""
    person_id = int(left_out.source[1:]) if is_person(left_out.source) else 0
    c.record_event(
        SYSTEM_CHAIN, "many_refused", "person", person_id,
        source=left_out.source, count=left_out.count, since=left_out.since.isoformat(),
    )  # fmt: skip
