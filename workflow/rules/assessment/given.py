"""What a person gives of a unit's year beside its reports: as it is typed, and as facts.

One line for each: `48.5 万人`, `10/90`, `95 92 88`, `满意 80 不满意 20 有效 100`, `4.5`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.rules.time.dates import narrow


class GivenKind(StrEnum):
    """What is given. `measure`: a further number of a measure, or of another period; `task`: a
    number of the unit's part in a task; `cleared`: a doubt about a measure that was looked at;
    `panel`: what one of a panel thinks of the secretary's report (述职评议), by its criteria.
    Units themselves say how they judge their year, and that a draft is right."""

    NUMBER = "number"
    WORD = "word"
    RANK = "rank"
    RATING = "rating"
    BALLOT = "ballot"
    POINTS = "points"
    MEASURE = "measure"
    TASK = "task"
    CLEARED = "cleared"
    PANEL = "panel"
    SELF_ASSESSMENT = "self_assessment"
    CONFIRMED = "confirmed"


KINDS: Mapping[GivenKind, str] = {
    GivenKind.NUMBER: mark("a number"),
    GivenKind.WORD: mark("a word"),
    GivenKind.RANK: mark("a rank from outside"),
    GivenKind.RATING: mark("marks given by people"),
    GivenKind.BALLOT: mark("votes"),
    GivenKind.POINTS: mark("points by judgement"),
    GivenKind.MEASURE: mark("a further number of a measure"),
    GivenKind.TASK: mark("a factor of a task"),
    GivenKind.CLEARED: mark("a doubt that was looked at"),
    GivenKind.PANEL: mark("a mark of the panel"),
    GivenKind.SELF_ASSESSMENT: mark("the unit's own judgement"),
    GivenKind.CONFIRMED: mark("the unit's consent to its draft"),
}
EXAMPLES: Mapping[GivenKind, str] = {
    GivenKind.NUMBER: "48.5 万人",
    GivenKind.WORD: "一类",
    GivenKind.RANK: "10/90",
    GivenKind.RATING: "95 92 88",
    GivenKind.BALLOT: "满意 80 不满意 20 有效 100",
    GivenKind.POINTS: "4.5",
    GivenKind.MEASURE: "5500",
    GivenKind.TASK: "1.2",
}
"""How each is typed; what is cleared has no value."""

BY_THE_PANEL = frozenset({GivenKind.PANEL})
"""What one of the panel says, and nobody for them."""
BY_UNITS = frozenset({GivenKind.SELF_ASSESSMENT, GivenKind.CONFIRMED})
"""What units say, and nobody for them."""
LAST_YEAR = "last_year"
OF_TASK = ("difficulty", "weight", "share")
"""What may be said of a unit's part in a task."""
_COUNTS = {"有效": "valid", "收回": "returned", "发出": "issued", "valid": "valid",
           "returned": "returned", "issued": "issued"}  # fmt: skip
_NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\s\d]\S*)?")
_RANK = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_MARKS = re.compile(rf"{_NUMBER}(?:\s+{_NUMBER})*")
_VOTES = re.compile(r"(\D+?)\s*(\d{1,6})(?:\s+|$)")
_WRONG = mark("“{text}” cannot be read. Write it like this: {example}")


def read_given(kind: GivenKind, text: str) -> dict[str, Any]:
    """What a person typed, as the facts say it. Raises Invalid with an example."""
    typed = narrow(text).strip()
    found = _READ[kind](typed) if kind in _READ else {}
    if found is None:
        raise Invalid(_WRONG, text=text, example=EXAMPLES[kind])
    return found


def written_given(kind: GivenKind, value: Mapping[str, Any]) -> str:
    """The value as it would be typed."""
    if kind is GivenKind.RANK:
        return f"{value['rank']}/{value['of']}"
    if kind in (GivenKind.RATING, GivenKind.PANEL):
        return " ".join(value["marks"])
    if kind is GivenKind.BALLOT:
        chinese = {english: word for word, english in reversed(_COUNTS.items())}
        counts = {chinese[name]: value[name] for name in ("valid", "returned", "issued")
                  if name in value}  # fmt: skip
        return " ".join(f"{word} {n}" for word, n in {**value["votes"], **counts}.items())
    return " ".join(str(one) for one in value.values())


def _quantity(text: str) -> dict[str, Any] | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    return {"value": match[1], **({"unit": match[2]} if match[2] else {})}


def _plain(text: str) -> dict[str, Any] | None:
    return {"value": text} if re.fullmatch(_NUMBER, text) else None


def _word(text: str) -> dict[str, Any] | None:
    return {"value": text} if 0 < len(text) <= 60 else None


def _rank(text: str) -> dict[str, Any] | None:
    match = _RANK.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        return None
    return {"rank": int(match[1]), "of": int(match[2])}


def _marks(text: str) -> dict[str, Any] | None:
    plain = re.sub(r"[,，、;；\s]+", " ", text)
    return {"marks": plain.split()} if _MARKS.fullmatch(plain) else None


def _ballot(text: str) -> dict[str, Any] | None:
    plain = re.sub(r"[,，、;；:：\s]+", " ", text).strip()
    pairs = [(match[1].strip(), int(match[2])) for match in _VOTES.finditer(plain)]
    if not pairs or "".join(f"{word}{n}" for word, n in pairs) != plain.replace(" ", ""):
        return None
    counts = {_COUNTS[word]: n for word, n in pairs if word in _COUNTS}
    votes = {word: n for word, n in pairs if word not in _COUNTS}
    return {"votes": votes, **counts} if votes and len(votes) + len(counts) == len(pairs) else None


_READ = {
    GivenKind.NUMBER: _quantity,
    GivenKind.WORD: _word,
    GivenKind.RANK: _rank,
    GivenKind.RATING: _marks,
    GivenKind.BALLOT: _ballot,
    GivenKind.POINTS: _plain,
    GivenKind.MEASURE: _plain,
    GivenKind.TASK: _plain,
}
