"""The indicator that a verb is about, held, with the version in force and its last value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from db.models import Indicator, IndicatorValue, IndicatorVersion, Plan
from i18n import mark
from workflow.rules.refusals import Conflict, WrongState
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


@dataclass(frozen=True)
class HeldIndicator:
    """An indicator that nobody else changes meanwhile."""

    indicator: Indicator
    plan: Plan
    version: IndicatorVersion

    @property
    def path_values(self) -> dict[int, Decimal]:
        return read_path(self.version.path_values)


def read_path(text: str) -> dict[int, Decimal]:
    """The values by year that a version keeps for its path."""
    return {int(year): Decimal(value) for year, value in json.loads(text).items()}


def hold_indicator(c: Context, indicator_id: int) -> HeldIndicator:
    """The indicator, if the actor sees it. Raises NotFound; WrongState where it is dropped."""
    indicator = find_visible(c, Indicator, indicator_id, hold=True)
    version = c.session.scalars(
        select(IndicatorVersion).where(
            IndicatorVersion.indicator_id == indicator_id, IndicatorVersion.open()
        )
    ).one_or_none()
    if version is None:
        raise WrongState(mark("The plan no longer has this indicator."))
    return HeldIndicator(indicator, c.session.get_one(Plan, indicator.plan_id), version)


def last_value(c: Context, indicator_id: int, year: int) -> IndicatorValue | None:
    """What was reported last for a year."""
    return c.session.scalars(
        select(IndicatorValue)
        .where(IndicatorValue.indicator_id == indicator_id, IndicatorValue.year == year)
        .order_by(IndicatorValue.no.desc())
        .limit(1)
    ).one_or_none()


def overtaken() -> Conflict:
    """Somebody else wrote first."""
    return Conflict(
        mark("Somebody else has changed this indicator in the meantime. Look at it again.")
    )
