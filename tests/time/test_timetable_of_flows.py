from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date
from workflow.rules.time.timetable import (
    TIMETABLE,
    missed,
    next_run,
    runs_on,
    slot_named,
    slots_between,
    timetable_at,
)

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
    rules = {
        "remind": "FREQ=DAILY;BYHOUR=8;BYMINUTE=30;BYSECOND=0",
        "assess": "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=2;BYMINUTE=0;BYSECOND=0",
    }
    assert {name: slot_named(name).recurrence for name in rules} == rules
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
    from i18n import _

    assert _(slot.does) != slot.does  # type: ignore[attr-defined]


def test_slots_keep_other_hours_where_the_settings_say_so() -> None:
    moved = timetable_at({"remind": time(7, 45)})
    assert {slot.name: slot.at for slot in moved} == {
        **{slot.name: slot.at for slot in TIMETABLE}, "remind": time(7, 45)
    }  # fmt: skip
    with pytest.raises(KeyError):
        timetable_at({"reminding": time(8)})


BEGAN = china(9, 22, 10)
"""A Wednesday; from 1 to 7 October 2021 nobody worked."""


@pytest.mark.parametrize(
    ("last", "until", "expected"),
    [
        ({}, BEGAN, {}),
        ({}, china(9, 22, 23, 29), {}),
        ({}, china(9, 22, 23, 30), {"checkpoint": date(2021, 9, 22)}),
        ({"checkpoint": china(9, 22, 23, 31)}, china(9, 23), {}),
        # The scheduler began a moment before the time.
        ({"checkpoint": china(9, 22, 23, 30) - timedelta(seconds=1)}, china(9, 23), {}),
        ({"remind": china(9, 30, 8, 31)}, china(10, 7, 12), {"remind": None}),
        ({"remind": china(9, 30, 8, 31)}, china(10, 8, 12), {"remind": date(2021, 10, 8)}),
        # Five days down: one run, for the latest day.
        ({"checkpoint": china(9, 23, 12)}, china(9, 28, 12), {"checkpoint": date(2021, 9, 27)}),
        ({"assess": china(9, 1, 2)}, china(10, 20), {"assess": date(2021, 10, 1)}),
    ],
)  # fmt: skip
def test_what_was_missed_is_known_by_its_latest_day(
    last: dict[str, datetime], until: datetime, expected: dict[str, date | None]
) -> None:
    slots = [slot for slot in TIMETABLE if not last or slot.name in last]
    found = missed(slots, last, BEGAN, until, CHINA)
    assert found == {name: day for name, day in expected.items() if day}
