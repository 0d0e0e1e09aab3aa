from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.calendar import Calendar
from workflow.rules.dates import local_date
from workflow.rules.timetable import TIMETABLE, next_run, runs_on, slot_named, slots_between

CHINA = Calendar()
instants = st.integers(0, 24 * 690).map(
    lambda hours: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)


def china(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2021, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_a_day_runs_in_the_order_of_the_clock() -> None:
    names = [slot.name for _, slot in slots_between(china(12, 1), china(12, 2), CHINA)]
    assert names == [
        "close_rounds",
        "assess",
        "back_up",
        "drill",
        "open_rounds",
        "remind",
        "checkpoint",
    ]


def test_reminders_run_on_a_worked_sunday_and_not_in_the_national_week() -> None:
    remind = slot_named("remind")
    assert runs_on(remind, date(2021, 9, 26), CHINA)
    assert next_run(remind, china(9, 30, 8, 30), CHINA) == china(10, 8, 8, 30)
    assert next_run(remind, china(9, 30, 8, 29), CHINA) == china(9, 30, 8, 30)


def test_the_schedulers_words_agree_with_the_table() -> None:
    assert slot_named("remind").cron == "30 8 * * *"
    assert slot_named("assess").cron == "0 2 1 * *"
    assert len({slot.name for slot in TIMETABLE}) == len(TIMETABLE)


@given(instants, st.integers(0, 72), st.integers(0, 72))
def test_time_cut_in_two_runs_everything_once(start: datetime, a: int, b: int) -> None:
    middle, end = start + timedelta(hours=a), start + timedelta(hours=a + b)
    whole = list(slots_between(start, end, CHINA))
    assert whole == [
        *slots_between(start, middle, CHINA),
        *slots_between(middle, end, CHINA),
    ]
    assert [at for at, _ in whole] == sorted(at for at, _ in whole)
    assert all(start < at <= end for at, _ in whole)
    assert all(runs_on(slot, local_date(at), CHINA) for at, slot in whole)


@pytest.mark.parametrize("slot", TIMETABLE, ids=lambda slot: slot.name)
def test_every_slot_says_in_chinese_what_it_does(slot: object) -> None:
    from luoshi.language import _

    assert _(slot.does) != slot.does  # type: ignore[attr-defined]
