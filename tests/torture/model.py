"""What people must have been told, and what must not be lost, kept in plain sets and counters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Draft, Outbox, Person, Reminder, Submission
from db.record import SYSTEM_CHAIN
from torture.faults import FaultyRelay

Told = tuple[str, int, int, int]
"""A line of the ledger: subject, its id, the step, the person."""


@dataclass
class Holder:
    """Who holds a role for a unit, from a day until before another."""

    person: int
    unit: int
    role: str
    since: date = date(2021, 1, 1)
    until: date = date(9999, 12, 31)


@dataclass
class Model:
    """`letters`: how many of each kind each person is owed since the beginning; `typed`: what the
    liaisons last typed into each report, with the version; `filed`: what was submitted under each
    key, with its receipt; `heads`: heads of chains, as seen after each commit; `mailed`: those of
    the last mail, and the week that it went out in."""

    holders: list[Holder]
    letters: Counter[tuple[str, int]] = field(default_factory=Counter)
    ledger: set[Told] = field(default_factory=set)
    typed: dict[int, tuple[str, int]] = field(default_factory=dict)
    filed: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    heads: list[tuple[int, int, str]] = field(default_factory=list)
    mailed: dict[int, int] = field(default_factory=dict)
    mailed_in: tuple[int, int] | None = None

    def holding(self, unit: int, role: str, today: date) -> list[int]:
        return [
            one.person
            for one in self.holders
            if (one.unit, one.role) == (unit, role) and one.since <= today < one.until
        ]

    def tell(self, kind: str, people: list[int]) -> None:
        self.letters.update((kind, person) for person in set(people))

    def heads_leave(self, now: dict[int, int], today: date, administrator: int) -> None:
        """The heads go out once a week, where more than the last checkpoint has happened since."""
        week = today.isocalendar()[:2]
        grown = any(
            no > self.mailed.get(chain, 0) + (chain == SYSTEM_CHAIN and chain in self.mailed)
            for chain, no in now.items()
        )
        if grown and week != self.mailed_in:
            self.tell("heads", [administrator])
            self.mailed, self.mailed_in = now, week

    def agrees_with(self, session: Session) -> None:
        """Everybody has been written what they are owed, once; the ledger has each line once; what
        was typed and what was filed is there."""
        written = session.execute(select(Outbox.kind, Outbox.person_id)).tuples()
        assert Counter(written) == self.letters
        r = Reminder
        lines = session.execute(select(r.subject, r.subject_id, r.clock_step_id, r.person_id)).all()
        assert Counter(tuple(line) for line in lines) == Counter(self.ledger)
        drafts = session.scalars(select(Draft))
        assert {one.report_id: (one.content, one.version) for one in drafts} == self.typed
        s = Submission
        filed = session.execute(select(s.key, s.report_id, s.nil_reason, s.receipt))
        assert {row.key: tuple(row)[1:] for row in filed} == self.filed


class Postmark:
    """What came in at the relay: which letter, how often, and how often it was in doubt."""

    def __init__(self, relay: FaultyRelay) -> None:
        self.relay = relay
        self.came: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        self._first: dict[str, tuple[str, bytes]] = {}

    def look(self, in_doubt: bool) -> None:
        """Take in what came since the last look; `in_doubt`: the sender may not know of it."""
        received, self.relay.received = self.relay.received, []
        for to, content in received:
            which = message_id(content)
            assert self._first.setdefault(which, (to, content)) == (to, content)
            self.came[which] += 1
            self.doubts[which] += in_doubt
        for which, times in self.came.items():
            assert times <= 1 + self.doubts[which], f"{which} came {times} times"

    def agrees_with(self, session: Session, letters: Counter[tuple[str, int]]) -> None:
        """Each letter that somebody is owed has come to them, under one Message-ID."""
        address = dict(session.execute(select(Person.email, Person.id)).tuples().all())
        kinds = dict(session.execute(select(Outbox.message_id, Outbox.kind)).tuples().all())
        came = Counter((kinds[which], address[to]) for which, (to, _) in self._first.items())
        assert came == letters


def message_id(content: bytes) -> str:
    """The Message-ID of a letter as it was sent."""
    head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return next(words.strip().decode() for name, _, words in lines if name.lower() == b"message-id")
