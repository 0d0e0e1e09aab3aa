"""Check that the event chains hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from db.queries.chains import chains, checkpoints, head, links
from db.record import link
from luoshi.language import mark
from workflow.verbs.context import Context

MISSING = mark("the event is missing")
CHANGED = mark("the event does not fit its hash: it or one before it was changed")
OTHER_HEAD = mark("the event is not the one whose hash left the house")
CUT_OFF = mark("the chain ends here, but a later head left the house")
WRONG_HEAD = mark("the chain does not end where its head says")


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold: its chain and number, and why (a message)."""

    chain: int
    no: int
    why: str


@dataclass(frozen=True)
class Verified:
    """How many chains and events were walked, and the first broken link, if any."""

    chains: int
    events: int
    broken: Broken | None


def verify_audit(
    c: Context, *, from_checkpoint: bool = True, outside: Iterable[tuple[int, int, str]] = ()
) -> Verified:
    """Walk every chain from its last checkpoint, or from the start; changes nothing.

    Who may: who runs the house, the auditor, the system. `outside` are heads that left the house
    (chain, number, hash), from mails or receipts: nothing else shows that a chain lost its tail
    together with all that the house itself remembers of it. A chain with such a head is walked from
    the start. Memory does not grow with the chains.
    """
    c.require("verify_audit")
    given: dict[int, list[tuple[int, str]]] = {}
    for chain, no, seen in outside:
        given.setdefault(chain, []).append((no, seen))
    walked = 0
    known = sorted({*chains(c.session), *given})
    for chain in known:
        count, broken = _walk(c, chain, given.get(chain, []), from_checkpoint)
        walked += count
        if broken is not None:
            return Verified(len(known), walked, broken)
    return Verified(len(known), walked, None)


def _walk(
    c: Context, chain: int, given: list[tuple[int, str]], from_checkpoint: bool
) -> tuple[int, Broken | None]:
    left = [(kept.no, kept.hash) for kept in checkpoints(c.session, chain)]
    no, last = 0, ""
    if left and from_checkpoint and not given:
        # The event of the checkpoint itself is read again, so that its hash is compared.
        no, last = left[-1]
        first = next(links(c.session, chain, after=no - 1), None)
        if first is None or first.no != no or first.hash != last:
            return 0, Broken(chain, no, OTHER_HEAD if first else CUT_OFF)
        left = []
    expected: dict[int, set[str]] = {}
    for number, seen in (*left, *given):
        expected.setdefault(number, set()).add(seen)
    count = 0
    for found in links(c.session, chain, after=no):
        count += 1
        if found.no != no + 1:
            return count, Broken(chain, no + 1, MISSING)
        if link(last, found.no, found.note) != found.hash:
            return count, Broken(chain, found.no, CHANGED)
        if expected.pop(found.no, {found.hash}) != {found.hash}:
            return count, Broken(chain, found.no, OTHER_HEAD)
        no, last = found.no, found.hash
    return count, _at_the_end(c, chain, no, last, expected)


def _at_the_end(
    c: Context, chain: int, no: int, last: str, expected: dict[int, set[str]]
) -> Broken | None:
    if expected:
        return Broken(chain, no, CUT_OFF)
    kept = head(c.session, chain)
    if kept is None or (kept.no, kept.hash) != (no, last):
        return Broken(chain, no, WRONG_HEAD)
    return None
