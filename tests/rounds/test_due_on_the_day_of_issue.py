"""A round whose due date is the very day on which the plan is issued is still asked for."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from db.engine import Database
from db.models import Plan
from little_city import CLOCK, City, found, noon
from workflow.rules.reporting.policy import PlanPolicy, rounds_opened
from workflow.rules.time.calendar import Calendar
from workflow.verbs.rounds.open_rounds import open_rounds

DUE = date(2021, 3, 25)


@pytest.mark.parametrize(
    ("issued", "asked"), [(date(2021, 3, 24), 1), (DUE, 1), (date(2021, 3, 26), 0)]
)
def test_the_due_date_is_still_within_its_round(issued: date, asked: int) -> None:
    today = date(2021, 3, 26)
    opened = rounds_opened(PlanPolicy(), issued, today, Calendar())
    assert [one.period for one in opened] == ["2021Q1"] * asked


def issued_on(database: Database, at: datetime) -> City:
    """The little city, issued on 5 January, as if its plan had been issued later."""
    city = found(database)
    with database.write() as session:
        session.execute(update(Plan).values(issued_at=at))
    return city


@pytest.mark.parametrize(("day", "reports"), [(25, 7), (26, None)])
def test_a_plan_issued_on_the_due_date_owes_its_reports_that_day(
    database: Database, day: int, reports: int | None
) -> None:
    city = issued_on(database, noon(3, day))
    with city.acting(CLOCK, noon(3, day)) as c:
        found = open_rounds(c)
    assert [one.reports for one in found] == ([reports] if reports else [])
