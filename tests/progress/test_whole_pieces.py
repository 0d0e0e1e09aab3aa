"""A path asks for whole pieces, and nobody who shows the number that is shown is behind."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.progress.lights import Light, NumberState, Thresholds, number_light
from workflow.rules.progress.paths import PathPoint, asked
from workflow.rules.reporting.policy import PlanPolicy


def point(expected: str, target: str, start: str = "0") -> PathPoint:
    return PathPoint(Decimal(start), Decimal(expected), Decimal(target))


@pytest.mark.parametrize(
    ("expected", "target", "op", "unit", "wanted"),
    [
        ("0.47", "1", ">=", "个", "0"),
        ("24.9", "100", ">=", "人", "24"),
        ("24.9", "100", "<=", "人", "25"),
        ("1.9233", "2.6", ">=", "万人", "1.92"),
        ("103.7", "400", ">=", "亿元", "103.7"),
        ("0.1234", "0.125", ">=", "%", "0.123"),
        ("0.125", "0.125", ">=", "%", "0.125"),
    ],
)
def test_what_is_asked(expected: str, target: str, op: str, unit: str, wanted: str) -> None:
    assert asked(point(expected, target), op, unit).expected == Decimal(wanted)


def test_half_a_centre_is_not_missed() -> None:
    half = NumberState("中心", ">=", "个", asked(point("0.47", "1"), ">=", "个"), Decimal(0))
    assert number_light(half).light == Light.GREY


def test_the_number_that_is_shown_is_on_the_path() -> None:
    where = asked(point("1.9233", "2.6"), ">=", "万人")
    judged = number_light(NumberState("引进", ">=", "万人", where, Decimal("1.92")))
    assert judged.light == Light.GREEN
    assert "1.92" in str(judged)


@given(
    st.decimals("0", "10000", places=6),
    st.decimals("0.01", "10000", places=2),
    st.sampled_from(["人", "万人", "%", "亿元"]),
)
def test_more_is_never_asked_than_the_path(expected: Decimal, target: Decimal, unit: str) -> None:
    where = PathPoint(Decimal(0), min(expected, target), target)
    assert asked(where, ">=", unit).expected <= where.expected
    assert asked(where, "<=", unit).expected >= where.expected
    assert asked(PathPoint(Decimal(0), target, target), ">=", unit).expected == target


def test_the_policy_names_the_tolerance() -> None:
    number = NumberState("引进", ">=", "人", point("100", "400"), Decimal(95))
    assert number_light(number).light == Light.YELLOW
    lenient = PlanPolicy(green_percent=95, yellow_percent=70)
    assert number_light(number, lenient.thresholds).light == Light.GREEN
    assert PlanPolicy.from_json(lenient.to_json()).thresholds == lenient.thresholds
    assert PlanPolicy().thresholds == Thresholds()
