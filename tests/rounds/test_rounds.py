"""Rounds open, catch up, gain reports for whom they concern, and close."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Clock,
    ClockStep,
    Event,
    Report,
    ReportState,
    Round,
    TaskState,
    Unit,
)
from little_city import CLOCK, City, found, found_with, noon
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.rounds.ask_supports import ask_supports
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds


@pytest.fixture
def city(database: Database) -> City:
    return found(database)


def owed(city: City) -> set[tuple[str, str, str, str]]:
    """(period, task, unit, unit that collects) of every report."""
    units = {v: k for k, v in city.units.items()}
    tasks = {v: k for k, v in city.tasks.items()}
    with city.database.read() as session:
        rows = session.execute(
            select(Round.period, Report.task_id, Report.unit_id, Report.lead_unit_id).join(
                Round, Round.id == Report.round_id
            )
        )
        return {(p, tasks[t], units[u], units[lead]) for p, t, u, lead in rows}


LEADS = {
    ("2021Q1", "train", "labour", "labour"),
    ("2021Q1", "policy", "labour", "labour"),
    ("2021Q1", "towns", "north", "north"),
    ("2021Q1", "towns", "south", "south"),
    ("2021Q1", "shared", "science", "science"),
    ("2021Q1", "shared", "finance", "finance"),
    ("2021Q1", "own", "office", "office"),
}


def test_leads_and_the_jointly_answerable_owe_a_report_and_supports_do_not(city: City) -> None:
    with city.acting(CLOCK) as c:
        (opened,) = open_rounds(c)
    assert (opened.period, opened.reports, opened.new) == ("2021Q1", 7, True)
    assert owed(city) == LEADS
    with city.database.read() as session:
        assert set(session.scalars(select(ReportState.state))) == {"due"}
        steps = session.scalar(
            select(func.count(ClockStep.id)).join(Clock).where(Clock.kind == ClockKind.REPORT)
        )
        assert steps
        events = session.scalars(select(Event).where(Event.action == "open_round")).all()
        assert len(events) == 1


def test_nothing_opens_before_its_day(city: City) -> None:
    with city.acting(CLOCK, noon(3, 9)) as c:
        assert open_rounds(c) == ()


def test_opening_twice_changes_nothing(city: City) -> None:
    for _ in range(2):
        with city.acting(CLOCK) as c:
            again = open_rounds(c)
    assert again == ()
    assert owed(city) == LEADS


def test_missed_rounds_are_caught_up(city: City) -> None:
    with city.acting(CLOCK, noon(10, 8)) as c:
        opened = open_rounds(c)
    assert [o.period for o in opened] == ["2021Q1", "2021Q2", "2021Q3"]
    assert len(owed(city)) == 21


def test_a_policy_may_ask_every_support_and_every_lead_that_does_not_collect(
    database: Database,
) -> None:
    city = found_with(database, PlanPolicy(supports_report=True))
    with city.acting(CLOCK) as c:
        open_rounds(c)
    assert owed(city) - LEADS == {
        ("2021Q1", "train", "science", "labour"),
        ("2021Q1", "policy", "finance", "labour"),
    }
    with city.database.read() as session:
        kinds = session.execute(
            select(Clock.kind, Clock.due_on).join(Report, Report.clock_id == Clock.id).distinct()
        ).all()
        dates = session.scalars(select(Round)).one()
    assert set(kinds) == {("report", dates.due_on), ("support", dates.supports_due_on)}


def test_a_lead_asks_its_supports_from_now_on(city: City) -> None:
    with city.acting(CLOCK) as c:
        open_rounds(c)
    train = city.tasks["train"]
    with city.acting("labour.liaison") as c:
        assert ask_supports(c, task_id=train, unit_ids=[city.units["science"]]) == 1
    assert owed(city) - LEADS == {("2021Q1", "train", "science", "labour")}
    with city.acting(CLOCK, noon(6, 10)) as c:
        open_rounds(c)
    assert ("2021Q2", "train", "science", "labour") in owed(city)
    with city.acting("labour.liaison", noon(6, 10)) as c:
        ask_supports(c, task_id=train, unit_ids=[])
    with city.acting(CLOCK, noon(9, 10)) as c:
        open_rounds(c)
    assert ("2021Q3", "train", "science", "labour") not in owed(city)


def test_only_the_lead_asks_and_only_units_of_the_task(city: City) -> None:
    train, science = city.tasks["train"], city.units["science"]
    with pytest.raises(NotAllowed), city.acting("science.liaison") as c:
        ask_supports(c, task_id=train, unit_ids=[science])
    with pytest.raises(NotFound), city.acting("north.liaison") as c:
        ask_supports(c, task_id=train, unit_ids=[science])
    with pytest.raises(Invalid), city.acting("labour.liaison") as c:
        ask_supports(c, task_id=train, unit_ids=[city.units["north"]])


def add_assignment(city: City, task: str, at: datetime) -> None:
    with city.database.write() as session:
        unit = Unit(name="新设单位", kind="department")
        session.add(unit)
        session.flush()
        city.units["new"] = unit.id
        part = Assignment(plan_id=city.plan, task_id=city.tasks[task], unit_id=unit.id,
                          role="joint", position=9, collects=False, known_from=at)  # fmt: skip
        session.add(part)
        session.flush()
        session.add(AssignmentState(assignment_id=part.id, state="issued", known_from=at))


def test_who_was_issued_a_task_during_a_round_joins_it(city: City) -> None:
    with city.acting(CLOCK) as c:
        open_rounds(c)
    add_assignment(city, "shared", noon(3, 15))
    with city.acting(CLOCK, noon(3, 16)) as c:
        (joined,) = open_rounds(c)
    assert (joined.new, joined.reports) == (False, 1)


def test_who_was_issued_a_task_after_the_due_date_owes_nothing_for_that_round(city: City) -> None:
    add_assignment(city, "shared", noon(3, 26))
    with city.acting(CLOCK, noon(4, 2)) as c:
        open_rounds(c)
    assert owed(city) == LEADS


def test_suspended_tasks_and_ended_assignments_owe_nothing(city: City) -> None:
    with city.database.write() as session:
        on = datetime(2021, 2, 1, tzinfo=UTC)
        for model, key, row_id, state in (
            (TaskState, "task_id", city.tasks["own"], "suspended"),
            (AssignmentState, "assignment_id", 4, "ended"),
        ):
            table = model.__tablename__
            session.execute(
                text(f"update {table} set known_to = :on where {key} = :id"),
                {"on": on.replace(tzinfo=None) if "sqlite" in str(city.database.url) else on,
                 "id": row_id},
            )  # fmt: skip
            session.add(model(**{key: row_id}, state=state, known_from=on))
        fourth = session.get_one(Assignment, 4)
    with city.acting(CLOCK) as c:
        open_rounds(c)
    gone = {v: k for k, v in city.units.items()}[fourth.unit_id]
    assert {row for row in LEADS if row[1] != "own"} >= owed(city)
    assert gone == "finance"
    assert len(owed(city)) == 6


def test_rounds_are_opened_by_the_office_or_the_clock_alone(city: City) -> None:
    with pytest.raises(NotAllowed), city.acting("labour.liaison") as c:
        open_rounds(c)


def test_a_round_closes_when_its_closing_day_is_over(city: City) -> None:
    with city.acting(CLOCK) as c:
        open_rounds(c)
    with city.database.read() as session:
        closes = session.scalars(select(Round.closes_on)).one()
    last = noon(closes.month, closes.day)
    with city.acting(CLOCK, last) as c:
        assert close_rounds(c) == ()
    for expected in (1, 0):
        with city.acting(CLOCK, last + timedelta(days=1)) as c:
            closed = close_rounds(c)
        assert len(closed) == expected
