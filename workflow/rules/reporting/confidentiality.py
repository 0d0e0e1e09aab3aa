"""What must not travel in a report: numbers that identify persons, and marks of state secrecy.

Personal numbers are found so that the sender can be warned and readers shown a masked text; a file
with a mark of secrecy does not belong in this system at all. Full-width digits are seen as digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from i18n import mark
from workflow.rules.time.dates import narrow


class NumberKind(StrEnum):
    """What a number identifies."""

    IDENTITY = "identity"
    MOBILE = "mobile"
    TELEPHONE = "telephone"
    BANK_CARD = "bank_card"


KINDS = {
    NumberKind.IDENTITY: mark("identity number"),
    NumberKind.MOBILE: mark("mobile number"),
    NumberKind.TELEPHONE: mark("telephone number"),
    NumberKind.BANK_CARD: mark("bank card number"),
}


@dataclass(frozen=True)
class Span:
    """Where a personal number stands: text[start:end]."""

    start: int
    end: int
    kind: NumberKind


# GB 11643: the provinces with which an identity number may begin.
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_identity(number: str) -> bool:
    birth = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        born = date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
    except ValueError:
        return False
    if not _PROVINCES.match(number) or not 1900 <= born.year < 2100:
        return False
    if len(number) == 15:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_bank_card(number: str) -> bool:
    """Sixteen to nineteen digits of a UnionPay, Visa or Mastercard number with its check digit."""
    doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(number))]
    return 16 <= len(number) <= 19 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


_ALONE = r"(?<![0-9A-Za-z*]){}(?![0-9A-Za-z*])"
_PATTERNS: tuple[tuple[NumberKind, re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (kind, re.compile(_ALONE.format(pattern)), really)
    for kind, pattern, really in (
        (NumberKind.IDENTITY, r"[0-9]{6} ?[0-9]{8} ?[0-9]{3}[0-9Xx]", _is_identity),
        (NumberKind.IDENTITY, r"[0-9]{15}", _is_identity),
        (NumberKind.BANK_CARD, r"(?:62|4|5[1-5])[0-9](?:[ -]?[0-9]){12,16}", _is_bank_card),
        (NumberKind.MOBILE, r"(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}", lambda _: True),
        (
            NumberKind.TELEPHONE,
            r"(?:0[0-9]{2,3}|\(0[0-9]{2,3}\))[ -]?[2-9][0-9]{6,7}",
            lambda _: True,
        ),
    )
)


def find(text: str) -> tuple[Span, ...]:
    """The personal numbers in a text, in order and without overlap."""
    seen = narrow(text)
    spans: list[Span] = []
    for kind, pattern, really in _PATTERNS:
        for match in pattern.finditer(seen):
            free = all(match.end() <= s.start or s.end <= match.start() for s in spans)
            if free and really(re.sub(r"[^0-9Xx]", "", match[0])):
                spans.append(Span(match.start(), match.end(), kind))
    return tuple(sorted(spans, key=lambda span: span.start))


_KEPT = {
    NumberKind.IDENTITY: (1, 1),
    NumberKind.MOBILE: (3, 4),
    NumberKind.TELEPHONE: (0, 2),
    NumberKind.BANK_CARD: (0, 4),
}


def mask(text: str) -> str:
    """The text, as long as before, with the digits of personal numbers starred but for a few."""
    letters = list(text)
    for span in find(text):
        digits = [i for i in range(span.start, span.end) if letters[i].isalnum()]
        first, last = _KEPT[span.kind]
        for i in digits[first : len(digits) - last]:
            letters[i] = "*"
    return "".join(letters)


@dataclass(frozen=True)
class SecrecyMark:
    """A mark of secrecy: its level (秘密, 机密 or 绝密) and the line on which it stands."""

    level: str
    line: str


# GB/T 9704: the mark stands at the head, after the copy number, with a star and a period, and may
# share its line with the urgency. The mark fills its line; a sentence about secrets does not.
_SECRECY = re.compile(
    r"(?:[0-9]{1,8}\s+)?(?:密\s*级\s*[:]?\s*)?(?P<level>[秘机绝]\s*密)\s*级?\s*"
    r"(?P<star>[★☆*]\s*(?:[0-9]+\s*(?:年|个?月|日|天)|[一二三五十]+年|长期|启用前|解密前)?)?"
    r"(?:\s*(?:特\s*急|加\s*急|特\s*提|平\s*急|急\s*件))?(?:\s+[0-9]{1,8})?"
)
_HEAD_LINES = 30
_BARE_LINES = 8


def secrecy(text: str) -> SecrecyMark | None:
    """The mark of secrecy at the head of a document, or None.

    With its star it counts among the first thirty lines that are not empty, without among the
    first eight; elsewhere, and inside a sentence (保守国家秘密), the words are words.
    """
    lines = (line.strip().strip("[]【】()") for line in narrow(text).splitlines())
    for position, line in enumerate([line for line in lines if line][:_HEAD_LINES]):
        match = _SECRECY.fullmatch(line)
        if match and (match["star"] or position < _BARE_LINES):
            return SecrecyMark(re.sub(r"\s", "", match["level"]), line)
    return None
