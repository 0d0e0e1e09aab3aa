"""Whether rows are as their last event left them, and whether an event left them at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from db.queries.record.seals import (
    RowPlace,
    StoredSeal,
    as_they_are,
    place_of,
    still_last,
    unsealed,
)
from db.sealing import AT_ONCE, SEALED, SEALED_BEFORE
from i18n import mark

ROW_CHANGED = mark("it was changed behind the record's back")
ROW_GONE = mark("it was taken out behind the record's back")
ROW_ADDED = mark("it was put in behind the record's back")
MOST = 200
"""Findings that are told one by one; whoever tampered with more is found all the same."""


@dataclass(frozen=True)
class Difference:
    """A row that is not as the record tells: its table and key, why (a message), and its place.

    `chain`, `no`: the event that sealed it last; 0 where there is none.
    """

    kind: str
    key: str
    why: str
    place: RowPlace
    chain: int = 0
    no: int = 0


class Contents:
    """Looks at the rows of the seals that it is given, many at a time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows = 0
        self.differs: list[Difference] = []
        self._waiting: dict[str, list[StoredSeal]] = {}

    def take(self, one: StoredSeal) -> None:
        """Look at the row of a seal, soon: `look` is called when many wait, and at the end."""
        if (
            one.seal.kind not in {*SEALED, *SEALED_BEFORE}
            or not one.seal.key.replace("/", "").isdecimal()
        ):
            return
        some = self._waiting.setdefault(one.seal.kind, [])
        some.append(one)
        if len(some) >= AT_ONCE:
            self._look(one.seal.kind, self._waiting.pop(one.seal.kind))

    def look(self) -> None:
        """Look at all that still waits."""
        waiting, self._waiting = self._waiting, {}
        for kind, some in waiting.items():
            self._look(kind, some)

    def add(self, others: Iterable[Difference]) -> None:
        """Take in what was found elsewhere."""
        self.differs += islice(others, max(0, MOST - len(self.differs)))

    def look_for_unsealed(self) -> None:
        """Find rows that no event sealed, in every sealed table."""
        for kind in SEALED:
            for key in unsealed(self.session, kind, MOST):
                self._differs(kind, key, ROW_ADDED, None)

    def _look(self, kind: str, some: list[StoredSeal]) -> None:
        last = still_last(self.session, kind, some)
        there = as_they_are(self.session, kind, [one.seal.key for one in last])
        self.rows += len(last)
        for one in last:
            key = one.seal.key
            if key not in there:
                self._differs(kind, key, ROW_GONE, one)
            elif there[key] != one.seal.sha:
                self._differs(kind, key, ROW_CHANGED, one)

    def _differs(self, kind: str, key: str, why: str, by: StoredSeal | None) -> None:
        if len(self.differs) >= MOST:
            return
        event = (by.chain, by.no) if by is not None else None
        place = place_of(self.session, kind, key, event)
        chain, no = event or (0, 0)
        self.differs.append(Difference(kind, key, why, place, chain, no))
