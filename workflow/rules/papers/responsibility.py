"""责任清单: what each unit answers for: numbers, shares by year, results and dates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Share:
    """A unit's share of a measure in a year."""

    unit: str
    year: int
    value: Decimal


@dataclass(frozen=True)
class MeasureDemand:
    """A number that a task must reach: `written` as in the document, in all by `by_year`.
    `adds_up`: the whole of a year is the sum of the units' shares."""

    metric: str
    op: str
    value: Decimal | None
    unit: str
    by_year: int | None
    written: str
    adds_up: bool
    shares: tuple[Share, ...]

    def by_years(self) -> dict[int, tuple[Share, ...]]:
        """The shares of each year."""
        found: dict[int, list[Share]] = defaultdict(list)
        for share in self.shares:
            found[share.year].append(share)
        return {year: tuple(found[year]) for year in sorted(found)}


@dataclass(frozen=True)
class StepDemand:
    """A milestone, or a deliverable that must exist, by a date."""

    title: str
    due: date
    deliverable: bool


@dataclass(frozen=True)
class TaskDemand:
    """A task with who answers for it. `due_text`: how the document says the date; `leads` and
    `supports` name groups as the document does."""

    code: str
    title: str
    due: date | None
    due_text: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    measures: tuple[MeasureDemand, ...]
    steps: tuple[StepDemand, ...]


@dataclass(frozen=True)
class ItemDemand:
    """A heading of the plan with its tasks."""

    code: str
    title: str
    tasks: tuple[TaskDemand, ...]


@dataclass(frozen=True)
class ResponsibilityList:
    """The list of a plan as it stands at the end of `day`; `issued` by which document, if it is."""

    plan: str
    office: str
    day: date
    first_year: int
    last_year: int
    document: str
    items: tuple[ItemDemand, ...]

    @property
    def tasks(self) -> tuple[TaskDemand, ...]:
        return tuple(task for item in self.items for task in item.tasks)
