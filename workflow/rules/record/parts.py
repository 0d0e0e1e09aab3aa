"""The parts that a running installation is made of, and whether each of them lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from i18n import mark

PAGES, SCHEDULER, FLOWS, DELIVERY, WATCH = "pages", "scheduler", "flows", "delivery", "watch"
PARTS = {
    PAGES: mark("Shows the pages"),
    SCHEDULER: mark("Plans the runs of the timetable"),
    FLOWS: mark("Carries out the runs of the timetable"),
    DELIVERY: mark("Sends what is in the outbox"),
    WATCH: mark("Watches that everything runs"),
}
"""Every part with what it does; they start in this order and stop in the reverse."""

SIGN_EVERY = timedelta(seconds=10)
"""How often a living part gives a sign of life."""
PATIENCE = timedelta(seconds=45)
"""A part without a sign for so long counts as missing."""


@dataclass(frozen=True)
class SignOfLife:
    """The last sign of life of a part: when it started and was last seen (UTC, real time), and what
    it says is wrong, a message of the catalogues, or empty."""

    started_at: datetime
    seen_at: datetime
    trouble: str = ""


@dataclass(frozen=True)
class PartState:
    """How a part stands. `trouble` is empty while it lives, else a message of the catalogues."""

    name: str
    does: str
    sign: SignOfLife | None
    trouble: str

    @property
    def lives(self) -> bool:
        return not self.trouble


NEVER_SEEN = mark("has not started yet")
NO_SIGN = mark("gives no sign of life")


def parts(
    signs: Mapping[str, SignOfLife], now: datetime, scheduled: bool = True
) -> tuple[PartState, ...]:
    """Every part with how it stands; without scheduler and flows where nothing is scheduled."""
    expected = [name for name in PARTS if scheduled or name not in (SCHEDULER, FLOWS)]
    return tuple(
        PartState(name, PARTS[name], signs.get(name), _trouble(signs.get(name), now))
        for name in expected
    )


def _trouble(sign: SignOfLife | None, now: datetime) -> str:
    if sign is None:
        return NEVER_SEEN
    return sign.trouble or (NO_SIGN if now - sign.seen_at > PATIENCE else "")
