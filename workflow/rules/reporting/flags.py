"""What a reviewer should look at twice: a report against the one before and against its path.

A flag is a hint, never a verdict; an unflagged report can be accepted after a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher

from i18n import _, mark
from workflow.rules.progress.lights import USUAL as THRESHOLDS
from workflow.rules.progress.lights import Light, NumberState, Thresholds, number_light
from workflow.rules.progress.paths import LEVELS, SUMS
from workflow.rules.progress.quantities import shown

_LONGEST = 4000


@dataclass(frozen=True)
class Limits:
    """From where on something is worth a second look; data of the plan's policy."""

    same_text: Decimal = Decimal("0.95")
    times: Decimal = Decimal(5)
    """A sum or yearly number that grew this many times over since last time."""
    over_target: Decimal = Decimal(3)
    """A number this many times its target of the year."""
    level_change: Decimal = Decimal("0.5")
    """A level that rose or fell by this share of itself."""


USUAL = Limits()


@dataclass(frozen=True)
class Flag:
    """One hint: its code, and its message with its fields. `measure_id`: the number that it is
    about; `spans`: where it stands in the text, text[start:end]."""

    code: str
    message: str
    fields: Mapping[str, str | date] = field(default_factory=dict)
    measure_id: int | None = None
    spans: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return _(self.message, **self.fields)


@dataclass(frozen=True)
class ComparedNumber:
    """A number with the last accepted one that counts over the same span of time.

    `kind` as in the catalogue; `last` is None where there is none or the span began anew (an
    annual number in its first round of the year).
    """

    number: NumberState
    kind: str
    last: Decimal | None = None


def flags(
    text: str,
    last_text: str,
    numbers: Iterable[ComparedNumber] = (),
    *,
    evidence: int,
    nil_return: bool = False,
    limits: Limits = USUAL,
    thresholds: Thresholds = THRESHOLDS,
) -> tuple[Flag, ...]:
    """The flags of a report, `evidence` being the number of files that came with it.

    `last_text` is the text last accepted for the same assignment, empty if there is none. A nil
    return needs no evidence and may repeat itself.
    """
    found = [flag for one in numbers for flag in _number_flags(one, limits, thresholds)]
    if not nil_return:
        same = likeness(text, last_text)
        if last_text and same >= limits.same_text:
            percent = f"{int(same * 100)}%"
            found.append(
                Flag(
                    "same_text",
                    mark("The text is {percent} the same as last time."),
                    {"percent": percent},
                )
            )
        if evidence == 0:
            found.append(Flag("no_evidence", mark("No evidence came with it.")))
    return tuple(found)


def likeness(text: str, other: str) -> Decimal:
    """How alike two texts are, 0 to 1 in hundredths; spaces and punctuation do not count."""
    a, b = (re.sub(r"[\W_]+", "", words)[:_LONGEST] for words in (text, other))
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return Decimal(int(ratio * 100)) / 100


def _number_flags(one: ComparedNumber, limits: Limits, thresholds: Thresholds) -> list[Flag]:
    now, last = one.number.actual, one.last
    if now is None:
        return []
    found: list[Flag] = []
    fields = {"metric": one.number.metric, "now": shown(now, one.number.unit)}
    if last is not None:
        fields["last"] = shown(last, one.number.unit)
        if now < last and (one.kind in SUMS or one.kind == "annual"):
            found.append(
                Flag("fell", mark("{metric} fell from {last} to {now}; a sum never falls."), fields)
            )
        elif _jumps(one.kind, now, last, limits):
            found.append(
                Flag("jump", mark("{metric} went from {last} to {now}. Is the unit right?"), fields)
            )
    point = one.number.point
    if point is None:
        return found
    if point.target > 0 and now > point.target * limits.over_target:
        fields["target"] = shown(point.target, one.number.unit)
        found.append(
            Flag("over", mark("{metric}: {now} against a target of {target}."), dict(fields))
        )
    judged = number_light(one.number, thresholds)
    if judged.light == Light.RED:
        found.append(Flag("off_path", judged.message, judged.fields))
    return found


def _jumps(kind: str, now: Decimal, last: Decimal, limits: Limits) -> bool:
    if kind in LEVELS:
        return last != 0 and abs(now - last) > abs(last) * limits.level_change
    return kind != "growth" and last > 0 and now >= last * limits.times
