"""Paths by year, lights, and the break that a changed definition is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.indicators.forecast import Outlook
from workflow.rules.indicators.path import Promise, definition_in, expected, years_of
from workflow.rules.indicators.state import YearValue, awaited_year, state_of
from workflow.rules.indicators.words import Firmness, IndicatorKind, PathKind
from workflow.rules.progress.lights import Light

SKILLED = Promise(IndicatorKind.LEVEL, "=", "万人", 2020, Decimal("7.1"), 2025, Decimal(12))


def value(year: int, text: str, firmness: Firmness = Firmness.CONFIRMED, **more: bool) -> YearValue:
    return YearValue(year, Decimal(text), firmness, **more)


def ends(promise: Promise) -> list[str]:
    points = [expected(promise, year) for year in range(2020, 2026)]
    return [str(point.expected) if point else "" for point in points]


def test_the_straight_path_is_the_one_in_the_papers() -> None:
    assert ends(SKILLED) == ["7.1", "8.08", "9.06", "10.04", "11.02", "12"]


def test_a_stepped_path_stays_until_the_next_year_named() -> None:
    steps = {2022: Decimal(9), 2024: Decimal(11)}
    stepped = replace(SKILLED, path_kind=PathKind.STEPPED, path_values=steps)
    assert ends(stepped) == ["7.1", "7.1", "9", "9", "11", "12"]


def test_values_of_its_own_are_met_and_between_them_it_is_straight() -> None:
    own = replace(
        SKILLED, path_kind=PathKind.OWN, path_values={2021: Decimal(7), 2023: Decimal(10)}
    )
    assert ends(own) == ["7.1", "7", "8.5", "10", "11", "12"]


def test_each_year_by_itself_and_growth() -> None:
    yearly = replace(SKILLED, kind=IndicatorKind.YEARLY)
    assert ends(yearly) == ["12"] * 6
    stepped = replace(yearly, path_kind=PathKind.STEPPED, path_values={2021: Decimal(8)})
    assert ends(stepped) == ["12", "8", "8", "8", "8", "12"]
    assert ends(replace(SKILLED, kind=IndicatorKind.GROWTH)) == ["", "", "", "", "", "12"]


def test_without_a_baseline_only_the_target_year_is_judged() -> None:
    assert ends(replace(SKILLED, baseline=None)) == ["", "", "", "", "", "12"]
    assert ends(replace(SKILLED, target=None)) == [""] * 6


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_straight_path_is_monotone_and_ends_at_its_target(begin, end) -> None:
    promise = replace(SKILLED, baseline=begin, target=end)
    found = [expected(promise, year).expected for year in range(2020, 2026)]
    assert found[-1] == end
    # A level that is as good as its target may fall back to it, no further.
    assert found == sorted(found) or set(found[1:]) == {end}


@pytest.mark.parametrize(
    ("reached", "light"), [("10.04", Light.GREEN), ("9.8", Light.YELLOW), ("8.87", Light.RED)]
)
def test_the_last_sure_value_is_held_against_its_year(reached: str, light: Light) -> None:
    found = state_of("高技能人才", SKILLED, [value(2022, "9.9"), value(2023, reached)])
    assert (found.judgement.light, found.point.expected) == (light, Decimal("10.04"))
    assert not found.reached


def test_an_estimate_and_what_is_objected_to_judge_nothing() -> None:
    unsure = [value(2022, "9.9"), value(2023, "2", Firmness.EXPECTED)]
    assert state_of("x", SKILLED, unsure).judged.year == 2022
    unsure[1] = value(2023, "2", Firmness.PRELIMINARY, objected=True)
    assert state_of("x", SKILLED, unsure).judged.year == 2022
    unsure[1] = value(2023, "2", Firmness.PRELIMINARY)
    assert state_of("x", SKILLED, unsure).judged.year == 2023
    assert state_of("x", SKILLED, []).judgement.light == Light.GREY


def test_a_changed_definition_breaks_line_light_and_forecast() -> None:
    values = [value(2021, "8"), value(2022, "9"), value(2023, "10"), value(2024, "11.1")]
    whole = state_of("x", SKILLED, values)
    assert whole.outlook is not None
    broken = state_of("x", SKILLED, values, changes=[2023])
    assert (broken.judgement.light, broken.forecast, broken.same_definition) == (
        Light.GREY, None, 2,
    )  # fmt: skip
    assert "口径" in str(broken.judgement) or "definition" in str(broken.judgement)
    restated = replace(SKILLED, definition=2023)
    again = state_of("x", restated, values, changes=[2023])
    assert (again.judgement.light, again.forecast) == (Light.GREEN, None)


def test_the_forecast_is_held_against_the_target() -> None:
    slow = [value(2021, "7.4"), value(2022, "8.1"), value(2023, "8.87", Firmness.PRELIMINARY)]
    found = state_of("x", SKILLED, slow)
    assert (found.forecast.year, found.outlook) == (2025, Outlook.MISSES)
    assert found.forecast.high < 12


def test_what_is_reached_is_said() -> None:
    assert state_of("x", SKILLED, [value(2023, "12")]).reached
    cap = replace(SKILLED, op="<=", baseline=Decimal(20))
    assert state_of("x", cap, [value(2023, "12")]).reached
    assert not state_of("x", cap, [value(2023, "12.1")]).reached


@given(st.lists(st.integers(2015, 2030), max_size=4), st.integers(2010, 2035))
def test_a_year_counts_by_the_last_definition_before_it(changes, year: int) -> None:
    found = definition_in(year, changes)
    assert found == 0 or (found in changes and found <= year)
    assert not any(found < change <= year for change in changes)


@pytest.mark.parametrize(
    ("today", "year"),
    [((2022, 2, 28), None), ((2022, 3, 1), 2021), ((2023, 2, 1), 2021), ((2024, 3, 2), 2021)],
)
def test_the_source_is_asked_from_its_month_on(today, year: int | None) -> None:
    assert awaited_year([], 2021, 3, date(*today)) == year
    assert awaited_year([], 2021, None, date(*today)) is None
    there = [value(2021, "1"), value(2022, "1", Firmness.EXPECTED)]
    assert awaited_year(there, 2021, 3, date(2024, 3, 1)) == 2022


def test_a_drawing_goes_from_the_baseline_to_the_target() -> None:
    assert list(years_of(SKILLED, 2021, 2025)) == [2020, 2021, 2022, 2023, 2024, 2025]
