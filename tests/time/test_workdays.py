from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.time.calendar import Calendar

CHINA = Calendar()
days = st.dates(date(2019, 1, 1), date(2029, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=20).map(Calendar)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2021, 2, 7), True),  # a Sunday, worked for the Spring Festival
        (date(2021, 2, 11), False),  # a Thursday, the festival's eve
        (date(2021, 10, 9), True),  # a Saturday, worked for the National Day
        (date(2021, 10, 8), True),
        (date(2021, 10, 7), False),
        (date(2021, 9, 20), False),  # a Monday, moved for the Mid-Autumn Festival
        (date(2021, 9, 18), True),  # the Saturday before pays for it
        (date(2022, 1, 3), False),  # a Monday, free for the New Year
    ],
)
def test_moved_days_are_worked_and_free_as_published(day: date, worked: bool) -> None:
    assert CHINA.is_workday(day) is worked


def test_the_week_of_the_national_day_is_stepped_over() -> None:
    assert CHINA.add_workdays(date(2021, 9, 30), 1) == date(2021, 10, 8)
    assert CHINA.add_workdays(date(2021, 9, 30), 2) == date(2021, 10, 9)
    assert CHINA.workdays_between(date(2021, 9, 30), date(2021, 10, 9)) == 2
    assert CHINA.add_workdays(date(2021, 10, 8), -1) == date(2021, 9, 30)
    assert CHINA.next_workday(date(2021, 10, 1)) == date(2021, 10, 8)
    assert CHINA.last_workday(date(2021, 10, 7)) == date(2021, 9, 30)


def test_the_day_from_which_one_counts_is_not_counted() -> None:
    friday, saturday, monday = date(2021, 11, 26), date(2021, 11, 27), date(2021, 11, 29)
    assert CHINA.workdays_between(friday, friday) == 0
    assert CHINA.workdays_between(friday, saturday) == 0
    assert CHINA.workdays_between(friday, monday) == 1
    assert CHINA.workdays_between(saturday, monday) == 1
    assert CHINA.workdays_between(monday, friday) == -1


def test_an_unpublished_year_keeps_fixed_holidays_and_says_that_it_is_unknown() -> None:
    assert 2040 not in CHINA.known_years
    assert 2021 in CHINA.known_years
    assert not CHINA.is_workday(date(2040, 5, 1))  # a Tuesday
    assert CHINA.is_workday(date(2040, 5, 3))
    assert not CHINA.is_workday(date(2040, 5, 5))  # a Saturday


def test_an_override_goes_before_everything_and_makes_its_year_known() -> None:
    moved = Calendar({date(2040, 5, 5): True, date(2040, 5, 4): False, date(2021, 10, 8): False})
    assert moved.is_workday(date(2040, 5, 5))
    assert not moved.is_workday(date(2040, 5, 4))
    assert not moved.is_workday(date(2021, 10, 8))
    assert 2040 in moved.known_years


@given(calendars, days, st.integers(-30, 30))
def test_adding_workdays_lands_on_a_workday_that_many_away(
    calendar: Calendar, day: date, n: int
) -> None:
    reached = calendar.add_workdays(day, n)
    if n:
        assert calendar.is_workday(reached)
    worked = [
        d
        for i in range(1, abs((reached - day).days) + 1)
        if calendar.is_workday(d := day + timedelta(days=i if n > 0 else -i))
    ]
    assert len(worked) == abs(n)


@given(calendars, days, st.integers(-30, 30))
def test_adding_and_taking_back_returns_to_the_same_workday(
    calendar: Calendar, day: date, n: int
) -> None:
    start = calendar.next_workday(day)
    assert calendar.add_workdays(calendar.add_workdays(start, n), -n) == start


@given(calendars, days, st.integers(-60, 60))
def test_counting_between_is_signed_and_undoes_adding(
    calendar: Calendar, day: date, n: int
) -> None:
    start = calendar.next_workday(day)
    assert calendar.workdays_between(start, calendar.add_workdays(start, n)) == n
    other = day + timedelta(days=n)
    assert calendar.workdays_between(day, other) == -calendar.workdays_between(other, day)


@given(calendars, days, days, st.integers(-20, 20))
def test_adding_workdays_keeps_the_order_of_days(
    calendar: Calendar, a: date, b: date, n: int
) -> None:
    early, late = sorted((a, b))
    assert calendar.add_workdays(early, n) <= calendar.add_workdays(late, n)
