"""What an address asks of the record, for the page and the file alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from db.queries.record.events import DONE, KINDS, REFUSED_ONES, EventFilter
from i18n import mark
from ui.views.shared.office import number_in
from workflow.rules.record.deeds import DEEDS

OUTCOMES = {DONE: mark("carried out"), REFUSED_ONES: mark("turned away")}
PLACE = re.compile(r"\d{1,12}:\d{1,12}", re.ASCII)


def asked_of(values: Mapping[str, str]) -> EventFilter:
    """What the values of an address ask for; what is not understood asks for nothing."""
    subject, _dot, action = values.get("deed", "").partition(".")
    kind, outcome = values.get("show", ""), values.get("outcome", "")
    return EventFilter(
        first=_day(values.get("from", "")),
        last=_day(values.get("to", "")),
        person_id=number_in(values, "person"),
        deed=(subject, action) if (subject, action) in DEEDS else None,
        chain=number_in(values, "plan"),
        kind=kind if kind in KINDS else "",
        outcome=outcome if outcome in OUTCOMES else "",
    )


def address_of(asked: EventFilter) -> dict[str, object]:
    """The values of an address that ask for this."""
    return {
        "show": asked.kind,
        "from": asked.first,
        "to": asked.last,
        "person": asked.person_id,
        "deed": ".".join(asked.deed) if asked.deed else None,
        # The system's chain is 0, which an address would leave out as nothing.
        "plan": None if asked.chain is None else str(asked.chain),
        "outcome": asked.outcome,
    }


def place_of(text: str) -> tuple[int, int] | None:
    """The event CHAIN:NUMBER behind which the page goes on, if the address names one."""
    if not PLACE.fullmatch(text):
        return None
    chain, _colon, no = text.partition(":")
    return int(chain), int(no)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
