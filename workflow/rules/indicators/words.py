"""The kinds of things that an indicator is made of, and what people read for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from i18n import mark


class Firmness(StrEnum):
    """How firm a value is: 预计, 初步, 核定. Whoever reports says one of the first two; only the
    data source makes a value confirmed. Words are in workflow.rules.reporting.content."""

    EXPECTED = "expected"
    PRELIMINARY = "preliminary"
    CONFIRMED = "confirmed"


class SourceVerdict(StrEnum):
    """What the data source says of a preliminary value."""

    CONFIRMED = "confirmed"
    OBJECTED = "objected"


class PathKind(StrEnum):
    """How the way from the baseline to the target is spread over the years.

    *straight*: the same step each year. *stepped*: from each year that is named on, its value.
    *own*: the value of each year that is named, between them straight.
    """

    STRAIGHT = "straight"
    STEPPED = "stepped"
    OWN = "own"


PATHS: Mapping[str, str] = {
    PathKind.STRAIGHT: mark("straight, the same step each year"),
    PathKind.STEPPED: mark("stepped, from each year named on its value"),
    PathKind.OWN: mark("values of its own by year"),
}


class IndicatorKind(StrEnum):
    """What an indicator counts. *level*: where it stands at the end of the year, a sum since the
    plan began among them; *yearly*: each year by itself; *growth*: a rate of growth over the
    years, which is judged in the target year alone."""

    LEVEL = "level"
    YEARLY = "yearly"
    GROWTH = "growth"


KINDS: Mapping[str, str] = {
    IndicatorKind.LEVEL: mark("where it stands at the end of the year"),
    IndicatorKind.YEARLY: mark("each year by itself"),
    IndicatorKind.GROWTH: mark("average growth over the years"),
}
