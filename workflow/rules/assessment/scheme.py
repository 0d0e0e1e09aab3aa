"""考核办法: the rules of one year's assessment as data, read and checked; `luoshi.scheme/1`.

A scheme is a tree of rules of few kinds. A *sum* shares its points out to its children; *ratio*,
*table*, *count* and *manual* earn the points that they are worth; *deduct* and *bonus* stand beside
and take or give. How they are worked out is in `scoring`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.facts import NUMBERS, WORDS
from workflow.rules.assessment.forms import check_form
from workflow.rules.refusals import Invalid, Problem

FORM = "scheme.schema.json"
"""The JSON Schema of a scheme, beside this module; whoever reads a scheme loads it."""

BESIDE = frozenset({"deduct", "bonus"})

Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class TableStep:
    """A row of a table over numbers: from `at_least` on, or up to `at_most`, the share is this."""

    share: Decimal
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def holds(self, value: Fraction) -> bool:
        if self.at_least is not None:
            return value >= Fraction(self.at_least)
        return self.at_most is not None and value <= Fraction(self.at_most)


@dataclass(frozen=True)
class Rule:
    """One rule; which fields a kind uses is said in the JSON Schema. `points` is 0 for deduct and
    bonus; shares are parts of 1."""

    code: str
    title: str
    kind: str
    clause: str
    points: Decimal
    over: str
    where: Where
    units: tuple[str, ...]
    of: str
    cap: Decimal
    steps: tuple[TableStep, ...]
    shares: Mapping[str, Decimal]
    counts: Where
    each: Decimal
    at_most: Decimal | None
    at_least: Decimal | None
    children: tuple[Rule, ...]

    def every(self) -> Iterator[Rule]:
        """The rule and all below it."""
        yield self
        for child in self.children:
            yield from child.every()


@dataclass(frozen=True)
class Group:
    """Units that are compared with one another."""

    code: str
    title: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Grade:
    """A grade from so many points on; a veto may bar it."""

    code: str
    title: str
    at_least: Decimal
    barred_by_veto: bool


@dataclass(frozen=True)
class Veto:
    """Events that bar a grade whatever the score."""

    code: str
    title: str
    where: Where


@dataclass(frozen=True)
class Scheme:
    """The whole of one year's rules."""

    code: str
    title: str
    document: str
    year: int
    places: int
    roles: Mapping[str, Decimal]
    groups: tuple[Group, ...]
    grades: tuple[Grade, ...]
    vetoes: tuple[Veto, ...]
    score: Rule

    @property
    def merits(self) -> dict[str, str]:
        """The kinds of events that count, with the title of the rule that counts them."""
        rules = [(rule.where, rule.title) for rule in self.score.every() if rule.over == "events"]
        vetoes = [(veto.where, veto.title) for veto in self.vetoes]
        return {kind: title for where, title in [*rules, *vetoes] for kind in where.get("kind", ())}


def read_scheme(data: Any, form: Mapping[str, Any]) -> Scheme:
    """Read a scheme from what its YAML or JSON says; `form` is the JSON Schema named by FORM.

    Raises Invalid with every problem and its place: departures from the form, points that do not
    add up, codes used twice, tables that are not in order.
    """
    message = mark("The scheme cannot be used as it is.")
    check_form(data, form, message)
    scheme = Scheme(
        code=data["code"],
        title=data["title"],
        document=data.get("document", ""),
        year=data["year"],
        places=data.get("places", 2),
        roles={role: Decimal(weight) for role, weight in data["roles"].items()},
        groups=tuple(Group(g["code"], g["title"], tuple(g["kinds"])) for g in data["groups"]),
        grades=tuple(
            Grade(g["code"], g["title"], Decimal(g["at_least"]), g.get("barred_by_veto", False))
            for g in data.get("grades", ())
        ),
        vetoes=tuple(
            Veto(v["code"], v["title"], _where(v["where"])) for v in data.get("vetoes", ())
        ),
        score=_rule(data["score"]),
    )
    problems = tuple(_problems(scheme))
    if problems:
        raise Invalid(message, problems)
    return scheme


def _where(data: Mapping[str, list[str]]) -> Where:
    return {name: tuple(values) for name, values in data.items()}


def _number(data: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(data[name]) if name in data else None


def _rule(data: Mapping[str, Any]) -> Rule:
    children = tuple(_rule(child) for child in data.get("children", ()))
    points = _number(data, "points")
    if points is None:
        points = sum((child.points for child in children), Decimal(0))
    cap = _number(data, "cap")
    return Rule(
        code=data["code"],
        title=data["title"],
        kind=data["rule"],
        clause=data.get("clause", ""),
        points=points,
        over=data.get("over", ""),
        where=_where(data.get("where", {})),
        units=tuple(data.get("units", ())),
        of=data.get("of", ""),
        cap=Decimal(1) if cap is None else cap,
        steps=tuple(
            TableStep(Decimal(s["share"]), _number(s, "at_least"), _number(s, "at_most"))
            for s in data.get("steps", ())
        ),
        shares={word: Decimal(share) for word, share in data.get("shares", {}).items()},
        counts=_where(data.get("counts", {})),
        each=_number(data, "each") or Decimal(0),
        at_most=_number(data, "at_most"),
        at_least=_number(data, "at_least"),
        children=children,
    )


_NEEDS = {
    "sum": ("children",),
    "ratio": ("points", "over", "of"),
    "table": ("points", "over", "of"),
    "count": ("points", "over", "counts"),
    "manual": ("points",),
    "deduct": ("over", "each"),
    "bonus": ("over", "each"),
}


def _problems(scheme: Scheme) -> Iterator[Problem]:
    if scheme.score.kind != "sum":
        yield Problem(scheme.score.code, mark("The whole score must be a sum."))
    yield from _rule_problems(scheme.score, "")
    kinds = [kind for group in scheme.groups for kind in group.kinds]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        yield Problem(kind, mark("This kind of unit stands in two groups."))
    floors = [grade.at_least for grade in scheme.grades]
    if floors != sorted(floors, reverse=True):
        yield Problem("grades", mark("Grades go from the best down."))


def _rule_problems(rule: Rule, above: str) -> Iterator[Problem]:
    place = f"{above}/{rule.code}".lstrip("/")
    for name in _NEEDS[rule.kind]:
        if not getattr(rule, name):
            yield Problem(
                place, mark("A rule of the kind {kind} needs {name}."), kind=rule.kind, name=name
            )
    known = WORDS.get(rule.over, frozenset()) | NUMBERS.get(rule.over, frozenset())
    for name in sorted({*rule.where, *rule.counts, *([rule.of] if rule.of else [])} - known):
        yield Problem(place, mark("{over} have no field {name}."), over=rule.over or "—", name=name)
    if rule.children and rule.kind != "sum":
        yield Problem(place, mark("Only a sum has rules below it."))
    if rule.points < 0 or rule.each < 0 or (rule.kind in BESIDE and rule.points):
        yield Problem(place, mark("Points are given without a sign, to deduct and bonus as each."))
    if rule.kind == "sum":
        below = sum((child.points for child in rule.children), Decimal(0))
        if below != rule.points:
            yield Problem(
                place,
                mark("The parts come to {below} points, the whole to {points}."),
                below=below,
                points=rule.points,
            )
    if rule.kind == "table" and (bool(rule.steps) == bool(rule.shares) or not _in_order(rule)):
        yield Problem(place, mark("A table has steps in falling order, or a share for each word."))
    if not all(0 <= s <= 1 for s in (*(s.share for s in rule.steps), *rule.shares.values())):
        yield Problem(place, mark("A share lies between 0 and 1."))
    codes = [child.code for child in rule.children]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem(f"{place}/{code}", mark("This code stands here twice."))
    for child in rule.children:
        yield from _rule_problems(child, place)


def _in_order(rule: Rule) -> bool:
    """Whether better values come first and never earn less."""
    lows = [step.at_least for step in rule.steps if step.at_least is not None]
    highs = [step.at_most for step in rule.steps if step.at_most is not None]
    shares = [step.share for step in rule.steps]
    return (
        not (lows and highs)
        and lows == sorted(lows, reverse=True)
        and highs == sorted(highs)
        and shares == sorted(shares, reverse=True)
    )
