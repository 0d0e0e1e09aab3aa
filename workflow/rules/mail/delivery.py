"""Whose fault it is that a letter did not go out: the address's, the letter's, or the relay's.

A mail relay says the same to one letter whether a mailbox is gone or the relay itself is ill. What
tells them apart is what it says to others meanwhile. Until that is known a letter waits: a person
who is marked as unreachable by mistake hears nothing more, a letter that waits is only late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class OutboxState(StrEnum):
    """What a letter in the outbox is; a *needless* digest had nothing left to say."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NEEDLESS = "needless"


class SendResult(StrEnum):
    """What became of a letter in one try."""

    SENT = "sent"
    NO_SUCH_ADDRESS = "no_such_address"  # permanent: the mailbox does not exist, says the relay
    ADDRESS_REFUSED = "address_refused"  # permanent: the recipient was refused, nobody says why
    NOT_FROM_US = "not_from_us"  # permanent: refused by a rule about who writes
    REFUSED = "refused"  # permanent: the letter itself was refused
    POSTPONED = "postponed"  # temporary, or in doubt: the same bytes go again
    WAITS = "waits"  # not tried: the relay takes nothing now, or time was over


LASTING = (
    SendResult.NO_SUCH_ADDRESS,
    SendResult.ADDRESS_REFUSED,
    SendResult.NOT_FROM_US,
    SendResult.REFUSED,
)
"""Refusals by a 5xx, of which one has to be told from the relay's own illness."""
MARKING = frozenset({SendResult.NO_SUCH_ADDRESS, SendResult.ADDRESS_REFUSED})
"""Refusals after which a person may count as unreachable."""

ATTEMPTS = 60
"""With pauses up to an hour this is a little more than two days; then a person must look."""
FEW = 3
"""So many dead mailboxes one after the other are believed of a relay that works."""
DAY = timedelta(days=1)
"""So long a lone refusal waits for other letters to tell; and so long the relay's last success
counts as a sign that it works."""
SHORTEST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Try:
    """One letter of a run: what became of it, the relay's words, which try it was, and since when
    (UTC) it has been tried in vain; None on its first try."""

    id: int
    person_id: int
    fate: SendResult
    reason: str = ""
    attempts: int = 1
    since: datetime | None = None


@dataclass(frozen=True)
class EarlierRuns:
    """What is known from earlier runs: when the relay last took a letter, whether letters to others
    have come to nothing since, and who else stands refused in the same way, by person."""

    last_taken: datetime | None = None
    others_in_vain: bool = False
    refused: Mapping[SendResult, frozenset[int]] = field(default_factory=dict)


class LetterStep(StrEnum):
    """What is to be done with a letter."""

    SENT = "sent"
    RETURNED = "returned"  # nothing was tried; it is due at once
    RETRY = "retry"  # its own trouble, for now
    HELD = "held"  # the relay's trouble, or not to be told yet: waits, and no attempt is used up
    FAILED = "failed"  # its own trouble, for good


@dataclass(frozen=True)
class LetterVerdict:
    """The step for one letter. `marks`: the person counts as unreachable. `relay`: nothing speaks
    against the relay's being at fault."""

    attempt: Try
    step: LetterStep
    marks: bool = False
    relay: bool = False


@dataclass(frozen=True)
class RunJudgement:
    """What a run says. `trouble`: the relay's words if something is wrong with it, else empty.
    `stops`: it took nothing at all. `several`: refusals that met several people, who for that
    reason are not believed to be gone."""

    verdicts: tuple[LetterVerdict, ...]
    trouble: str
    stops: bool
    several: frozenset[SendResult]


def judge(run: Sequence[Try], before: EarlierRuns, now: datetime, down: str = "") -> RunJudgement:
    """Judge all letters of a run together. `down`: why the relay would take nothing more."""
    taken = {one.person_id for one in run if one.fate == SendResult.SENT}
    alike = {
        fate: before.refused.get(fate, frozenset())
        | {one.person_id for one in run if one.fate == fate}
        for fate in LASTING
    }
    in_vain = {one.person_id for one in run if one.fate not in (SendResult.SENT, SendResult.WAITS)}
    alone = len(in_vain) == 1 and not down and not before.others_in_vain
    verdicts = tuple(_judge_one(one, taken, alike, alone, before, now, down) for one in run)
    blamed = next((v.attempt.reason for v in verdicts if v.relay and v.attempt.reason), "")
    held = {v.attempt.fate for v in verdicts if v.step == LetterStep.HELD}
    return RunJudgement(
        verdicts,
        down or blamed,
        bool(down or (blamed and not taken)),
        frozenset(fate for fate in LASTING if fate in held and len(alike[fate]) > 1),
    )


def pause(verdict: LetterVerdict, now: datetime) -> timedelta:
    """How long a letter waits until it is tried again; longer each time, up to an hour."""
    if verdict.step == LetterStep.RETRY:
        doubled = timedelta(minutes=2 ** min(verdict.attempt.attempts - 1, 10))
        return min(LONGEST_PAUSE, doubled)
    if verdict.step == LetterStep.HELD:
        waited = now - (verdict.attempt.since or now)
        return min(LONGEST_PAUSE, max(SHORTEST_PAUSE, waited))
    return timedelta(0)


def _judge_one(
    one: Try,
    taken: set[int],
    alike: Mapping[SendResult, frozenset[int]],
    alone: bool,
    before: EarlierRuns,
    now: datetime,
    down: str,
) -> LetterVerdict:
    works = bool(taken) or _worked_since(one, before, now)
    if one.fate == SendResult.SENT:
        return LetterVerdict(one, LetterStep.SENT)
    if one.fate == SendResult.WAITS:
        # Where time is over because nothing was answered, the rest need not be tried at once.
        held = bool(one.reason or down or not taken)
        return LetterVerdict(one, LetterStep.HELD if held else LetterStep.RETURNED, relay=held)
    if one.fate == SendResult.POSTPONED:
        if not works and not alone:
            return LetterVerdict(one, LetterStep.HELD, relay=True)
        step = LetterStep.RETRY if one.attempts < ATTEMPTS else LetterStep.FAILED
        return LetterVerdict(one, step, relay=not works)
    if _is_its_own(one, len(alike[one.fate]), len(taken), works, now):
        marks = one.fate in MARKING and one.person_id not in taken
        relay = not works and one.fate != SendResult.NO_SUCH_ADDRESS
        return LetterVerdict(one, LetterStep.FAILED, marks, relay)
    return LetterVerdict(one, LetterStep.HELD, relay=True)


def _worked_since(one: Try, before: EarlierRuns, now: datetime) -> bool:
    """Whether the relay took somebody's letter after this one was first refused, and lately."""
    last = before.last_taken
    return one.since is not None and last is not None and last >= max(one.since, now - DAY)


def _is_its_own(one: Try, alike: int, taken: int, works: bool, now: datetime) -> bool:
    """Whether a lasting refusal is believed to concern this letter or its address alone."""
    long = one.since is not None and now - one.since >= DAY
    if one.fate == SendResult.NO_SUCH_ADDRESS:
        return alike == 1 or (works and (long or alike <= max(FEW, taken)))
    if one.fate == SendResult.NOT_FROM_US:
        return alike == 1 and works and long
    return alike == 1 and (works or long)
