"""What every node of a scheme may say beside its own rule: for whom, when, how much at most."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from i18n import mark
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.facts_fields import Sort, where_of
from workflow.rules.assessment.language.formula import Formula
from workflow.rules.assessment.language.lines import ONE, AbsentKind, Line
from workflow.rules.assessment.language.reading import (
    Reader,
    Rounding,
    as_code,
    as_flag,
    as_formula,
    as_number,
    as_rounding,
    as_text,
    key,
    listed,
)
from workflow.rules.assessment.language.world import World
from workflow.rules.faults import Path, not_among


@dataclass(frozen=True, kw_only=True)
class Absent:
    """What happens where the facts say nothing; `points` where these are fixed, `share` of the mean
    where not all of it is given."""

    kind: AbsentKind
    points: Formula | None = None
    share: Fraction = ONE


def as_absent(reader: Reader, value: Any, path: Path) -> Absent | None:
    """A word, or {points: 3}; these may be a formula. {mean: 80%} is a share of the mean."""
    if isinstance(value, dict):
        if set(value) == {"points"}:
            points = as_formula(reader, value["points"], (path, "points"))
            return None if points is None else Absent(kind=AbsentKind.FIXED, points=points)
        if set(value) == {"mean"}:
            share = as_number(0)(reader, value["mean"], (path, "mean"))
            return None if share is None else Absent(kind=AbsentKind.MEAN, share=share)
        reader.fault(path, mark("Write fixed points as points: 3, or one word."))
        return None
    words = [kind.value for kind in AbsentKind if kind is not AbsentKind.FIXED]
    if value not in words:
        reader.faults.append(not_among(path, value, words))
        return None
    return Absent(kind=AbsentKind(value))


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The points are multiplied, always or under a condition."""

    by: Formula = key(as_formula)
    when: Formula | None = key(as_formula, None)
    title: str = key(as_text, "")


def as_factor(reader: Reader, value: Any, path: Path) -> Factor | None:
    """A formula, or {by: 0.8, when: 有重大事故, title: 降档}."""
    return reader.record(Factor, value if isinstance(value, dict) else {"by": value}, path)


@dataclass(frozen=True, kw_only=True)
class Node(ABC):
    """One rule of a scheme. `units`: the kinds of unit, `groups`: the groups, `applies`: a
    condition under which it exists at all. `when`: a condition without which it comes to 0.
    `outside`: shown and used by name, but no part of the total. `extra`: no part of full marks
    (附加分)."""

    RULE: ClassVar[str] = ""
    ENDS: ClassVar[bool] = True
    """Whether the facts may leave it without an answer, so that `absent` must be named."""

    code: str = key(as_code)
    title: str = key(as_text)
    clause: str = key(as_text, "")
    units: tuple[str, ...] = key(listed(as_text), ())
    groups: tuple[str, ...] = key(listed(as_code), ())
    applies: Formula | None = key(as_formula, None)
    when: Formula | None = key(as_formula, None)
    absent: Absent | None = key(as_absent, None)
    factor: tuple[Factor, ...] = key(listed(as_factor), ())
    at_most: Formula | None = key(as_formula, None)
    at_least: Formula | None = key(as_formula, None)
    round: Rounding | None = key(as_rounding, None)
    outside: bool = key(as_flag, False)
    extra: bool = key(as_flag, False)
    weight: Fraction = key(as_number(0), ONE)

    @abstractmethod
    def work(self, world: World, unit: UnitFacts) -> Line:
        """The line of a unit, before factor, limits and rounding. Raises Ask."""

    def worth(self) -> Fraction | None:
        """The points of full marks; None where it only takes or gives."""
        return None

    def nested(self) -> tuple[Node, ...]:
        """The nodes below it."""
        return ()

    def formulas(self) -> Iterator[Formula]:
        """All that is looked up in the names of the unit."""
        fixed = self.absent.points if self.absent else None
        for one in (self.applies, self.when, self.at_most, self.at_least, fixed):
            if one is not None:
                yield one
        for one_factor in self.factor:
            yield one_factor.by
            if one_factor.when is not None:
                yield one_factor.when

    def event_kinds(self) -> tuple[str, ...]:
        """The kinds of events that it looks at."""
        return ()

    def check(self, reader: Reader, path: Path) -> None:
        """What cannot be seen key by key."""
        least, most = constant(self.at_least), constant(self.at_most)
        if most is not None and most < 0:
            reader.fault(
                (path, "at_most"),
                mark(
                    "A cap is 0 or more, not {value}. A limit to what "
                    "is taken is written as at_least."
                ),
                value=most,
            )
        if least is not None and most is not None and least > most:
            reader.fault(
                (path, "at_least"),
                mark(
                    "The floor {least} lies above the cap {most}. "
                    "Write the smaller number as at_least."
                ),
                least=least,
                most=most,
            )

    def line(self, **more: Any) -> Line:
        """A line with the node's own words."""
        return Line(
            code=self.code,
            title=self.title,
            rule=self.RULE,
            clause=self.clause,
            worth=self.worth(),
            outside=self.outside,
            extra=self.extra,
            **more,
        )


class _Nothing:
    """A scope without names, for formulas that are plain numbers."""

    def look(self, name: str) -> None:
        raise LookupError(name)

    def statistic(self, *_given: object) -> None:
        raise LookupError


def constant(one: Formula | None) -> Fraction | None:
    """The number, where a formula is a plain number."""
    if one is None or one.names:
        return None
    try:
        value = one(_Nothing())
    except Exception:  # noqa: BLE001
        return None
    return value if isinstance(value, Fraction) else None


KINDS: dict[str, type[Node]] = {}
"""The kinds of nodes by the word behind `rule`; each module of kinds adds its own."""


def kind(name: str) -> Any:
    """Enter a kind of node into the catalogue."""

    def enter(made: type[Node]) -> type[Node]:
        made.RULE = name
        KINDS[name] = made
        return made

    return enter


def read_node(reader: Reader, value: Any, path: Path) -> Node | None:
    """A node of the kind that its key `rule` names, with all below it."""
    if not isinstance(value, dict):
        reader.record(Node, value, path)  # type: ignore[type-abstract]  # it says what is wrong
        return None
    if value.get("rule") not in KINDS:
        if "rule" in value:
            reader.faults.append(not_among((path, "rule"), value["rule"], KINDS))
        else:
            reader.fault(
                path, mark("“rule” is missing here. Write one of: {names}."), names=", ".join(KINDS)
            )
        _read_below(reader, value, path)
        return None
    if "where" in value and value.get("over") in set(Sort):
        where = where_of(reader, value["where"], (path, "where"), value["over"])
        value = {**value, "where": where}
    made = reader.record(KINDS[value["rule"]], value, path, ("rule",))
    if made is not None:
        made.check(reader, path)
    return made


def _read_below(reader: Reader, value: Mapping[str, Any], path: Path) -> None:
    """Even below a node that is not understood, say what is wrong."""
    for no, child in enumerate(value.get("children") or ()):
        read_node(reader, child, ((path, "children"), no))
