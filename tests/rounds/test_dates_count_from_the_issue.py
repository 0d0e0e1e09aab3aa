"""What is issued in the middle of a round has a date of its own."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Clock, Report, Task
from db.queries.reports.my_tasks import my_tasks
from little_city import CLOCK, City, found, noon
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.rounds.open_rounds import open_rounds

ROUND_DUE = date(2021, 3, 25)


@pytest.fixture
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK, noon(3, 10)) as c:
        open_rounds(c)
    return made


def instructed(city: City, at: datetime, due: date) -> dict[str, date]:
    """A remark of that instant, and when its units' reports of the round are due, by unit."""
    with city.acting("leader", at) as c:
        made = instruct(
            c, plan_id=city.plan, title="摸清底数", text="请抓紧摸底。", due=due,
            lead_unit_id=city.units["labour"],
        )  # fmt: skip
    with city.acting(CLOCK, at) as c:
        open_rounds(c)
    with city.database.read() as session:
        rows = session.execute(
            select(Task.code, Clock.due_on)
            .join(Report, Report.task_id == Task.id)
            .join(Clock, Clock.id == Report.clock_id)
            .where(Task.id == made.task_id)
        )
        return dict(rows.tuples().all())


@pytest.mark.parametrize(
    ("day", "named", "due"),
    [
        (22, date(2021, 3, 31), date(2021, 3, 31)),  # its own date, before the round closes
        (11, date(2021, 12, 31), ROUND_DUE),  # in good time: with the round
        (23, date(2021, 12, 31), date(2021, 3, 30)),  # five workdays from its issue
        (12, date(2021, 3, 19), ROUND_DUE),  # done before the round is due, told with it
    ],
)
def test_an_instruction_is_due_when_it_says_and_never_at_once(
    city: City, day: int, named: date, due: date
) -> None:
    assert instructed(city, noon(3, day), named) == {"I1": due}


def test_it_is_not_overdue_before_its_own_date(city: City) -> None:
    instructed(city, noon(3, 22), date(2021, 3, 31))
    with city.reading("labour.liaison", noon(3, 29)) as c:
        cards = {one.code: one for one in my_tasks(c.session, c.actor, c.today, c.now).to_do}
    assert cards["I1"].act_by == date(2021, 3, 31)
    assert cards["I1"].workdays == 2
