"""The forecast is honest: exact where it can be, wide where little is known, silent below three."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.indicators.forecast import T_90, Outlook, forecast

numbers = st.decimals(-10_000, 10_000, places=2)
series = st.dictionaries(st.integers(2010, 2024), numbers, min_size=3, max_size=8)


@pytest.mark.parametrize("freedom", [1, 2, 3, 5, 10, 20])
def test_the_table_of_t_is_students(freedom: int) -> None:
    whole = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    end, steps = float(T_90[freedom - 1]), 20_000
    width = end / steps

    def density(x: float) -> float:
        return (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    area = sum(density((n + 0.5) * width) for n in range(steps)) * width * whole
    assert area == pytest.approx(0.4, abs=2e-5)


def test_a_known_example_by_hand() -> None:
    found = forecast({2021: Decimal("7.4"), 2022: Decimal("8.3"), 2023: Decimal("8.8")}, 2025)
    # slope 0.7, mean 8.1667, residuals -0.0667, 0.1333, -0.0667: s² = 0.026667, df 1, t 3.0777;
    # sqrt(0.026667 * (1 + 1/3 + 9/2)) = 0.39441; half width 1.21388 around 10.26667.
    assert (found.middle, found.low, found.high) == (
        Decimal("10.3"), Decimal("9.0"), Decimal("11.5"),
    )  # fmt: skip


def test_the_baseline_narrows_and_does_not_count_as_one_of_three() -> None:
    two = {2021: Decimal(8), 2022: Decimal("8.5")}
    assert forecast(two, 2025, (2020, Decimal(7))) is None
    three = two | {2023: Decimal("9.4")}
    alone, with_base = forecast(three, 2025), forecast(three, 2025, (2020, Decimal("7.2")))
    assert with_base.high - with_base.low < alone.high - alone.low


@given(series)
def test_the_line_lies_in_its_interval_which_is_never_a_point(values) -> None:
    found = forecast(values, 2030)
    assert found.low < found.middle < found.high or found.high > found.low


@given(series, st.integers(2025, 2030))
def test_farther_away_is_never_narrower(values, year: int) -> None:
    near, far = forecast(values, year), forecast(values, year + 3)
    assert far.high - far.low >= near.high - near.low - Decimal("0.02")


@given(series, st.integers(-500, 500))
def test_a_shift_of_all_values_shifts_the_forecast(values, by: int) -> None:
    found = forecast(values, 2030)
    moved = forecast({year: value + by for year, value in values.items()}, 2030)
    # Halves are rounded away from zero, so a shift across zero may move the last digit.
    last_digit = Decimal("0.01")
    assert abs(moved.middle - by - found.middle) <= last_digit
    assert abs(moved.low - by - found.low) <= last_digit
    assert abs(moved.high - by - found.high) <= last_digit


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(3, 6))
def test_a_straight_line_goes_on(start: int, step: int, n: int) -> None:
    found = forecast({2020 + k: Decimal(start + k * step) for k in range(n)}, 2030)
    assert found.middle == start + 10 * step


@given(st.dictionaries(st.integers(2010, 2024), numbers, max_size=2))
def test_below_three_nothing_is_said(values) -> None:
    assert forecast(values, 2030) is None


def test_what_lies_behind_is_not_forecast() -> None:
    values = {year: Decimal(year) for year in (2023, 2024, 2025)}
    assert forecast(values, 2025) is None


@pytest.mark.parametrize(
    ("op", "target", "outlook"),
    [(">=", 9, Outlook.REACHES), (">=", 10, Outlook.OPEN), (">=", 12, Outlook.MISSES),
     ("<=", 12, Outlook.REACHES), ("<=", 10, Outlook.OPEN), ("<=", 8, Outlook.MISSES)],
)  # fmt: skip
def test_only_the_whole_interval_says_yes_or_no(op: str, target: int, outlook: Outlook) -> None:
    found = forecast({2021: Decimal("7.4"), 2022: Decimal("8.3"), 2023: Decimal("8.8")}, 2025)
    assert found.outlook(op, Decimal(target)) == outlook
