"""How long the torture lasts, and how much of it there was.

In the suite it is short and the same each time. `make torture` sets LUOSHI_TORTURE to a number of
minutes: then it goes on about so long, on both databases, each round from another seed; the first
is printed, and LUOSHI_TORTURE_SEED begins there again. LUOSHI_TORTURE_KILLS is how often the mirror
is killed at least, however long that takes.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from random import SystemRandom

MINUTES = float(os.environ.get("LUOSHI_TORTURE") or 0)
SEED = int(
    os.environ.get("LUOSHI_TORTURE_SEED") or (SystemRandom().randrange(10**6) if MINUTES else 1)
)
KILLS = int(os.environ.get("LUOSHI_TORTURE_KILLS") or 0)
KINDS = ["sqlite", "postgresql"] if MINUTES else ["sqlite"]

count: Counter[str] = Counter()
"""What was done: sequences, steps, crashes, faults, kills, cuts."""


def seeds(share: float) -> Iterator[int]:
    """One seed in the suite; else as many as fit into this share of the time."""
    yield from _seeds(share, 0)


def seeds_of_kills(share: float) -> Iterator[int]:
    """The same, and as many as it takes to kill the mirror KILLS times."""
    yield from _seeds(share, KILLS)


def _seeds(share: float, kills: int) -> Iterator[int]:
    until = time.monotonic() + share * MINUTES * 60
    seed = SEED
    yield seed
    while time.monotonic() < until or count["mirrors killed"] < kills:
        seed += 1
        yield seed
