"""年度台账: what every unit of a plan did in a year, row by row, before anything is added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow.rules.progress.lights import Light


@dataclass(frozen=True)
class LedgerTask:
    """A unit's part in a task, with how its reports of the year stood."""

    unit: str
    code: str
    title: str
    role: str
    light: Light
    reason: str
    due: date | None
    on_time: int
    late: int
    missing: int
    not_due: int


@dataclass(frozen=True)
class LedgerNumber:
    """A unit's number: reached of the year's target, in `counted_in`."""

    unit: str
    code: str
    metric: str
    counted_in: str
    target: Decimal | None
    reached: Decimal | None


@dataclass(frozen=True)
class YearLedger:
    """The ledger of a plan as it stood at the end of `day`; `units` in their usual order."""

    plan: str
    year: int
    day: date
    units: tuple[str, ...]
    tasks: tuple[LedgerTask, ...]
    numbers: tuple[LedgerNumber, ...]
