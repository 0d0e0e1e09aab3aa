"""Two at once, in two places: the second finds done what the first did, or is told."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.models import Assessment, Event, Report, Request, Task
from little_city import CLOCK, City, found, noon
from workflow.rules.refusals import Refused, WrongState
from workflow.rules.requests import NewDate
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.context import Context
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds


@pytest.fixture
def city(database: Database) -> City:
    return found(database)


def both(city: City, who: object, verb: Callable[[Context], object]) -> list[object]:
    """What the verb gives in a transaction, and in another that begins before the first is
    committed; a refusal is given as it is."""

    def second() -> object:
        try:
            with city.acting(who) as c:
                return verb(c)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(1) as pool:
        with city.acting(who) as c:
            first = verb(c)
            other: Future[object] = pool.submit(second)
            time.sleep(0.3)
        return [first, other.result()]


def events(city: City, action: str) -> int:
    with city.database.read() as session:
        of = select(func.count()).select_from(Event).where(Event.action == action)
        return session.scalar(of) or 0


def test_a_round_is_opened_and_closed_once(city: City) -> None:
    first, second = both(city, CLOCK, open_rounds)
    assert ([one.new for one in first], second) == ([True], ())
    assert events(city, "open_round") == 1
    city.now = noon(5, 6)
    first, second = both(city, CLOCK, close_rounds)
    assert (len(first), second, events(city, "close_round")) == (1, (), 1)


def test_the_same_is_asked_once(city: City) -> None:
    with city.database.read() as session:
        with city.acting(CLOCK) as c:
            open_rounds(c)
        assignment = session.scalars(
            select(Report.assignment_id).where(Report.task_id == city.tasks["policy"])
        ).one()
    wish = NewDate(date(2021, 9, 30))
    _first, second = both(
        city,
        "labour.liaison",
        lambda c: request(
            c, assignment_id=assignment, kind="extension", reason="论证未完成", wish=wish
        ),
    )
    assert isinstance(second, WrongState)
    with city.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Request)) == 1


def test_two_remarks_become_two_tasks(city: City) -> None:
    made = both(
        city,
        "leader",
        lambda c: instruct(
            c, plan_id=city.plan, title="摸清底数", text="请抓紧摸底。",
            lead_unit_id=city.units["labour"], due=date(2021, 4, 30),
        ),
    )  # fmt: skip
    assert [one.code for one in made] == ["I1", "I2"]
    with city.database.read() as session:
        of = select(func.count()).select_from(Task).where(Task.origin == "instruction")
        assert session.scalar(of) == 2


def test_the_same_facts_are_scored_once(city: City) -> None:
    with city.acting(CLOCK) as c:
        save_scheme(c, shipped_scheme("quzhou"))
    first, second = both(city, CLOCK, lambda c: assess(c, plan_id=city.plan, year=2021))
    assert (first.new, second.new, second.no) == (True, False, 1)
    with city.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Assessment)) == 1
