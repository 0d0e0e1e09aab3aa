"""The script of the simulated year, read from `life/*.yaml`: who plays, and what is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from workflow.rules.progress.lights import HELD_UP, WorkStatus

ROUNDS = ("Q1", "Q2", "Q3", "Q4")
# Shares of a year's target that are reached by the four rounds.
PACES = {
    "ahead": ("0.30", "0.62", "0.90", "1.06"),
    "on": ("0.24", "0.49", "0.74", "0.95"),
    WorkStatus.BEHIND: ("0.15", "0.36", "0.57", "0.78"),
    WorkStatus.STUCK: ("0.10", "0.17", "0.24", "0.30"),
}
_LETTERS = "abcdef"


@dataclass(frozen=True)
class ReportKey:
    """One report: task code, unit name, round code such as Q3."""

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
    """The whole script. `year` is life/year.yaml as it stands."""

    year: dict[str, Any]
    cast: dict[str, Any]
    numbers: dict[str, list[dict[str, Any]]]
    places: dict[str, dict[str, Any]]
    reports: dict[str, dict[str, Any]] = field(repr=False)

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
        for row in self.year["returns"]:
            more = {k: row[k] for k in ("reason", "note", "text", "evidence", "open") if k in row}
            wrong = Decimal(str(row.get("wrong", 1)))
            found[ReportKey(row["task"], row["unit"], row["round"])] = Return(wrong=wrong, **more)
        return found

    @cached_property
    def sent_back(self) -> dict[ReportKey, str]:
        """Reports that the deputy head sent back once, with the reason."""
        rows = self.year["sent_back"]
        return {ReportKey(r["task"], r["unit"], r["round"]): r["reason"] for r in rows}

    @cached_property
    def slow_reviews(self) -> frozenset[tuple[str, str]]:
        """(task, round) of reports whose review took too long."""
        return frozenset((row["task"], row["round"]) for row in self.year["slow_reviews"])

    def reached(self, key: ReportKey) -> list[tuple[int, date, str]]:
        """What a report says was reached: number within the task, date, document."""
        return [
            (row["step"], row["day"], row.get("document", ""))
            for row in self.year["reached"]
            if (row["task"], row["round"]) == (key.task, key.round)
        ]

    @cached_property
    def never(self) -> frozenset[ReportKey]:
        """Reports that were never filed."""
        return frozenset(ReportKey(r["task"], r["unit"], r["round"]) for r in self.year["never"])

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
        for stage, names in self.year["fourth_round"].items():
            for name in names:
                task, _, unit = str(name).partition(" ")
                if task == key.task and unit in ("", key.unit):
                    return str(stage)
        return ""

    def year_targets(self, task: str, no: int) -> dict[int, Decimal]:
        """Year → target of the task's measure (numbered from 1)."""
        row = self.numbers[task][no - 1]
        return {2021 + i: Decimal(str(value)) for i, value in enumerate(row["years"])}

    def value(self, task: str, no: int, round_code: str) -> Decimal:
        """What stands in the report of a round for a measure, in the measure's unit."""
        row, place = self.numbers[task][no - 1], ROUNDS.index(round_code)
        if "levels" in row:
            return Decimal(row["levels"][place])
        step = Decimal(1).scaleb(-int(row.get("digits", 0)))
        shares = [Decimal(str(share)) for share in PACES.get(str(row["pace"]), row["pace"])]
        if str(row["pace"]) in PACES:
            jitter = Decimal(self.dice("pace", task, no).randrange(960, 1040)) / 1000
            shares = [share * jitter for share in shares]
        target = Decimal(str(row["years"][0]))
        return (target * shares[place]).quantize(step, ROUND_HALF_UP)

    def words(self, key: ReportKey, own: bool = True) -> ReportWords:
        """The good report of a task, unit and round, its numbers filled in; `own`: for the office,
        not for another lead."""
        told = self.reports.get(key.task, {})
        row = told.get("by", {}).get(key.unit, told if own else {}).get(key.round)
        if row is None:
            texts = [a.get("text", "") for a in self.year["asked"] if key.unit in a["of"]]
            return ReportWords(
                text=str(next(filter(None, texts), self.year["otherwise"][key.round]))
            )
        return self._worded(key, row, self.values_of(key))

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
        measures = range(1, len(self.numbers.get(key.task, ())) + 1)
        return tuple(self.value(key.task, no, key.round) for no in measures)

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


def read_story() -> Story:
    """The script that is shipped."""
    place = files("luoshi.demo.year").joinpath("life")

    def read(name: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(place.joinpath(f"{name}.yaml").read_text("utf-8"))
        return found

    return Story(
        year=read("year"),
        cast=read("cast"),
        numbers=read("numbers"),
        places=read("places"),
        reports=read("reports-1") | read("reports-2"),
    )
