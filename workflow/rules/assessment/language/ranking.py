"""The outcome worked out: vetoes, ranks with tie-breaks, grades with their quotas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.facts import FactItem, UnitFacts
from workflow.rules.assessment.language.formula import Ask, Formula, Run, Value
from workflow.rules.assessment.language.functions import Statistic
from workflow.rules.assessment.language.lines import ZERO, Line, asked
from workflow.rules.assessment.language.outcome import (
    RANK,
    RANKED,
    Edge,
    Effect,
    EqualRanks,
    Grade,
    Quota,
    QuotaScope,
    Veto,
    places_of,
)
from workflow.rules.assessment.language.world import TOTAL, UnitScope, World
from workflow.rules.assessment.sentences import Sentence, said


@dataclass
class Standing:
    """One unit on the way to its result. `total` is None where it is open, or not assessed."""

    unit: UnitFacts
    group: str
    root: Line | None
    total: Fraction | None = None
    not_assessed: str = ""
    vetoes: list[tuple[Veto, tuple[FactItem, ...]]] = field(default_factory=list)
    ranked: bool = True
    rank: int | None = None
    order: tuple[Fraction, ...] = ()
    grade: Grade | None = None
    why_grade: list[Sentence] = field(default_factory=list)
    questions: list[Sentence] = field(default_factory=list)

    def barred(self, grade: Grade) -> Veto | None:
        """The veto that bars a grade, if there is one."""
        return next((veto for veto, _items in self.vetoes if grade.code in veto.grades), None)


@dataclass(frozen=True)
class OutcomeScope:
    """The names of a unit, and its total, its rank, and among how many."""

    inner: UnitScope
    standing: Standing
    ranked: int

    def look(self, name: str) -> Value:
        if name in TOTAL:
            return self.standing.total
        if name in RANK:
            return None if self.standing.rank is None else Fraction(self.standing.rank)
        if name in RANKED:
            return Fraction(self.ranked)
        return self.inner.look(name)

    def statistic(self, of: Statistic, run: Run, own: Value) -> Value:
        return self.inner.statistic(of, run, own)


def outcome(world: World) -> list[Standing]:
    """What every unit comes to, in order of their ids."""
    standings = [_standing(world, unit) for unit in world.facts.units]
    for standing in standings:
        _veto(world, standing)
    _rank(world, standings)
    _grade(world, standings)
    return standings


def _standing(world: World, unit: UnitFacts) -> Standing:
    root = world.line(world.scheme.score.code, unit)
    standing = Standing(unit, world.groups[unit.unit], root)
    for one in world.scheme.not_assessed:
        try:
            if one.plainly(unit) or (one.when and one.when(UnitScope(world, unit)) is True):
                standing.not_assessed = one.title
                return standing
        except Ask as question:
            standing.questions.append(asked(question))
    if root is not None and root.absent is None:
        standing.total = None if root.asks else root.own
    return standing


def _veto(world: World, standing: Standing) -> None:
    for veto in world.scheme.vetoes:
        try:
            items = tuple(
                item
                for item in standing.unit.over("events")
                if item.words.get("kind") in veto.events and not item.left_out
            )
            set_off = bool(items) or (
                veto.when is not None and veto.when(UnitScope(world, standing.unit)) is True
            )
        except Ask as question:
            standing.questions.append(asked(question))
            continue
        if not set_off:
            continue
        standing.vetoes.append((veto, items))
        if veto.effect is Effect.ZERO and standing.total is not None:
            standing.total = ZERO
        if veto.effect is Effect.CAP and standing.total is not None and veto.points is not None:
            standing.total = min(standing.total, veto.points)
        if veto.effect is Effect.UNRANK:
            standing.ranked = False


def _rank(world: World, standings: Sequence[Standing]) -> None:
    for standing in standings:
        if standing.total is None or not standing.ranked or not standing.group:
            continue
        try:
            values = [one(UnitScope(world, standing.unit)) for one in world.scheme.tie_break]
        except Ask as question:
            standing.questions.append(asked(question))
            values = []
        numbers = [one if isinstance(one, Fraction) else ZERO for one in values]
        standing.order = (standing.total, *numbers)
    placed = [one for one in standings if one.order]
    for one in placed:
        rivals = [other.order for other in placed if other.group == one.group]
        before = [other for other in rivals if other > one.order]
        dense = world.scheme.equal_ranks is EqualRanks.DENSE
        one.rank = 1 + len(set(before) if dense else before)
        if world.scheme.equal_ranks is EqualRanks.ASK and rivals.count(one.order) > 1:
            one.questions.append(
                said(
                    mark("{n} units share rank {rank}, and the scheme does not say who is first."),
                    n=str(rivals.count(one.order)),
                    rank=str(one.rank),
                )
            )


def _grade(world: World, standings: Sequence[Standing]) -> None:
    assessed = [one for one in standings if one.total is not None]
    codes = {grade.code: grade for grade in world.scheme.grades}
    for one in assessed:
        for veto, _items in one.vetoes:
            if veto.effect is Effect.SET and one.grade is None:
                one.grade = codes[veto.grade]
                one.why_grade.append(said(mark("{title}: this grade is set."), title=veto.title))
    for grade in world.scheme.grades:
        found = [
            one for one in assessed if one.grade is None and _fits(world, grade, one, assessed)
        ]
        for chosen in _within_quota(grade, found, assessed):
            chosen.grade = grade
    _lower(world, assessed)


def _lower(world: World, assessed: Sequence[Standing]) -> None:
    """Grades lowered by one for each veto that says so; below the last there is none."""
    grades = world.scheme.grades
    for one in assessed:
        for veto, _items in one.vetoes:
            if veto.effect is Effect.LOWER and one.grade is not None:
                at = grades.index(one.grade)
                one.grade = grades[min(at + 1, len(grades) - 1)]
                one.why_grade.append(said(mark("{title}: lowered by one grade."), title=veto.title))


def _fits(world: World, grade: Grade, one: Standing, assessed: Sequence[Standing]) -> bool:
    """Whether the unit meets what the grade asks for, its quota aside."""
    if one.total is None or not grade.band().holds(one.total):
        return False
    veto = one.barred(grade)
    if veto is not None:
        one.why_grade.append(
            said(mark("{title}: {grade} is barred."), title=veto.title, grade=grade.title)
        )
        return False
    if grade.when is None:
        return True
    ranked = sum(1 for other in assessed if other.rank is not None and other.group == one.group)
    scope = OutcomeScope(UnitScope(world, one.unit), one, ranked)
    return _met(grade.when, scope, one, grade)


def _met(condition: Formula, scope: OutcomeScope, one: Standing, grade: Grade) -> bool:
    try:
        met = condition(scope)
        if met is None:
            raise Ask(
                mark("“{text}” cannot be decided: something in it is not known."),
                text=condition.text,
            )
    except Ask as question:
        one.questions.append(asked(question))
        return False
    if met is not True:
        one.why_grade.append(
            said(mark("{grade} needs: {text}."), grade=grade.title, text=condition.text)
        )
    return met is True


def _within_quota(
    grade: Grade, found: Sequence[Standing], assessed: Sequence[Standing]
) -> Iterator[Standing]:
    quota = grade.quota
    if quota is None:
        yield from found
        return
    by_place: dict[str, list[Standing]] = {}
    for one in found:
        by_place.setdefault(one.group if quota.of is QuotaScope.GROUP else "", []).append(one)
    for place, candidates in sorted(by_place.items()):
        whole = [one for one in assessed if quota.of is QuotaScope.ALL or one.group == place]
        yield from _chosen(grade, quota, candidates, len(whole))


def _chosen(
    grade: Grade, quota: Quota, candidates: list[Standing], whole: int
) -> Iterator[Standing]:
    """The best of the candidates, as many as the quota allows."""
    places = places_of(quota, candidates[0].group, whole) or 0
    ordered = sorted(candidates, key=_key, reverse=True)
    taken, edge = ordered[:places], ordered[places : places + 1]
    tied = bool(taken and edge and _key(taken[-1]) == _key(edge[0]))
    if not tied:
        yield from taken
        _beyond(grade, ordered[places:], places, whole)
        return
    at_edge = [one for one in ordered if _key(one) == _key(edge[0])]
    clear = [one for one in taken if one not in at_edge]
    yield from clear
    if quota.ties is Edge.IN:
        yield from at_edge
    elif quota.ties is Edge.ASK:
        for one in at_edge:
            one.questions.append(
                said(
                    mark("{n} equals stand at the edge of the {places} places for {grade}."),
                    n=str(len(at_edge)),
                    places=str(places),
                    grade=grade.title,
                )
            )
    rest = [one for one in ordered if one not in at_edge and one not in taken]
    _beyond(grade, [*([] if quota.ties is Edge.IN else at_edge), *rest], places, whole)


def _key(one: Standing) -> tuple[Fraction, ...]:
    return one.order or (one.total or ZERO,)


def _beyond(grade: Grade, rest: Sequence[Standing], places: int, whole: int) -> None:
    for one in rest:
        one.why_grade.append(
            said(
                mark("{grade} is for the best {places} of {n}."),
                grade=grade.title,
                places=str(places),
                n=str(whole),
            )
        )
