"""扣分 and 加分: points for each event, or for each other fact, up to a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.facts import WORDS, FactItem, UnitFacts
from workflow.rules.assessment.language.counting import Counted
from workflow.rules.assessment.language.facts_fields import CHINESE, Sort
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
from workflow.rules.faults import Path, not_among


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
    `by`: the word for whose values `each` has points. `turns`: how many times the first counts, the
    second, and so on, the highest first; the last holds for all that follow. `take`: no more than
    so many count, the highest.
    """

    ENDS = False
    SIGN: ClassVar[int] = 1

    events: tuple[str, ...] = key(listed(as_text), ())
    over: Sort = key(choice(Sort), Sort.EVENTS)
    where: Where | None = key(lambda _reader, value, _path: value, None)
    each: Formula | Mapping[str, Formula] = key(_each)
    of: str = key(as_text, "")
    per: Fraction | None = key(as_number(), None)
    by: str = key(as_text, "level")
    counted: Counted = key(choice(Counted), Counted.FULL)
    turns: tuple[Fraction, ...] = key(listed(as_number(0)), ())
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
        items = self.items(unit)
        lines = [self.of_item(world, unit, item) for item in items]
        chosen = self.chosen(lines)
        shares = self.shares(lines, items, chosen)
        line.below = tuple(
            Below(one, shares.get(no, ZERO)) for no, (one, _matter) in enumerate(lines)
        )
        line.own = total([lines[no][0].own * by for no, by in shares.items()])
        line.asks = any(lines[no][0].asks for no in chosen)
        line.why = added_up(line) if lines else (said(mark("Nothing of this kind happened.")),)
        return line

    def shares(
        self, lines: list[tuple[Line, str]], items: list[FactItem], chosen: list[int]
    ) -> dict[int, Fraction]:
        """By what each line that counts is multiplied: by the turns that its times take up."""
        if not self.turns:
            return dict.fromkeys(chosen, ONE)
        found: dict[int, Fraction] = {}
        taken = 0
        for no in chosen:
            times = max(1, int(items[no].numbers.get("count", ONE)))
            turns = [self.turns[min(taken + n, len(self.turns) - 1)] for n in range(times)]
            found[no] = total(turns) / times
            taken += times
            if found[no] != ONE:
                lines[no][0].why += (
                    said(mark("In its turn it counts × {by}."), by=shown(found[no])),
                )
        return found

    def chosen(self, lines: list[tuple[Line, str]]) -> list[int]:
        """Which lines count, the highest first: of those about the same matter the highest alone,
        where it is said."""
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
        return chosen

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
            level = self.word(item) or item.words.get("level", "")
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

    def word(self, item: FactItem) -> str | None:
        """The word of a fact by whose values points differ."""
        return item.words.get(CHINESE.get(self.by, self.by))

    def rate(self, item: FactItem, scope: FactScope) -> Fraction:
        given = self.each
        if not isinstance(given, Formula):
            level = self.word(item)
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
            return self.counted.of(amount / self.per)
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
        if CHINESE.get(self.by, self.by) not in WORDS[self.over] and self.by != "level":
            reader.faults.append(not_among((path, "by"), self.by, sorted(WORDS[self.over])))
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
