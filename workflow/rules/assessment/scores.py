"""What scoring comes to: a unit's score, and that of all units, as JSON and as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from i18n import LANGUAGES, catalogue
from workflow.rules.assessment.score_tree import ScoreNode
from workflow.rules.assessment.sentences import WORDS, Sentence

SCHEMA = "luoshi.result/1"


@dataclass(frozen=True)
class VetoFound:
    """A veto with the ids of the events that set it off, and what it does."""

    code: str
    title: str
    events: tuple[str, ...]
    evidence: tuple[str, ...]
    effect: str = ""


@dataclass(frozen=True)
class OpenQuestion:
    """What a person must decide before the result can be final, at the line of that path."""

    path: str
    question: Sentence


@dataclass(frozen=True)
class UnitScore:
    """A unit's score. `total` is None where nothing at all could be judged, where it is open, or
    where the unit is `not_assessed` for a reason; `rank` is within `group` (empty: the unit is
    compared with none), equal totals sharing a rank (1, 2, 2, 4); `grade` is the code of a grade or
    empty, `why_grade` says what kept the unit from better ones."""

    unit: str
    name: str
    kind: str
    group: str
    total: Decimal | None
    rank: int | None
    grade: str
    vetoes: tuple[VetoFound, ...]
    root: ScoreNode
    questions: tuple[OpenQuestion, ...] = ()
    not_assessed: str = ""
    why_grade: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class AssessmentResult:
    """The scores of all units in order of their ids; `as_of` is the local day of the facts."""

    scheme: str
    year: int
    as_of: str
    units: tuple[UnitScore, ...]

    @property
    def open(self) -> bool:
        """Whether a person must decide something before it can be final."""
        return any(unit.questions for unit in self.units)


def line_of(one: UnitScore) -> str:
    """A unit's result as a line of text: rank, points, grade, name, vetoes."""
    total = "—" if one.total is None else one.total
    vetoes = " ".join(veto.title for veto in one.vetoes)
    return f"{one.rank or '—'}\t{total}\t{one.grade}\t{one.name}\t{vetoes}".rstrip()


def node_as_json(node: ScoreNode, spoken: bool = False) -> dict[str, Any]:
    """A node and all below it, by hand: a year has tens of thousands."""
    made: dict[str, Any] = {
        "code": node.code,
        "title": node.title,
        "rule": node.rule,
        "points": str(node.points),
        "points_max": None if node.points_max is None else str(node.points_max),
        "clause": node.clause,
        "inputs": node.inputs,
        "evidence": node.evidence,
        "children": [node_as_json(child, spoken) for child in node.children],
    }
    for name in ("exact", "weight", "own", "own_max", "outside"):
        found = getattr(node, name)
        if found:
            made[name] = found
    if node.why:
        made["why"] = [sentence_as_json(one, spoken) for one in node.why]
    if node.needed:
        made["needed"] = sentence_as_json(node.needed, spoken)
    if node.question:
        made["question"] = sentence_as_json(node.question, spoken)
    return made


def sentence_as_json(sentence: Sentence, spoken: bool) -> dict[str, Any]:
    """The message with its fields, and where it is `spoken` the sentence in every language."""
    made: dict[str, Any] = {"message": sentence.message, "fields": sentence.fields}
    if spoken:
        quotes = not WORDS.keys().isdisjoint(sentence.fields.values())
        for language in LANGUAGES:
            fields = _in_words(language, sentence.fields) if quotes else sentence.fields
            text = _said(language, sentence.message)
            made[language] = text.format(**fields) if fields else text
    return made


def _in_words(language: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {key: _said(language, WORDS[text]) if text in WORDS else text
            for key, text in fields.items()}  # fmt: skip


@cache
def _said(language: str, message: str) -> str:
    """A message in a language; a year says the same few tens of thousands of times."""
    return str(catalogue(language).gettext(message))


def as_json(value: Any, *, spoken: bool = False) -> Any:
    """A result, or any part of it, as JSON: points as decimal text with the scheme's decimals.

    What need not be said is left out where it is not. `spoken`: sentences are
    also written out in both languages."""
    if isinstance(value, ScoreNode):
        return node_as_json(value, spoken)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Sentence):
        return sentence_as_json(value, spoken)
    if is_dataclass(value):
        return {
            one.name: as_json(found, spoken=spoken)
            for one in fields(value)
            for found in [getattr(value, one.name)]
            if found or one.name not in _SAID
        }
    if isinstance(value, tuple):
        return [as_json(one, spoken=spoken) for one in value]
    return value


SAID_OF_NODE = ("exact", "weight", "own", "own_max", "why", "needed", "question", "outside")
_SAID = frozenset({"exact", "weight", "own", "own_max", "why", "needed", "question", "outside",
                   "questions", "not_assessed", "why_grade", "effect"})  # fmt: skip
