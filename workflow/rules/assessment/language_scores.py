"""Facts scored by a scheme in the language: trees whose points add up, ranks, grades, questions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from workflow.rules.assessment.exact import decimal, shown, written
from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.language.evaluating import make_line
from workflow.rules.assessment.language.lines import ONE, ZERO, Line
from workflow.rules.assessment.language.ranking import Standing, outcome
from workflow.rules.assessment.language.scheme import Language
from workflow.rules.assessment.language.world import World
from workflow.rules.assessment.score_tree import ScoreNode
from workflow.rules.assessment.scores import (
    AssessmentResult,
    OpenQuestion,
    UnitScore,
    VetoFound,
)
from workflow.rules.assessment.sentences import Sentence

Key = tuple[int, int]
"""A fraction by its parts: cheaper to look up than the fraction itself."""
LONGEST_EXACT = 128
"""Binary digits below the fraction of a number that is still written out in full; of a sum of
hundreds of fractions only the parts are."""


def score_language(scheme: Language, facts: Facts) -> AssessmentResult:
    """Apply a scheme to facts. Pure: the same scheme and facts give the same result."""
    units = tuple(unit_scores(scheme, facts))
    return AssessmentResult(scheme.code, facts.year, facts.as_of.isoformat(), units)


def unit_scores(scheme: Language, facts: Facts) -> Iterator[UnitScore]:
    """The scores of all units, in order; each tree is made when it is asked for."""
    standings = outcome(World(scheme, facts, make_line))
    for unit in facts.units:
        unit.forget()
    standings.reverse()
    while standings:
        yield _unit_score(scheme, standings.pop())


def _unit_score(scheme: Language, one: Standing) -> UnitScore:
    places = scheme.places
    node = scheme.score
    root = one.root or node.line()
    tree = _tree(root, ONE, "", _Shown(places))
    questions = tuple(
        OpenQuestion(path, question)
        for path, question in [*_questions(root, ""), *(("", said) for said in one.questions)]
    )
    return UnitScore(
        unit=one.unit.unit,
        name=one.unit.name,
        kind=one.unit.kind,
        group=one.group,
        total=None if one.total is None else decimal(one.total, places),
        rank=one.rank,
        grade=one.grade.code if one.grade and not one.questions else "",
        vetoes=tuple(
            VetoFound(
                veto.code,
                veto.title,
                tuple(item.id for item in items),
                tuple(sorted({proof for item in items for proof in item.evidence})),
                veto.effect.value,
            )
            for veto, items in one.vetoes
        ),
        root=tree,
        questions=questions,
        not_assessed=one.not_assessed,
        why_grade=tuple(one.why_grade),
    )


class _Shown:
    """Numbers as they are shown, worked out once: of thousands of lines most are worth the same."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.most: dict[tuple[Key, Key], Decimal] = {}
        self.texts: dict[Key, str] = {}

    def worth(self, worth: Fraction, times: Fraction) -> Decimal:
        """What a line is worth in the total."""
        key = (worth.numerator, worth.denominator), (times.numerator, times.denominator)
        found = self.most.get(key)
        if found is None:
            found = self.most[key] = decimal(worth * times, self.places)
        return found

    def text(self, number: Fraction) -> str:
        """A number for people."""
        key = number.numerator, number.denominator
        found = self.texts.get(key)
        if found is None:
            found = self.texts[key] = shown(number)
        return found


def _tree(line: Line, times: Fraction, weight: str, numbers: _Shown) -> ScoreNode:
    """The line and all below it with the points that enter the total; `weight` is `times`."""
    points = line.own if times == ONE else line.own * times
    full = decimal(points, numbers.places)
    ends = 10**numbers.places % points.denominator == 0
    short = points.denominator.bit_length() <= LONGEST_EXACT
    exact = written(points) if short and not ends else ""
    counted = line.worth is not None and not line.extra
    return ScoreNode(
        code=line.code,
        title=line.title,
        rule=line.rule,
        points=full,
        points_max=numbers.worth(line.worth or ZERO, times) if counted else None,
        clause=line.clause,
        inputs=dict(line.inputs),
        evidence=line.evidence,
        children=tuple(_below(line, times, numbers)),
        exact=exact,
        weight=weight,
        own=numbers.text(line.own) if weight else "",
        own_max=numbers.text(line.worth) if weight and line.worth is not None else "",
        why=line.why,
        needed=line.needed,
        question=line.question,
        outside=line.outside or times == 0,
    )


def _below(line: Line, times: Fraction, numbers: _Shown) -> Iterator[ScoreNode]:
    """The trees below a line; what they are multiplied by is worked out once for all alike."""
    known: dict[Key, tuple[Fraction, str]] = {}
    for one, by in line.below:
        key = by.numerator, by.denominator
        if key not in known:
            there = times * by
            known[key] = there, "" if there == ONE else written(there)
        yield _tree(one, *known[key], numbers)


def _questions(line: Line, path: str) -> Iterator[tuple[str, Sentence]]:
    """The open questions of what counts, each with the path of its line."""
    if line.question is not None:
        yield path, line.question
    for one, _by in line.below:
        yield from _questions(one, f"{path}/{one.code}".lstrip("/"))
