from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.progress.paths import (
    Curve,
    CurveKind,
    PathPoint,
    attainment,
    path,
    read_curve,
    share,
)
from workflow.rules.refusals import Invalid

D = Decimal
YEAR_END = Curve(CurveKind.YEAR_END)
STEPPED = Curve(
    CurveKind.STEPPED,
    ((date(2021, 3, 31), D("0.1")), (date(2021, 9, 30), D("0.6")), (date(2022, 6, 30), D("0.5"))),
)
curves = st.sampled_from([Curve(), YEAR_END, STEPPED])
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
values = st.decimals(0, 10**6, places=2)
targets = st.dictionaries(st.integers(2021, 2025), values, min_size=1)
kinds = st.sampled_from(["cumulative", "new", "annual", "ratio", "stock", "growth"])


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        # 100 in 2021 and 200 in 2022
        ("cumulative", date(2020, 12, 31), None),
        ("cumulative", date(2021, 3, 31), "25"),
        ("cumulative", date(2021, 12, 31), "100"),
        ("cumulative", date(2022, 6, 30), "200"),
        ("new", date(2022, 12, 31), "300"),
        ("new", date(2023, 5, 1), "300"),
        ("annual", date(2021, 6, 30), "50"),
        ("annual", date(2022, 3, 31), "50"),
        ("annual", date(2023, 3, 31), None),
        ("stock", date(2021, 6, 30), None),
        ("stock", date(2021, 12, 31), "100"),
        ("ratio", date(2022, 6, 30), "150"),
        ("ratio", date(2023, 6, 30), "200"),
        ("growth", date(2021, 12, 30), None),
        ("growth", date(2021, 12, 31), "100"),
    ],
)
def test_where_a_number_should_be_by_its_kind(kind: str, on: date, expected: str | None) -> None:
    point = path(kind, ">=", {2021: D(100), 2022: D(200)}, on)
    assert (point and point.expected) == (expected and D(expected))


def test_a_straight_path_takes_a_twelfth_a_month_and_days_within_it() -> None:
    assert share(Curve(), date(2021, 1, 31)) * 12 == 1
    assert share(Curve(), date(2024, 2, 29)) * 12 == 2
    assert share(Curve(), date(2021, 4, 15)) * 24 == 7
    point = path("annual", ">=", {2021: D(100)}, date(2021, 1, 10))
    assert point
    assert point.expected == D("2.688172")  # 100 / 12 × 10 / 31, half up to six decimals


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2021, 3, 30), 0),
        (date(2021, 3, 31), 10),
        (date(2021, 12, 30), 60),
        (date(2021, 12, 31), 100),
        (date(2022, 6, 29), 100),
        (date(2022, 6, 30), 150),
    ],
)
def test_a_stepped_path_rises_on_its_dates(on: date, expected: int) -> None:
    point = path("new", ">=", {2021: D(100), 2022: D(100)}, on, curve=STEPPED)
    assert point
    assert point.expected == expected


def test_a_year_end_path_wants_nothing_before_the_last_day() -> None:
    assert path("annual", ">=", {2021: D(9)}, date(2021, 12, 30), curve=YEAR_END) == PathPoint(
        D(0), D(0), D(9)
    )
    assert path("annual", ">=", {2021: D(9)}, date(2021, 12, 31), curve=YEAR_END) == PathPoint(
        D(0), D(9), D(9)
    )


def test_a_level_without_yearly_shares_goes_from_baseline_to_target() -> None:
    point = path(
        "stock", ">=", {2025: D(55)}, date(2022, 12, 31), baseline=D(45), baseline_year=2020
    )
    assert point == PathPoint(D(45), D(49), D(55))


def test_a_level_already_reached_may_fall_back_to_its_target_and_no_further() -> None:
    point = path("ratio", ">=", {2021: D(90)}, date(2021, 6, 30), baseline=D(95))
    assert point == PathPoint(D(95), D(90), D(90))
    assert attainment(point, ">=", D(91)) == 1
    assert attainment(point, ">=", D(45)) == D("0.5")


def test_a_ceiling_holds_in_full_from_the_first_day() -> None:
    point = path("annual", "<=", {2021: D(10)}, date(2021, 1, 1))
    assert point == PathPoint(D(0), D(10), D(10))
    assert attainment(point, "<=", D(10)) == 1
    assert attainment(point, "<=", D(20)) == D("0.5")


def test_ceilings_of_sums_and_of_levels_below_them_hold_in_full_too() -> None:
    budget = path("cumulative", "<=", {2021: D(10), 2022: D(20)}, date(2022, 1, 1))
    assert budget == PathPoint(D(0), D(30), D(30))
    low_level = path("ratio", "<=", {2021: D(5)}, date(2021, 6, 30), baseline=D(3))
    assert low_level == PathPoint(D(3), D(5), D(5))


def test_a_level_that_is_to_fall_is_behind_above_its_path() -> None:
    point = path("ratio", "<=", {2021: D(4)}, date(2021, 6, 30), baseline=D(6))
    assert point == PathPoint(D(6), D(5), D(4))
    assert attainment(point, "<=", D("5")) == 1
    assert attainment(point, "<=", D("5.5")) == D("0.5")
    assert attainment(point, "<=", D("7")) == 0


def test_attainment_counts_from_the_baseline_and_is_never_rounded_up() -> None:
    point = PathPoint(D(40), D(50), D(60))
    assert attainment(point, ">=", D(45)) == D("0.5")
    assert attainment(point, ">=", D("49.9999999")) == D("0.9999")
    assert attainment(point, ">=", D(30)) == 0
    assert attainment(PathPoint(D(0), D(0), D(9)), ">=", D(5)) is None


@given(kinds, targets, days, st.integers(0, 400), curves, st.none() | values)
def test_a_floors_path_never_falls_within_a_year_while_targets_rise(
    kind: str, given_targets: dict[int, D], day: date, n: int, curve: Curve, baseline: D | None
) -> None:
    rising = dict(zip(sorted(given_targets), sorted(given_targets.values()), strict=True))
    start = min([*rising.values()]) if baseline is None else min(baseline, *rising.values())
    later_day = min(day + timedelta(days=n), date(day.year, 12, 31))
    now = path(kind, ">=", rising, day, curve=curve, baseline=start)
    later = path(kind, ">=", rising, later_day, curve=curve, baseline=start)
    if now and later:
        assert now.start <= now.expected <= later.expected <= later.target
        assert now.start == later.start


@given(kinds, st.sampled_from([">=", "="]), targets, st.integers(2021, 2025), curves)
def test_the_last_day_of_a_year_wants_its_whole_target(
    kind: str, op: str, year_targets: dict[int, D], year: int, curve: Curve
) -> None:
    point = path(kind, op, year_targets, date(year, 12, 31), curve=curve)
    if point and year in year_targets:
        assert point.expected == point.target
        if kind in ("annual", "ratio", "stock", "growth"):
            assert point.expected == year_targets[year]


@given(kinds, targets, days, curves, values, values)
def test_more_is_never_worse_for_a_floor_nor_less_for_a_ceiling(
    kind: str, year_targets: dict[int, D], day: date, curve: Curve, a: D, b: D
) -> None:
    low, high = sorted((a, b))
    for op, worse, better in ((">=", low, high), ("<=", high, low)):
        point = path(kind, op, year_targets, day, curve=curve, baseline=D(50))
        if point:
            first, second = attainment(point, op, worse), attainment(point, op, better)
            if first is not None and second is not None:
                assert first <= second


@pytest.mark.parametrize("curve", [Curve(), YEAR_END, STEPPED])
def test_a_curve_is_read_back_from_its_text(curve: Curve) -> None:
    assert read_curve(str(curve)) == curve


@pytest.mark.parametrize(
    "text", ["", "round", "stepped", "stepped 2021-03-31", "straight 2021-03-31=0.5", "stepped x=1"]
)
def test_a_text_that_is_no_curve_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_curve(text)


@pytest.mark.parametrize(
    "steps",
    [
        ((date(2021, 6, 30), D("0.5")), (date(2021, 3, 31), D("0.6"))),
        ((date(2021, 3, 31), D("0.5")), (date(2021, 6, 30), D("0.4"))),
        ((date(2021, 3, 31), D("1.5")),),
    ],
)
def test_steps_that_fall_or_leave_the_whole_are_refused(steps: tuple[tuple[date, D], ...]) -> None:
    with pytest.raises(Invalid):
        Curve(CurveKind.STEPPED, steps)
