"""The script of a plan in the simulated year: who plays, and what is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from random import Random
from typing import Any

from luoshi.demo.year.numbers import (
    FIRST,
    ROUNDS,
    SUMS,
    split_round,
    usual_row,
    value_at,
)
from tasks_catalog.model import CatalogueMeasure
from workflow.rules.progress.lights import HELD_UP, WorkStatus
from workflow.rules.progress.quantities import plain

_LETTERS = "abcdef"


@dataclass(frozen=True)
class ReportKey:
    """One report: task code, unit name, round as Q3 in the first year and 2022Q3 later."""

    task: str
    unit: str
    round: str


@dataclass(frozen=True)
class ReportWords:
    """What a report says. `values` has one number a measure, in the measures' order."""

    text: str
    status: str = WorkStatus.ON_TRACK
    problem: str = ""
    help_from: str = ""
    nil_reason: str = ""
    values: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Return:
    """A first submission that did not pass: how it differed, why it came back, what followed.

    `open`: still with the unit when the demo begins.
    """

    reason: str
    note: str = ""
    text: str = ""
    wrong: Decimal = Decimal(1)
    evidence: bool = True
    open: bool = False


@dataclass(frozen=True)
class Manner:
    """How a unit reports in a round: early, punctual, last_day, late (by `days` working days) or
    silent; `paper`: the deputy head signs on paper."""

    kind: str
    days: int = 0
    paper: bool = False


@dataclass(frozen=True)
class Story:
    """The script of one plan. `year` is its file as it stands; `measures` are what its document
    promises, by the task's code; `sentences` what is written where nobody wrote anything."""

    year: dict[str, Any]
    cast: dict[str, Any]
    numbers: dict[str, list[dict[str, Any]]]
    measures: dict[str, tuple[CatalogueMeasure, ...]] = field(repr=False)
    sentences: dict[str, list[str]] = field(repr=False)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def plan_code(self) -> str:
        """The code of its plan."""
        if "place" in self.year:
            return f"{self.year['above']}-{self.year['place']['code']}"
        return str(self.year["plan"])

    @property
    def seed(self) -> int:
        return int(self.year["seed"])

    def dice(self, *about: object) -> Random:
        """Chance that depends on what it is about alone, never on the order of asking."""
        return Random(f"{self.seed}:{about}")  # noqa: S311 - a story, no secret

    @cached_property
    def returns(self) -> dict[ReportKey, Return]:
        """The submissions that are returned once."""
        found = {}
        for row in self.year.get("returns", ()):
            more = {k: row[k] for k in ("reason", "note", "text", "evidence", "open") if k in row}
            wrong = Decimal(str(row.get("wrong", 1)))
            found[ReportKey(row["task"], row["unit"], row["round"])] = Return(wrong=wrong, **more)
        return found

    @cached_property
    def sent_back(self) -> dict[ReportKey, str]:
        """Reports that the deputy head sent back once, with the reason."""
        rows = self.year.get("sent_back", ())
        return {ReportKey(r["task"], r["unit"], r["round"]): r["reason"] for r in rows}

    @cached_property
    def slow_reviews(self) -> frozenset[tuple[str, str]]:
        """(task, round) of reports whose review took too long."""
        return frozenset((row["task"], row["round"]) for row in self.year.get("slow_reviews", ()))

    def reached(self, key: ReportKey) -> list[tuple[int, date, str]]:
        """What a report says was reached: number within the task, date, document."""
        return [
            (row["step"], row["day"], row.get("document", ""))
            for row in self.year.get("reached", ())
            if (row["task"], row["round"]) == (key.task, key.round)
        ]

    @cached_property
    def never(self) -> frozenset[ReportKey]:
        """Reports that were never filed."""
        return frozenset(
            ReportKey(r["task"], r["unit"], r["round"]) for r in self.year.get("never", ())
        )

    def manner(self, unit: str, round_code: str) -> Manner:
        """How a unit behaves in a round."""
        row = self.cast["units"][unit]
        kind, _, days = str(row.get("rounds", {}).get(round_code, row["manner"])).partition(" ")
        return Manner(kind, int(days or 0), bool(row.get("paper")))

    def fourth_stage(self, key: ReportKey) -> str:
        """How far a report of the fourth round had come when the demo begins: accepted, returned,
        signed_off, submitted, drafts; "" where nothing had been done."""
        if key.round != "Q4":
            return ""
        if key in self.returns and self.returns[key].open:
            return "returned"
        for stage, names in self.year.get("fourth_round", {}).items():
            for name in names:
                task, _, unit = str(name).partition(" ")
                if task == key.task and unit in ("", key.unit):
                    return str(stage)
        return ""

    def row(self, task: str, no: int, unit: str = "") -> dict[str, Any]:
        """What is known of the numbers of a task's measure (from 1), a unit's where they differ."""
        rows = self.numbers.get(task)
        row = rows[no - 1] if rows else usual_row(self.measures[task][no - 1])
        found: dict[str, Any] = row.get("by", {}).get(unit, row)
        return found

    def year_targets(self, task: str, no: int, unit: str = "") -> dict[int, Decimal]:
        """Year → target of the task's measure (numbered from 1)."""
        years = self.row(task, no, unit)["years"]
        return {FIRST + i: Decimal(str(value)) for i, value in enumerate(years)}

    def value(self, task: str, no: int, round_code: str, unit: str = "") -> Decimal:
        """What stands in the report of a round for a measure, in the measure's unit."""
        year, _code = split_round(round_code)
        row = self.row(task, no, unit)
        goes_on = "levels" in row or self.measures[task][no - 1].kind in SUMS
        before = Decimal(0)
        if goes_on and year > FIRST:
            before = self.value(task, no, _last_of(year - 1), unit)
        about = ["pace", task, no, *([unit] if unit else []), *([year] if year > FIRST else [])]
        return value_at(row, round_code, before, self.dice(*about))

    def words(self, key: ReportKey, own: bool = True) -> ReportWords:
        """The good report of a task, unit and round, its numbers filled in; `own`: for the office,
        not for another lead."""
        told = self.reports.get(key.task, {})
        row = told.get("by", {}).get(key.unit, told if own else {}).get(key.round)
        if row is not None:
            return self._worded(key, row, self.values_of(key))
        year, code = split_round(key.round)
        if year > FIRST or "otherwise" not in self.year:
            return self._made_up(key, own)
        texts = [a.get("text", "") for a in self.year["asked"] if key.unit in a["of"]]
        return ReportWords(text=str(next(filter(None, texts), self.year["otherwise"][code])))

    def _made_up(self, key: ReportKey, own: bool) -> ReportWords:
        """The numbers in words, and two sentences by chance."""
        values = self.values_of(key) if own else ()
        said = []
        for measure, value in zip(self.measures.get(key.task, ()), values, strict=False):
            said.append(f"{measure.metric}{plain(value)}{measure.unit}。")
        _year, code = split_round(key.round)
        said += self.dice("sentences", key).sample(self.sentences[code], 2)
        return ReportWords(text="".join(said), values=values)

    def has_news(self, key: ReportKey) -> bool:
        """Whether a unit that is let off a round has something to say all the same."""
        words = self.words(key)
        fine = words.status in (WorkStatus.ON_TRACK, WorkStatus.DONE)
        return not fine or bool(words.problem) or bool(self.reached(key))

    def first_words(self, key: ReportKey, returned: Return) -> ReportWords:
        """What was sent first, before it was returned."""
        told = self.reports[key.task]
        row = told.get("by", {}).get(key.unit, told)[key.round]
        values = [
            (value * returned.wrong).quantize(value, ROUND_HALF_UP) for value in self.values_of(key)
        ]
        return self._worded(key, {**row, "text": returned.text or row["text"]}, tuple(values))

    def values_of(self, key: ReportKey) -> tuple[Decimal, ...]:
        """The numbers of a report, one a measure."""
        unit = key.unit if any("by" in row for row in self.numbers.get(key.task, ())) else ""
        measures = range(1, len(self.measures.get(key.task, ())) + 1)
        return tuple(self.value(key.task, no, key.round, unit) for no in measures)

    def _worded(
        self, key: ReportKey, row: dict[str, Any], values: tuple[Decimal, ...]
    ) -> ReportWords:
        fields: dict[str, object] = dict(self.places.get(key.unit, {}))
        place = ROUNDS.index(key.round)
        for no, value in enumerate(values, 1):
            letter = _LETTERS[no - 1]
            before = self.value(key.task, no, ROUNDS[place - 1]) if place else Decimal(0)
            whole = self.year_targets(key.task, no)[2021]
            fields[letter], fields[f"d{letter}"] = f"{value:f}", f"{value - before:f}"
            fields[f"p{letter}"] = f"{value * 100 / whole:.0f}"
        status = row.get("status", WorkStatus.ON_TRACK)
        held_up = self.year["held_up"] if status in HELD_UP else ""
        return ReportWords(
            text=str(row.get("text", "")).format(**fields),
            status=status,
            problem=row.get("problem", held_up),
            help_from=row.get("help", ""),
            nil_reason=row.get("nil", ""),
            values=values,
        )


def _last_of(year: int) -> str:
    return ROUNDS[-1] if year == FIRST else f"{year}{ROUNDS[-1]}"
