"""How attempts at a login are held back, so that nobody can lock a stranger out.

An attempt comes from a *source*: a browser that carries a token of ours, or else a network address.
It is counted four ways, each over `WINDOW`, logins, codes, resets and changes of a password apart:

1. **here**: this source at this account. `HERE` of them, and this source waits.
2. **address**: this network address at all accounts; a browser that this account knows is counted
   for itself alone, so that no neighbour behind the same address holds its owner back.
3. **strangers**: at this account, from all sources together that it does not know. They are never
   shut out but slowed down (`SLOWER`): so many machines together guess no faster than one.
4. Sources from which the person came in before are not slowed by strangers at all.

Whoever is slowed at a new place has two ways in that no attacker can close: a browser used before,
and the mailed link, which makes the browser known in which it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AttemptKind(StrEnum):
    """What is attempted; each is counted apart from the others."""

    LOGIN = "login"
    CODE = "code"
    RESET = "reset"
    CHANGE = "change"


SLOWED = frozenset((AttemptKind.LOGIN, AttemptKind.CODE))
"""Where strangers slow each other down; of links, too many are not mailed instead (`MAILS`)."""
WINDOW = timedelta(minutes=15)
HERE = 8
ADDRESS = 60
"""Whole offices come from one address."""
SLOWER = (
    (30, timedelta(seconds=10)),
    (40, timedelta(seconds=30)),
    (60, timedelta(seconds=60)),
)
"""From so many attempts of strangers on, one is looked at no sooner than so long after the last."""
MAILS = 3
"""So many links are mailed to one person within WINDOW; one that works lies in the mailbox then."""
KNOWN_FOR = timedelta(days=180)
"""A source from which nobody came in for so long is a strange one again."""
CODES = 5
"""Wrong codes after one right password; then the password is asked for again."""


@dataclass(frozen=True)
class EarlierAttempts:
    """What was counted within WINDOW before this attempt; `last` is the last one of strangers."""

    here: int = 0
    address: int = 0
    strangers: int = 0
    last: datetime | None = None


def wait(
    kind: AttemptKind,
    tried: EarlierAttempts,
    *,
    browser_known: bool,
    source_known: bool,
    at: datetime,
) -> timedelta:
    """How long this attempt must wait; nothing at all for one that may be tried now.

    `browser_known`: the browser carries a token of this account. `source_known`: so it does, or
    the person came in from this network address before. `at`: real time (UTC).
    """
    if tried.here >= HERE:
        return WINDOW
    if not browser_known and tried.address >= ADDRESS:
        return WINDOW
    if source_known or kind not in SLOWED or tried.last is None:
        return timedelta(0)
    pause = max((span for n, span in SLOWER if tried.strangers >= n), default=timedelta(0))
    return max(tried.last + pause - at, timedelta(0))
