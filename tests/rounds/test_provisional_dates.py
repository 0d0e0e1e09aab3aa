"""Dates in a year whose workdays are not known yet are provisional, and settled when they are."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Clock, ClockStep, Event, Outbox, Plan, Report, Round
from little_city import CLOCK, LETTERHEAD, City, found_with
from workflow.rules.access.permissions import system
from workflow.rules.reporting.policy import QUARTERLY, PlanPolicy
from workflow.rules.time.calendar import Calendar
from workflow.verbs.mail.deliver import claim
from workflow.verbs.mail.write_digests import freeze, write_down
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds
from workflow.verbs.rounds.set_calendar_day import set_calendar_day

POLICY = PlanPolicy(rounds=(replace(QUARTERLY[0], opens="04-20", due="05-08"),))


def morning(month: int, day: int) -> datetime:
    return datetime(2040, month, day, 0, 30, tzinfo=UTC)


@pytest.fixture
def city(sqlite_database: Database) -> City:
    """Its plan was issued in a year that no calendar knows."""
    made = found_with(sqlite_database, POLICY)
    with sqlite_database.write() as session:
        session.get_one(Plan, made.plan).issued_at = morning(1, 5)
    return made


def opened(city: City, at: datetime) -> Round:
    with city.acting(CLOCK, at) as c:
        open_rounds(c)
    with city.database.read() as session:
        return session.scalars(select(Round)).one()


def events(city: City, action: str) -> list[str]:
    with city.database.read() as session:
        return list(session.scalars(select(Event.payload).where(Event.action == action)))


def test_a_provisional_round_gets_its_dates_when_the_calendar_arrives(city: City) -> None:
    before = opened(city, morning(4, 20))
    assert (before.provisional, before.due_on) == (True, date(2040, 5, 8))
    assert opened(city, morning(4, 21)).due_on == before.due_on
    with city.acting("admin", morning(4, 22)) as c:
        for day in (date(2040, 5, 8), date(2040, 5, 9)):  # as if the holidays lasted longer
            set_calendar_day(c, day=day, workday=False)
    after = opened(city, morning(4, 23))
    assert (after.provisional, after.due_on) == (False, date(2040, 5, 10))
    with city.database.read() as session:
        dues = set(session.scalars(select(Clock.due_on).join(Report, Report.clock_id == Clock.id)))
        last_days = session.scalars(
            select(ClockStep.fire_on)
            .join(Report, Report.clock_id == ClockStep.clock_id)
            .where(ClockStep.step == "T+0")
        )
        assert set(last_days) == {date(2040, 5, 10)}
    assert dues == {date(2040, 5, 10)}
    assert ['"due":"2040-05-10"' in payload for payload in events(city, "settle_dates")] == [True]
    opened(city, morning(4, 24))
    assert len(events(city, "settle_dates")) == 1


def test_a_mail_says_that_its_date_is_provisional(city: City) -> None:
    opened(city, morning(4, 20))
    at = morning(5, 7)
    with city.acting(CLOCK, at) as c:
        assert remind(c).people
    with city.acting(system("deliver"), at) as c:
        freeze(c, "me", write_down(claim(c, "me").digests, LETTERHEAD, at))
        content = c.session.scalars(select(Outbox.content)).first()
    assert content is not None
    body = message_from_bytes(content, policy=SMTP).get_body(("plain",))
    assert body is not None
    assert "5月8日" in body.get_content()
    assert "（暂定）" in body.get_content()


@pytest.mark.parametrize(
    ("today", "missing"),
    [((2020, 10, 31), None), ((2039, 12, 1), 2039), ((2040, 1, 5), 2040)],
)
def test_a_year_that_should_be_known_is_asked_for(today, missing) -> None:
    assert Calendar().missing_year(date(*today)) == missing


def test_the_next_year_is_asked_for_from_november_on() -> None:
    calendar = Calendar()
    last = max(calendar.known_years)
    assert calendar.missing_year(date(last, 10, 31)) is None
    assert calendar.missing_year(date(last, 11, 1)) == last + 1
