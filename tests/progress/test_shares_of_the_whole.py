"""Year targets are split evenly and checked against the whole."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.progress.shares import MeasureToShare, Share, check, suggest

NUMBERS = st.decimals(min_value=0, max_value=10**6, places=2)


def whole(
    kind: str, value: str = "100", op: str = ">=", baseline: str | None = None
) -> MeasureToShare:
    start = None if baseline is None else Decimal(baseline)
    return MeasureToShare(kind, op, Decimal(value), "人", 2025, start)


@pytest.mark.parametrize(
    ("kind", "baseline", "expected"),
    [
        ("new", None, [20, 20, 20, 20, 20]),
        ("cumulative", "40", [12, 12, 12, 12, 12]),
        ("annual", None, [100, 100, 100, 100, 100]),
        ("ratio", "50", [60, 70, 80, 90, 100]),
        ("ratio", None, [100]),
        ("growth", None, [100, 100, 100, 100, 100]),
    ],
)
def test_the_years_go_in_a_straight_line(
    kind: str, baseline: str | None, expected: list[int]
) -> None:
    made = suggest(whole(kind, baseline=baseline), [7], 2021, 2025)
    assert [share.value for share in made] == expected


def test_people_are_not_split() -> None:
    made = suggest(whole("new", "8"), [1, 2], 2021, 2023)
    assert all(share.value == int(share.value) for share in made)
    assert sum(share.value for share in made) == 8


@given(NUMBERS, st.integers(1, 6), st.sampled_from(["new", "cumulative", "annual", "stock"]))
def test_what_is_suggested_always_makes_the_whole(value: Decimal, units: int, kind: str) -> None:
    of = MeasureToShare(kind, ">=", value, "人", 2025)
    made = suggest(of, list(range(units)), 2021, 2025)
    assert check(of, made) == ()


@given(NUMBERS.filter(lambda n: n > 1), st.sampled_from(["new", "stock", "ratio", "annual"]))
def test_one_less_is_found(value: Decimal, kind: str) -> None:
    of = MeasureToShare(kind, ">=", value, "人", 2025)
    *made, last = suggest(of, [1], 2021, 2025)
    short = Share(1, last.year, last.value - Decimal("0.01"))
    assert len(check(of, [*made, short])) == 1


def test_a_ceiling_is_not_passed_and_a_floor_may_be() -> None:
    shares = [Share(1, 2025, Decimal(101))]
    assert check(whole("new"), shares) == ()
    assert len(check(whole("new", op="<="), shares)) == 1


def test_a_sum_is_judged_when_its_last_year_is_there() -> None:
    assert check(whole("new"), [Share(1, 2021, Decimal(1))]) == ()
    assert len(check(whole("new"), [Share(1, 2025, Decimal(1))])) == 1


def suggested(
    kind: str, value: str, baseline: str | None = None, units: int = 2
) -> list[tuple[int, int, str]]:
    found = suggest(whole(kind, value, baseline=baseline), range(1, units + 1), 2024, 2026)
    return [(share.year, share.unit_id, str(share.value)) for share in found]


def test_a_suggested_split_goes_straight_over_the_years_and_evenly_over_units() -> None:
    assert suggested("cumulative", "101", "1") == [
        (2024, 1, "25"), (2024, 2, "25"), (2025, 1, "25"), (2025, 2, "25"),
    ]  # fmt: skip
    assert suggested("cumulative", "5") == [
        (2024, 1, "2"), (2024, 2, "1"), (2025, 1, "1"), (2025, 2, "1"),
    ]  # fmt: skip
    assert suggested("ratio", "80", "60") == [
        (2024, 1, "70"), (2024, 2, "70"), (2025, 1, "80"), (2025, 2, "80"),
    ]  # fmt: skip
    assert suggested("growth", "7") == [(y, u, "7") for y in (2024, 2025) for u in (1, 2)]
    assert suggested("stock", "10") == [(2025, 1, "5"), (2025, 2, "5")]
    assert suggested("annual", "0.3") == [
        (2024, 1, "0.2"), (2024, 2, "0.1"), (2025, 1, "0.2"), (2025, 2, "0.1"),
    ]  # fmt: skip


def test_nothing_is_suggested_without_units_or_years() -> None:
    assert suggested("annual", "3", units=0) == []
    assert suggest(whole("annual"), [1], 2026, 2027) == ()
