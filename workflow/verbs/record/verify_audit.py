"""Check that the event chains hold, and that what they seal is still as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from db.models import Plan
from db.queries.record.chains import StoredEvent, chains, checkpoints, head, links
from db.queries.record.seals import StoredSeal, seals
from db.record import SEALS, chain_hash
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context
from workflow.verbs.record.verify_contents import Contents, Difference
from workflow.verbs.record.verify_ledger import verify_ledger

MISSING = mark("the event is missing")
CHANGED = mark("the event does not fit its hash: it or one before it was changed")
OTHER_HEAD = mark("the event is not the one whose hash was sent out")
CUT_OFF = mark("the chain ends here, but a later hash was sent out")
WRONG_HEAD = mark("the chain does not end where its head says")
OTHER_SEALS = mark("the seals of the event are not those that it was recorded with")
OLDER = "seal"
"""The action of an event that seals what was there before contents were sealed."""


@dataclass(frozen=True)
class BrokenLink:
    """The first link that does not hold: its chain and number, and why (a message)."""

    chain: int
    no: int
    why: str


@dataclass(frozen=True)
class ChainChecked:
    """What was looked at of one chain: its events from `first` to `last` (none: 0) with their
    instants, and the rows that they sealed last.

    `after`: the number of the checkpoint from which the walk began; nothing up to it was looked
    at. `older`: the instant at which contents older than seals were sealed, if it lies in here.
    """

    chain: int
    plan: str
    after: int = 0
    first: int = 0
    last: int = 0
    began: datetime | None = None
    ended: datetime | None = None
    events: int = 0
    rows: int = 0
    older: datetime | None = None
    broken: BrokenLink | None = None


@dataclass(frozen=True)
class Verified:
    """What was looked at, chain by chain, and what does not hold there."""

    walked: tuple[ChainChecked, ...]
    differs: tuple[Difference, ...]

    @property
    def chains(self) -> int:
        return len(self.walked)

    @property
    def events(self) -> int:
        return sum(one.events for one in self.walked)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.walked)

    @property
    def broken(self) -> BrokenLink | None:
        """The first broken link."""
        return next((one.broken for one in self.walked if one.broken), None)

    @property
    def holds(self) -> bool:
        """Whether everything that was looked at holds."""
        return self.broken is None and not self.differs


def verify_audit(
    c: Context, *, from_checkpoint: bool = True, outside: Iterable[tuple[int, int, str]] = ()
) -> Verified:
    """Walk every chain from its last checkpoint, or from the start, with the contents that its
    events sealed, and look for rows that no event sealed; changes nothing.

    Who may: who runs the installation, the auditor, the system. `outside` are heads that went out
    (chain, number, hash), from mails or receipts: nothing else shows that a chain lost its tail
    together with all that is remembered of it here. A chain with such a head is walked from
    the start. Memory does not grow with the chains.
    A chain is walked up to its first broken link.
    Files of evidence are looked at by `verify_files`.
    """
    c.require(Permission.VERIFY_AUDIT, INSTALLATION)
    given: dict[int, list[tuple[int, str]]] = {}
    for chain, no, seen in outside:
        given.setdefault(chain, []).append((no, seen))
    contents = Contents(c.session)
    titles = dict(c.session.execute(select(Plan.id, Plan.title)).tuples().all())
    walked = []
    for chain in sorted({*chains(c.session), *given}):
        before = contents.rows
        walk = _ChainWalk(c, chain, given.get(chain, []), titles.get(chain, ""), contents)
        one = walk.run(from_checkpoint)
        contents.look()
        walked.append(replace(one, rows=contents.rows - before))
    contents.look_for_unsealed()
    contents.add(verify_ledger(c.session))
    return Verified(tuple(walked), tuple(contents.differs))


class _ChainWalk:
    """The walk along one chain."""

    def __init__(
        self, c: Context, chain: int, given: list[tuple[int, str]], plan: str, contents: Contents
    ) -> None:
        self.c = c
        self.chain = chain
        self.given = given
        self.contents = contents
        self.done = ChainChecked(chain, plan)

    def run(self, from_checkpoint: bool) -> ChainChecked:
        """Walk; what was looked at, with the first link that does not hold."""
        left = [(kept.no, kept.hash) for kept in checkpoints(self.c.session, self.chain)]
        no, last = 0, ""
        if left and from_checkpoint and not self.given:
            # The event of the checkpoint itself is read again, so that its hash is compared.
            no, last = left[-1]
            first = next(links(self.c.session, self.chain, after=no - 1), None)
            if first is None or first.no != no or first.hash != last:
                return self._broken(no, OTHER_HEAD if first else CUT_OFF)
            left = []
        self.done = replace(self.done, after=no)
        expected: dict[int, set[str]] = {}
        for number, seen in (*left, *self.given):
            expected.setdefault(number, set()).add(seen)
        return self._along(no, last, expected)

    def _along(self, no: int, last: str, expected: dict[int, set[str]]) -> ChainChecked:
        groups = groupby(seals(self.c.session, self.chain, after=no), lambda one: one.no)
        sealed = next(groups, None)
        for found in links(self.c.session, self.chain, after=no):
            self._looked_at(found)
            if found.no != no + 1:
                return self._broken(no + 1, MISSING)
            if chain_hash(last, found.no, found.note) != found.hash:
                return self._broken(found.no, CHANGED)
            if expected.pop(found.no, {found.hash}) != {found.hash}:
                return self._broken(found.no, OTHER_HEAD)
            told = ""
            if sealed is not None and sealed[0] == found.no:
                told = self._take(sealed[1])
                sealed = next(groups, None)
            if told != _sealed_by(found):
                return self._broken(found.no, OTHER_SEALS)
            no, last = found.no, found.hash
        at_the_end = self._at_the_end(no, last, expected)
        if at_the_end.broken is None and sealed is not None:
            return self._broken(sealed[0], OTHER_SEALS)
        return at_the_end

    def _looked_at(self, found: StoredEvent) -> None:
        at = found.note.at
        self.done = replace(
            self.done,
            first=self.done.first or found.no,
            began=self.done.began or at,
            last=found.no,
            ended=at,
            events=self.done.events + 1,
            older=at if found.note.action == OLDER and "rows" in found.note.payload
            else self.done.older,
        )  # fmt: skip

    def _take(self, some: Iterator[StoredSeal]) -> str:
        """The digest of an event's seals, whose rows are looked at on the way."""
        told = hashlib.sha256()
        for one in some:
            told.update(one.seal.line)
            self.contents.take(one)
        return told.hexdigest()

    def _at_the_end(self, no: int, last: str, expected: dict[int, set[str]]) -> ChainChecked:
        if expected:
            return self._broken(no, CUT_OFF)
        kept = head(self.c.session, self.chain)
        if kept is None or (kept.no, kept.hash) != (no, last):
            return self._broken(no, WRONG_HEAD)
        return self.done

    def _broken(self, no: int, why: str) -> ChainChecked:
        return replace(self.done, broken=BrokenLink(self.chain, no, why))


def _sealed_by(found: StoredEvent) -> str:
    if f'"{SEALS}":' not in found.note.payload:
        return ""
    return str(json.loads(found.note.payload).get(SEALS, ""))
