"""Facts scored by a scheme in the language: trees whose points add up, ranks, grades, questions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from workflow.rules.assessment.exact import decimal, shown, written
from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.language.evaluating import make_line
from workflow.rules.assessment.language.lines import ONE, Line
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
    tree = _tree(root, ONE, places)
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


def _tree(line: Line, times: Fraction, places: int) -> ScoreNode:
    """The line and all below it with the points that enter the total."""
    points = line.own * times
    full = decimal(points, places)
    ends = 10**places % points.denominator == 0
    short = points.denominator.bit_length() <= LONGEST_EXACT
    exact = written(points) if short and not ends else ""
    worth = None if line.worth is None else line.worth * times
    return ScoreNode(
        code=line.code,
        title=line.title,
        rule=line.rule,
        points=full,
        points_max=None if worth is None or line.extra else decimal(worth, places),
        clause=line.clause,
        inputs=dict(line.inputs),
        evidence=line.evidence,
        children=tuple(_tree(one, times * by, places) for one, by in line.below),
        exact=exact,
        weight="" if times == ONE else written(times),
        own="" if times == ONE else shown(line.own),
        own_max="" if times == ONE or line.worth is None else shown(line.worth),
        why=line.why,
        needed=line.needed,
        question=line.question,
        outside=line.outside or times == 0,
    )


def _questions(line: Line, path: str) -> Iterator[tuple[str, Sentence]]:
    """The open questions of what counts, each with the path of its line."""
    if line.question is not None:
        yield path, line.question
    for one, _by in line.below:
        yield from _questions(one, f"{path}/{one.code}".lstrip("/"))
