from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.refusals import Invalid
from workflow.rules.time.dates import end_of_day, local_date, parse_date, start_of_day

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
zones = st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Asia/Urumqi"])


def test_a_day_in_china_is_over_at_sixteen_hours_utc() -> None:
    assert end_of_day(date(2021, 6, 30)) == datetime(2021, 6, 30, 16, tzinfo=UTC)
    assert local_date(datetime(2021, 6, 30, 15, 59, 59, tzinfo=UTC)) == date(2021, 6, 30)
    assert local_date(datetime(2021, 6, 30, 16, tzinfo=UTC)) == date(2021, 7, 1)


@given(days, zones)
def test_a_day_ends_where_the_next_begins_and_not_before(day: date, zone: str) -> None:
    end = end_of_day(day, zone)
    assert end == start_of_day(day + timedelta(days=1), zone)
    assert end.tzinfo is UTC
    assert local_date(end, zone) == day + timedelta(days=1)
    assert local_date(end - timedelta(microseconds=1), zone) == day


def test_an_instant_without_a_zone_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2021, 6, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "2021-6-3",
        "2021-06-03",
        "2021/6/3",
        "2021.6.3",
        "20210603",
        "2021年6月3日",
        " 2021年06月03号 ",
        "２０２１年６月３日",
        "2021－06－03",
        "2021-06-03 00:00:00",
    ],
)
def test_dates_as_people_type_them_are_read(text: str) -> None:
    assert parse_date(text) == date(2021, 6, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6月3日",
        "21-6-3",
        "3/6/2021",
        "2021-6",
        "2021-02-30",
        "2021-13-01",
        "1021-06-03",
        "2021-06-03 12:30",
        "年底",
        "²021-06-03",
    ],
)
def test_what_is_no_date_is_refused_with_the_words_that_were_typed(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_date(text)
    assert text.strip() in str(refused.value)


@given(days)
def test_a_written_date_is_read_back(day: date) -> None:
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(day.isoformat()) == day
