"""What a scheme of the first language is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

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
    written: frozenset[str]

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
