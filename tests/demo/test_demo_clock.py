"""The demo's clock goes on within a day and waits at the evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db.engine import Database
from db.installation import DemoTime, set_demo_time, set_value
from luoshi.demo.clock import DemoClock, local, showing

START = local(2021, 11, 25, 16)
WALL = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(0), START),
        (timedelta(minutes=90), local(2021, 11, 25, 17, 30)),
        (timedelta(hours=7), local(2021, 11, 25, 23)),
        (timedelta(days=3), local(2021, 11, 25, 23)),
        (timedelta(minutes=-5), START),
    ],
)
def test_it_goes_on_but_never_into_the_next_day(passed: timedelta, shown: datetime) -> None:
    assert showing(DemoTime(START, WALL), WALL + passed) == shown


def test_set_after_the_evening_it_stays_there() -> None:
    late = local(2021, 11, 25, 23, 40)
    assert showing(DemoTime(late, WALL), WALL + timedelta(hours=1)) == late


def _demo(database: Database) -> None:
    with database.write() as session:
        set_value(session, demo="1")
        set_demo_time(session, DemoTime(START, WALL))


def test_a_later_start_goes_on_where_the_clock_stood(sqlite_database: Database) -> None:
    _demo(sqlite_database)
    wall = [WALL + timedelta(days=2)]
    clock = DemoClock(sqlite_database, lambda: wall[0])
    assert clock() == START
    wall[0] += timedelta(minutes=3)
    assert clock() == START + timedelta(minutes=3)


def test_every_process_sees_it_set_forward(sqlite_database: Database) -> None:
    _demo(sqlite_database)
    clock = DemoClock(sqlite_database, lambda: WALL)
    clock.set(local(2021, 11, 26, 8, 30))
    assert DemoClock(sqlite_database, lambda: WALL)() == local(2021, 11, 26, 8, 30)


def test_only_a_demo_has_a_clock_to_set(sqlite_database: Database) -> None:
    with sqlite_database.write() as session, pytest.raises(ValueError, match="only a demo"):
        set_demo_time(session, DemoTime(START, WALL))
    with pytest.raises(ValueError, match="no demo clock"):
        DemoClock(sqlite_database, lambda: WALL)
