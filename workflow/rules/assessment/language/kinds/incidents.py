"""扣分 and 加分: points for each event, or for each other fact, up to a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any, ClassVar

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.facts import FactItem, UnitFacts
from workflow.rules.assessment.language.facts_fields import CHINESE, NUMBERS, Sort
from workflow.rules.assessment.language.formula import Ask, Formula
from workflow.rules.assessment.language.inputs import meets
from workflow.rules.assessment.language.kinds.nodes import Node, kind
from workflow.rules.assessment.language.lines import (
    ONE,
    ZERO,
    AbsentKind,
    Below,
    Line,
    added_up,
    asked,
)
from workflow.rules.assessment.language.reading import (
    Reader,
    Where,
    as_flag,
    as_formula,
    as_natural,
    as_number,
    as_text,
    choice,
    key,
    listed,
    mapped,
)
from workflow.rules.assessment.language.world import FactScope, World
from workflow.rules.assessment.sentences import said
from workflow.rules.faults import Path


class SameMatter(StrEnum):
    """What several events come to: each counts, of those about the same matter the highest alone
    (就高不重复), or of all of them the highest alone."""

    EACH = "each"
    HIGHEST = "highest"
    ONLY_HIGHEST = "only_highest"


def _each(reader: Reader, value: Any, path: Path) -> Formula | dict[str, Any] | None:
    """Points without sign: a number or formula, or one for each level."""
    if isinstance(value, dict):
        found: dict[str, Any] | None = mapped(as_formula)(reader, value, path)
        return found
    return as_formula(reader, value, path)


@dataclass(frozen=True, kw_only=True)
class Incidents(Node):
    """Points for each event of the kinds named, or for each fact of `over`. `each` is multiplied by
    how often it happened, by `of`, or by the amount in steps of `per`; without sign, as are limits.
    `take`: no more than so many count, the highest.
    """

    ENDS = False
    SIGN: ClassVar[int] = 1

    events: tuple[str, ...] = key(listed(as_text), ())
    over: Sort = key(choice(Sort), Sort.EVENTS)
    where: Where | None = key(lambda _reader, value, _path: value, None)
    each: Formula | Mapping[str, Formula] = key(_each)
    of: str = key(as_text, "")
    per: Fraction | None = key(as_number(), None)
    whole: bool = key(as_flag, True)
    same_matter: SameMatter = key(choice(SameMatter), SameMatter.EACH)
    take: int | None = key(as_natural(1, 1000), None)

    def items(self, unit: UnitFacts) -> list[FactItem]:
        return [
            item
            for item in unit.over(self.over)
            if (not self.events or item.words.get("kind") in self.events)
            and meets(self.where or {}, item)
        ]

    def work(self, world: World, unit: UnitFacts) -> Line:
        line = self.line()
        lines = [self.of_item(world, unit, item) for item in self.items(unit)]
        counted = self.counted(lines)
        line.below = tuple(
            Below(one, ONE if no in counted else ZERO) for no, (one, _matter) in enumerate(lines)
        )
        line.own = total([lines[no][0].own for no in sorted(counted)])
        line.asks = any(lines[no][0].asks for no in counted)
        line.why = added_up(line) if lines else (said(mark("Nothing of this kind happened.")),)
        return line

    def counted(self, lines: list[tuple[Line, str]]) -> frozenset[int]:
        """Which lines count: of those about the same matter the highest alone, where it is said."""
        live = [no for no, (line, _matter) in enumerate(lines) if line.absent is None]
        live.sort(key=lambda no: (-abs(lines[no][0].own), no))  # the highest first
        chosen: list[int] = []
        matters: set[str] = set()
        for no in live:
            line, matter = lines[no]
            place = "" if self.same_matter is SameMatter.ONLY_HIGHEST else matter or f":{no}"
            repeats = self.same_matter is not SameMatter.EACH and place in matters
            if repeats or (self.take is not None and len(chosen) >= self.take):
                line.why += (said(mark("Another one counts in its place: the highest alone.")),)
                continue
            matters.add(place)
            chosen.append(no)
        return frozenset(chosen)

    def of_item(self, world: World, unit: UnitFacts, item: FactItem) -> tuple[Line, str]:
        line = Line(
            code=item.id,
            title=item.title,
            rule=self.RULE,
            clause=self.clause,
            evidence=item.evidence,
            extra=self.extra,
            inputs=item.words,
        )
        if item.left_out:
            line.absent, line.why = AbsentKind.EXCLUDE, (said(item.left_out),)
            return line, ""
        try:
            scope = FactScope(world, unit, item)
            each, times = self.rate(item, scope), self.times(item, scope)
            line.own = self.SIGN * each * times
            level = item.words.get("level", "")
            message = (
                mark("{level}: {each} × {times} = {points} points.")
                if level
                else mark("{each} × {times} = {points} points.")
            )
            line.why = (
                said(
                    message,
                    level=level,
                    each=shown(self.SIGN * each),
                    times=shown(times),
                    points=shown(line.own),
                ),
            )
        except Ask as question:
            line.put_question(asked(question))
        return line, item.words.get("matter", "")

    def rate(self, item: FactItem, scope: FactScope) -> Fraction:
        given = self.each
        if not isinstance(given, Formula):
            level = item.words.get("level")
            if level is None:
                raise Ask(
                    mark("“{title}” has no level, and “{rule}” counts by level."),
                    title=item.title,
                    rule=self.title,
                )
            if level not in given:
                raise Ask(
                    mark("“{title}” does not say what “{word}” earns."),
                    title=self.title,
                    word=level,
                )
            given = given[level]
        found = given(scope)
        if not isinstance(found, Fraction):
            raise Ask(
                mark("“{text}” cannot be worked out: something in it is not known."),
                text=given.text,
            )
        return found

    def times(self, item: FactItem, scope: FactScope) -> Fraction:
        if self.per is not None:
            amount = scope.look(self.of or "amount")
            if not isinstance(amount, Fraction):
                raise Ask(
                    mark("“{title}” has no amount, and “{rule}” counts by amount."),
                    title=item.title,
                    rule=self.title,
                )
            steps = amount / self.per
            return Fraction(floor(steps)) if self.whole else steps
        if self.of:
            found = scope.look(self.of)
            return found if isinstance(found, Fraction) else ZERO
        return item.numbers.get("count", ONE)

    def formulas(self) -> Iterator[Formula]:
        return super().formulas()

    def fact_formulas(self) -> Iterable[Formula]:
        """What is looked up in the names of each fact."""
        return (self.each,) if isinstance(self.each, Formula) else self.each.values()

    def event_kinds(self) -> tuple[str, ...]:
        return self.events + tuple((self.where or {}).get("kind", ()))

    def check(self, reader: Reader, path: Path) -> None:
        super().check(reader, path)
        if self.over is Sort.EVENTS and not self.event_kinds():
            reader.fault(path, mark("Write events: the kinds of events that count here."))
        if self.over is not Sort.EVENTS and self.events:
            reader.fault((path, "events"), mark("“events” goes without “over”."))
        known = NUMBERS[self.over]
        if self.of and CHINESE.get(self.of, self.of) not in known:
            reader.fault(
                (path, "of"),
                mark("{over} have no number “{name}”. They have: {names}."),
                over=self.over.value,
                name=self.of,
                names=", ".join(sorted(known)),
            )
        if self.per is not None and self.per <= 0:
            reader.fault(
                (path, "per"),
                mark("A step is larger than 0. Which way it counts is said by above and below."),
            )
        if self.at_least is not None:
            reader.fault(
                (path, "at_least"), mark("Here the limit is written as at_most, without sign.")
            )


@kind("bonus")
@dataclass(frozen=True, kw_only=True)
class Bonus(Incidents):
    """加分: points given."""


@kind("deduct")
@dataclass(frozen=True, kw_only=True)
class Deduct(Incidents):
    """扣分: points taken."""

    SIGN: ClassVar[int] = -1
