"""A day passes: what falls due runs once and in order, units go on, mails are written."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from db.installation import DemoTime, set_demo_time
from db.models import (
    Digest,
    Outbox,
    Person,
    Reminder,
    Report,
    ReportState,
    Round,
    Submission,
    Unit,
)
from luoshi.demo.clock import DemoClock
from luoshi.demo.running.passing import Passing, next_date
from luoshi.demo.slots import Ran, run_slot
from luoshi.demo.year.history import begins_at
from luoshi.demo.year.participants import plans_by_code, running_reports
from luoshi.demo.year.scripts import read_story
from luoshi.wiring import Installation, utc_now
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Refused
from workflow.rules.time.calendar import Calendar

STORY = read_story()
SPARED = frozenset({"市人力社保局"})


class Recorder:
    """Runs slots by their verbs and remembers each."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, datetime]] = []

    def __call__(self, installation: Installation, name: str, at: datetime) -> Ran:
        self.ran.append((name, at))
        return run_slot(installation, name, at)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def passing(demo_installation: Installation, recorder: Recorder) -> Passing:
    with demo_installation.database.write() as session:
        set_demo_time(session, DemoTime(begins_at(STORY), utc_now()))
    clock = DemoClock(demo_installation.database, utc_now)
    demo_installation.clock = clock
    return Passing(demo_installation, clock, STORY, SPARED, recorder)


def _count(installation: Installation, *what: object) -> int:
    with installation.database.read() as session:
        return session.scalar(select(func.count()).where(*what)) or 0


def test_a_day_runs_what_falls_due_once_and_in_order(passing: Passing, recorder: Recorder) -> None:
    passing.a_day()
    assert [name for name, _ in recorder.ran] == [
        "checkpoint", "close_rounds", "open_rounds", "remind",
    ]  # fmt: skip
    assert [at for _, at in recorder.ran] == sorted(at for _, at in recorder.ran)
    assert passing.installation.today() == date(2021, 11, 26)


def test_two_workdays_before_the_date_the_digests_arrive(passing: Passing) -> None:
    installation = passing.installation
    before = _count(installation, Digest.id > 0)
    passing.a_day()
    digests = _count(installation, Digest.id > 0) - before
    assert digests > 10
    assert _count(installation, Outbox.kind == "digest", Outbox.state == "queued") == digests
    with installation.database.read() as session:
        liaison = session.scalars(
            select(Person.id).where(Person.email == "rsj.liaison@qz.example")
        ).one()
    today = (Digest.person_id == liaison, Digest.local_date == date(2021, 11, 26))
    assert _count(installation, *today) == 1
    assert [ran.count for _, ran in passing.last if ran.name == "remind"] == [digests]


def test_the_same_slot_again_tells_nobody_twice(passing: Passing) -> None:
    passing.a_day()
    told = _count(passing.installation, Reminder.id > 0)
    assert run_slot(passing.installation, "remind", passing.clock()).count == 0
    assert _count(passing.installation, Reminder.id > 0) == told


def test_units_go_on_but_what_is_the_visitors_stays(passing: Passing) -> None:
    installation = passing.installation

    def states(unit_is: bool) -> list[tuple[int, str]]:
        named = Unit.name.in_(SPARED)
        with installation.database.read() as session:
            return list(
                session.execute(
                    select(Report.id, ReportState.state)
                    .join(ReportState, ReportState.report_id == Report.id)
                    .join(Round, Round.id == Report.round_id)
                    .join(Unit, Unit.id == Report.unit_id)
                    .where(ReportState.open(), Round.period == "2021Q4")
                    .where(Round.plan_id == plans_by_code(session)["qz2020"])
                    .where(named if unit_is else ~named)
                    .order_by(Report.id)
                ).tuples()
            )

    spared, others = states(True), states(False)
    passing.to(date(2021, 12, 1))
    assert states(True) == spared
    later = states(False)
    assert sum(state in ("due", "draft") for _, state in later) < 8
    assert sum(state in ("due", "draft") for _, state in others) > 15
    assert [name for at, name in [(a, r.name) for a, r in passing.last] if name == "assess"]
    with installation.reading(system("test")) as c:
        beside = running_reports(c.session, plans_by_code(c.session)["qz2021"], "2021Q4", c.now)
    assert {report.state for report in beside} >= {"due", "signed_off"}


def test_a_returned_report_comes_back_by_itself(passing: Passing) -> None:
    passing.to(date(2021, 12, 3))
    with passing.installation.database.read() as session:
        again = session.scalar(
            select(func.count())
            .select_from(Submission)
            .join(Report, Report.id == Submission.report_id)
            .join(Unit, Unit.id == Report.unit_id)
            .where(Unit.name == "市民政局", Submission.no == 2)
            .where(Submission.at > begins_at(STORY))
        )
    assert again == 1


def test_a_leap_runs_flows_on_its_last_day_alone(passing: Passing, recorder: Recorder) -> None:
    passing.to(date(2021, 11, 28))
    assert {at.date() for _, at in recorder.ran} <= {date(2021, 11, 27), date(2021, 11, 28)}
    assert date(2021, 11, 26) in {at.date() for at, _ in passing.last}


def test_time_never_goes_back(passing: Passing) -> None:
    with pytest.raises(Refused):
        passing.to(date(2021, 11, 25))


def test_a_slot_that_fails_is_run_by_the_next_turn(passing: Passing) -> None:
    def fails(installation: Installation, name: str, at: datetime) -> Ran:
        if name == "open_rounds":
            raise Refused("not now")
        return run_slot(installation, name, at)

    passing.run, kept = fails, passing.run
    with pytest.raises(Refused):
        passing.a_day()
    assert passing.installation.today() == date(2021, 11, 26)
    passing.run = kept
    passing.to(date(2021, 11, 27))
    names = [ran.name for _, ran in passing.last]
    assert names.count("remind") == 1
    assert names.count("open_rounds") == 2


@pytest.mark.parametrize(
    ("today", "coming", "what"),
    [
        (date(2021, 11, 25), date(2021, 11, 26), "two workdays before"),
        (date(2021, 11, 26), date(2021, 11, 30), "the due date"),
        (date(2021, 11, 30), date(2021, 12, 1), "the first day overdue"),
        (date(2021, 12, 1), date(2021, 12, 3), "whom to phone"),
        (date(2021, 12, 3), date(2021, 12, 7), "reviews are due"),
        (date(2021, 12, 7), date(2021, 12, 22), "the round is closed"),
        (date(2021, 12, 22), date(2022, 3, 10), "the round opens"),
    ],
)
def test_the_next_date_is_the_next_thing_to_see(today: date, coming: date, what: str) -> None:
    found = next_date(today, Calendar())
    assert (found.day, found.what) == (coming, what)


def test_a_failed_second_button_press_says_that_time_is_passing(passing: Passing) -> None:
    def meanwhile(installation: Installation, name: str, at: datetime) -> Ran:
        with pytest.raises(Refused):
            passing.a_day()
        return Ran(name, 0)

    passing.run = meanwhile
    passing.a_day()
    assert passing.clock() - begins_at(STORY) > timedelta(hours=12)
