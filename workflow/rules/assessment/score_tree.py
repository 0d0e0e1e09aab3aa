"""One unit's score as a tree in which every point names its rule, its inputs and its evidence.

How points are shared out. A sum's points go to those of its children that have something to judge
for this unit, in proportion to the children's points; a unit without any task of a kind is scored
over what it has. A rule's points go to the unit's tasks by the weight of the task times that of the
unit's role in it, a task's points in equal parts to what is judged of it. Shares are cut to whole
units of the last decimal so that they add up to the whole exactly; what is left over goes to the
largest fractions, then to the first in order.

How points are earned. A leaf earns its share of its points, rounded half up to the scheme's
decimals; every other node is the plain sum of its children, so the total is the sum of the leaves
shown. Where a limit bites, a leaf of its own says what it took or gave. What is exempted stays in
the tree and counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor

from i18n import mark
from workflow.rules.assessment.facts import NOT_DUE, FactItem, TaskFacts, UnitFacts, shown_inputs
from workflow.rules.assessment.scheme import BESIDE, Rule, Scheme, Where
from workflow.rules.assessment.sentences import Sentence
from workflow.rules.progress.quantities import plain

NOTHING = mark("The unit has nothing of this kind to be judged.")
CAPPED = mark("No more than {limit} points.")
FLOORED = mark("No less than {limit} points.")
TAKEN = mark("No more than {limit} points are taken.")
LIMIT = ":limit"
"""The code of a leaf that keeps a node within its limits."""


@dataclass(slots=True)  # frozen takes twice as long, tens of thousands of times
class ScoreNode:
    """One line of a score: `points` of `points_max` (None where it only takes or gives).

    `rule` is the kind of rule that made it, `clause` the scheme's words, `inputs` what was looked
    at, `note` an English message of the catalogue whose fields are in `inputs`, or empty.

    A scheme in the language says more: `exact` are the points in full where they are not shown so,
    `own` of `own_max` those on the node's own scale, of which `weight` enters the total; `why` is
    the arithmetic, `needed` what full marks would take, `question` what a person must decide;
    what is `outside` is no part of the total.
    """

    code: str
    title: str
    rule: str
    points: Decimal
    points_max: Decimal | None
    clause: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    note: str = ""
    children: tuple[ScoreNode, ...] = ()
    exact: str = ""
    weight: str = ""
    own: str = ""
    own_max: str = ""
    why: tuple[Sentence, ...] = ()
    needed: Sentence | None = None
    question: Sentence | None = None
    outside: bool = False


def lines(node: ScoreNode, path: str = "") -> Iterator[tuple[str, ScoreNode]]:
    """Every node from this one down with its path, codes joined by "/"; the first path is ""."""
    yield path, node
    for child in node.children:
        yield from lines(child, f"{path}/{child.code}".lstrip("/"))


def leaves(node: ScoreNode) -> Iterator[ScoreNode]:
    """The lines without lines below them, in order; their points add up to the node's."""
    return (one for _, one in lines(node) if not one.children)


def allocate(units: int, weights: Sequence[int] | Sequence[Fraction]) -> list[int]:
    """Share whole units out by weight so that they add up: the largest fractions get what is left,
    then the first. All zero where the weights are."""
    if len(weights) == 1:
        return [units if weights[0] > 0 else 0]
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    given = [int(weight * units // whole) for weight in weights]
    left = [weight * units % whole for weight in weights]
    by_fraction = sorted(range(len(weights)), key=lambda i: (-left[i], i))
    for i in by_fraction[: units - sum(given)]:
        given[i] += 1
    return given


def holds(where: Where, item: FactItem) -> bool:
    """Whether a fact has one of the values that each named field may have."""
    return all(item.words.get(name) in values for name, values in where.items())


def tree(scheme: Scheme, unit: UnitFacts) -> ScoreNode:
    """The unit's tree; without anything to judge (`has_anything`) all its points are 0."""
    grower = _Grower(scheme, unit)
    return grower.node(scheme.score, grower.units(Fraction(scheme.score.points)))


def has_anything(scheme: Scheme, unit: UnitFacts) -> bool:
    """Whether the unit has anything that earns points under the scheme."""
    return _Grower(scheme, unit).applies(scheme.score)


class _Grower:
    """Grows one unit's tree; points are counted in whole units of the last decimal."""

    def __init__(self, scheme: Scheme, unit: UnitFacts) -> None:
        self.scheme = scheme
        self.unit = unit
        self.scale = int(10**scheme.places)
        self.found: dict[int, list[FactItem]] = {}
        self.weights = {
            task.code: _whole(task.weight * scheme.roles.get(task.role, Decimal(0)))
            for task in unit.tasks.values()
        }

    def units(self, points: Fraction) -> int:
        """Whole units of the last decimal, half up."""
        return floor(points * self.scale + Fraction(1, 2))

    def points(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.scheme.places)

    def part(self, share: Fraction, units: int) -> Decimal:
        """The points of a share of so many units, half up."""
        twice = 2 * share.denominator
        return self.points((2 * share.numerator * units + share.denominator) // twice)

    def weight(self, item: FactItem) -> int:
        """What the item's task weighs for this unit; 1 for what belongs to no task."""
        return self.weights.get(item.task, _ONE)

    def task_weight(self, task: TaskFacts) -> Decimal:
        return task.weight * self.scheme.roles.get(task.role, Decimal(0))

    def items(self, rule: Rule) -> list[FactItem]:
        """The facts that the rule is about; among them those left out, with their reason."""
        if rule.units and self.unit.kind not in rule.units:
            return []
        if id(rule) not in self.found:
            self.found[id(rule)] = self.looked_up(rule)
        return self.found[id(rule)]

    def looked_up(self, rule: Rule) -> list[FactItem]:
        return [
            _for_rule(rule, item)
            for item in self.unit.over(rule.over)
            if holds(rule.where, item) and self.weight(item) > 0
        ]

    def applies(self, rule: Rule) -> bool:
        """Whether the unit has anything that earns points under the rule."""
        if rule.units and self.unit.kind not in rule.units:
            return False
        if rule.kind == "sum":
            return any(self.applies(child) for child in rule.children)
        if rule.kind == "manual":
            return rule.code in self.unit.given
        return rule.kind not in BESIDE and any(not item.left_out for item in self.items(rule))

    def node(self, rule: Rule, units: int) -> ScoreNode:
        """The rule's node, worth so many units."""
        if rule.kind == "sum":
            return self.sum(rule, units)
        if rule.kind in BESIDE:
            return self.beside(rule)
        if not self.applies(rule):
            return replace(self.by_task(rule, 0), note=NOTHING)
        if rule.kind == "manual":
            return self.manual(rule, units)
        if rule.kind == "count":
            return self.count(rule, units)
        return self.by_task(rule, units)

    def bare(self, rule: Rule, units: int) -> ScoreNode:
        return ScoreNode(
            rule.code, rule.title, rule.kind, self.points(0), self.points(units), rule.clause
        )

    def whole(self, node: ScoreNode, children: Iterable[ScoreNode]) -> ScoreNode:
        """The node with these children and their sum."""
        below = tuple(children)
        points = sum((child.points for child in below), self.points(0))
        return ScoreNode(
            node.code, node.title, node.rule, points, node.points_max, node.clause, node.inputs,
            node.evidence, node.note, below,
        )  # fmt: skip

    def sum(self, rule: Rule, units: int) -> ScoreNode:
        weights = [_whole(child.points) * self.applies(child) for child in rule.children]
        shares = allocate(units, weights)
        children = [self.node(child, n) for child, n in zip(rule.children, shares, strict=True)]
        node = self.whole(self.bare(rule, units), children)
        return self.limited(node, rule.at_least, rule.at_most)

    def limited(self, node: ScoreNode, least: Decimal | None, most: Decimal | None) -> ScoreNode:
        """The node with a leaf that brings its points within the limits, where they are not."""
        if most is not None and node.points > most:
            limit, note = most, CAPPED
        elif least is not None and node.points < least:
            limit, note = least, FLOORED
        else:
            return node
        limit = self.points(self.units(Fraction(limit)))
        if node.rule == "deduct":
            note = TAKEN
        inputs = {"limit": plain(abs(limit) if note == TAKEN else limit)}
        leaf = ScoreNode(LIMIT, node.title, "limit", limit - node.points, None, node.clause, inputs)
        return self.whole(node, (*node.children, replace(leaf, note=note)))

    def beside(self, rule: Rule) -> ScoreNode:
        """Points taken or given for each fact, up to a limit."""
        sign = -1 if rule.kind == "deduct" else 1
        taken = []
        for item in self.items(rule):
            times = item.numbers.get(rule.of, Fraction(0)) if rule.of else Fraction(1)
            units = 0 if item.left_out else self.units(Fraction(rule.each) * times)
            leaf = replace(self.leaf(rule, item, 0), points=self.points(sign * units))
            taken.append(replace(leaf, points_max=None))
        node = self.whole(replace(self.bare(rule, 0), points_max=None), taken)
        if sign < 0:
            return self.limited(node, None if rule.at_most is None else -rule.at_most, None)
        return self.limited(node, None, rule.at_most)

    def manual(self, rule: Rule, units: int) -> ScoreNode:
        given = self.unit.given[rule.code]
        share = min(Fraction(1), max(Fraction(0), Fraction(given.points) / Fraction(rule.points)))
        return replace(
            self.bare(rule, units),
            points=self.part(share, units),
            inputs={"given": plain(given.points), "of": plain(rule.points)},
            evidence=given.evidence,
        )

    def count(self, rule: Rule, units: int) -> ScoreNode:
        """One leaf for all: the share of the facts that count, the others listed by their ids."""
        items = self.items(rule)
        judged = [item for item in items if not item.left_out]
        counted = [item for item in judged if holds(rule.counts, item)]
        inputs = {
            "counted": str(len(counted)),
            "of": str(len(judged)),
            "not_counted": " ".join(item.id for item in judged if item not in counted),
            "left_out": " ".join(item.id for item in items if item.left_out),
        }
        return replace(
            self.bare(rule, units),
            points=self.part(Fraction(len(counted), len(judged)), units),
            inputs={name: text for name, text in inputs.items() if text},
            evidence=tuple(sorted({ref for item in judged for ref in item.evidence})),
        )

    def by_task(self, rule: Rule, units: int) -> ScoreNode:
        """A node a task, a leaf a fact; what is left out stands there without points."""
        by_code: dict[str, list[FactItem]] = {}
        for item in self.items(rule):
            by_code.setdefault(item.task, []).append(item)
        codes = sorted(by_code)
        weights = [
            self.weight(by_code[code][0]) * any(not item.left_out for item in by_code[code])
            for code in codes
        ]
        nodes: list[ScoreNode] = []
        for code, share in zip(codes, allocate(units, weights), strict=True):
            mine = by_code[code]
            shares = allocate(share, [int(not item.left_out) for item in mine])
            below = [self.leaf(rule, item, n) for item, n in zip(mine, shares, strict=True)]
            task = None if rule.over == "tasks" else self.unit.tasks.get(code)
            if task is None:
                nodes += below
            else:
                nodes.append(self.of_task(rule, task, share, tuple(below)))
        return self.whole(self.bare(rule, units), nodes)

    def of_task(
        self, rule: Rule, task: TaskFacts, units: int, below: tuple[ScoreNode, ...]
    ) -> ScoreNode:
        inputs = {"role": task.role, "weight": plain(self.task_weight(task))}
        points = sum((one.points for one in below), self.points(0))
        return ScoreNode(
            task.code, task.title, rule.kind, points, self.points(units), rule.clause, inputs,
            children=below,
        )  # fmt: skip

    def leaf(self, rule: Rule, item: FactItem, units: int) -> ScoreNode:
        share = _ZERO if item.left_out else _share(rule, item)
        return ScoreNode(
            item.id,
            item.title,
            rule.kind,
            self.part(share, units),
            self.points(units),
            rule.clause,
            shown_inputs(item),
            item.evidence,
            item.left_out,
        )


_ONE = 10**12
"""A weight of 1, as weights are counted: they have six decimals, those of roles six more."""


@cache
def _whole(weight: Decimal) -> int:
    return int(weight * _ONE)


_ZERO = Fraction(0)
_exact = cache(Fraction)


def _for_rule(rule: Rule, item: FactItem) -> FactItem:
    """The item as this rule sees it: a path that expects nothing yet cannot be judged by it."""
    if rule.of == "attained_path" and not item.left_out and "expected" not in item.numbers:
        return replace(item, left_out=NOT_DUE)
    return item


def _share(rule: Rule, item: FactItem) -> Fraction:
    """The part of its points that a fact earns under a ratio or a table, 0 to 1 (or the cap)."""
    value = item.numbers.get(rule.of)
    if rule.kind == "ratio":
        return _ZERO if value is None else min(value, _exact(rule.cap))
    if rule.shares:
        return _exact(rule.shares.get(item.words.get(rule.of, ""), Decimal(0)))
    if value is None:
        return _ZERO
    return next((_exact(step.share) for step in rule.steps if step.holds(value)), _ZERO)
