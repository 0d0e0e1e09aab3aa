"""What a node of a scheme comes to for one unit, on its own scale, before it enters the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from i18n import mark
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.language.formula import Ask
from workflow.rules.assessment.sentences import Sentence, said

ZERO = Fraction(0)
ONE = Fraction(1)
MOST_TERMS = 12


class AbsentKind(StrEnum):
    """What a node comes to where the facts say nothing: always named in the scheme."""

    ZERO = "zero"
    FULL = "full"
    FIXED = "fixed"
    MEAN = "mean"
    REDISTRIBUTE = "redistribute"
    EXCLUDE = "exclude"
    ASK = "ask"


class Scored(NamedTuple):
    """Points on the node's own scale, and why."""

    points: Fraction
    why: Sentence


class Below(NamedTuple):
    """A line below another, and what its points are multiplied by there."""

    line: Line
    times: Fraction


def added_up(line: Line) -> tuple[Sentence, ...]:
    """How the points of a line come about from those below it; silent where these are too many."""
    terms = [one.own * times for one, times in line.below if times]
    if not 1 < len(terms) <= MOST_TERMS:
        return ()
    text = " ".join(
        f"{'-' if term < 0 else '+'} {shown(abs(term))}" for term in terms
    ).removeprefix("+ ")
    return (said(mark("{sum} = {points} points."), sum=text, points=shown(line.own)),)


def asked(question: Ask) -> Sentence:
    """The question as a sentence."""
    return Sentence(question.message, question.fields)


@dataclass(slots=True, kw_only=True)
class Line:
    """A node's points for one unit (`own`) of those that it is worth (None where it only takes or
    gives), with the reason, what full marks would take, and the lines below it.

    `own` is the exact sum of the lines below times what each is multiplied by. `absent`: there was
    nothing to judge and it does not count, `redistribute` handing its points to its neighbours.
    `question`: what a person must decide; `asks`: it, or something below that counts, asks.
    """

    code: str
    title: str
    rule: str
    clause: str = ""
    own: Fraction = ZERO
    worth: Fraction | None = None
    why: tuple[Sentence, ...] = ()
    needed: Sentence | None = None
    question: Sentence | None = None
    evidence: tuple[str, ...] = ()
    below: tuple[Below, ...] = ()
    absent: AbsentKind | None = None
    outside: bool = False
    extra: bool = False
    asks: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)

    def put_question(self, question: Sentence) -> None:
        """Leave the points open until somebody answers."""
        self.question, self.asks, self.own = question, True, ZERO
        self.below = tuple(Below(one.line, ZERO) for one in self.below)
