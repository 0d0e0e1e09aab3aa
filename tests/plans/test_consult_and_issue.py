"""A draft goes round for comment and becomes binding."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from db import record
from db.engine import Database
from db.models import Assignment, Clock, ClockStep, Membership, Outbox, Plan, RequestState
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.plans.comment import comment
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.issue import issue
from worlds import (
    ISSUED,
    KECHENG,
    LABOUR,
    LONGYOU,
    OFFICE,
    SCIENCE,
    empty_city,
    little_catalogue,
    load,
)

DUE = date(2021, 1, 15)


def drafted(database: Database):
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    return world


def test_every_unit_is_asked_by_one_letter(database: Database) -> None:
    world = drafted(database)
    done = world.do(world.reviewer, consult, plan_id=world.plan_id, comments_due_on=DUE)
    assert (done.units, done.tasks, done.unreached) == (5, 5, ())
    with world.database.read() as s:
        told = s.execute(select(Outbox.person_id, Outbox.kind)).all()
        assert sorted(told) == sorted(
            (world.person(unit, "liaison"), "consult")
            for unit in (OFFICE, SCIENCE, LABOUR, KECHENG, LONGYOU)
        )
        assert record.state_of(s, "task", world.tasks["2.2"]) == "consulted"


def test_comments_are_answered_and_the_unit_is_told(database: Database) -> None:
    world = drafted(database)
    liaison, task = world.person(SCIENCE, "liaison"), world.tasks["1.1"]
    with pytest.raises(NotFound):
        world.do(liaison, comment, task_id=task, text="early")
    world.do(world.reviewer, consult, plan_id=world.plan_id, comments_due_on=DUE)
    asked = [
        world.do(liaison, comment, task_id=task, text="请改为80人").request_id for _ in range(2)
    ]
    with pytest.raises(Invalid):
        world.do(world.reviewer, answer_comment, request_id=asked[0], outcome="partly")
    world.do(world.reviewer, answer_comment, request_id=asked[0], outcome="partly", reply="部分")
    world.do(world.reviewer, answer_comment, request_id=asked[1], outcome="not_adopted", reply="否")
    with pytest.raises(WrongState):
        world.do(world.reviewer, answer_comment, request_id=asked[0], outcome="adopted")
    with world.database.read() as s:
        states = s.execute(
            select(RequestState.state, RequestState.outcome).where(RequestState.open())
        ).all()
        assert sorted(states) == [("approved", "partly"), ("refused", "not_adopted")]
        letters = select(Outbox.person_id).where(Outbox.kind == "decision")
        assert set(s.scalars(letters)) == {liaison, world.person(SCIENCE, "deputy_head")}


def test_a_unit_speaks_for_itself_alone(database: Database) -> None:
    world = drafted(database)
    world.do(world.reviewer, consult, plan_id=world.plan_id, comments_due_on=DUE)
    with pytest.raises(NotFound):
        world.do(world.person(KECHENG, "liaison"), comment, task_id=world.tasks["1.1"], text="x")
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, comment, task_id=world.tasks["1.1"], text="x")


def test_a_plan_is_issued_once_with_clocks_to_acknowledge(database: Database) -> None:
    world = drafted(database)
    done = world.do(
        world.reviewer, issue, plan_id=world.plan_id, document="小委办〔2021〕1号", version=1
    )
    assert done.acknowledge_due_on == date(2021, 1, 11)
    with world.database.read() as s:
        clock = s.execute(select(Clock.id, Clock.kind, Clock.due_on)).one()
        assert (clock.kind, clock.due_on) == ("acknowledge", date(2021, 1, 11))
        assert set(s.scalars(select(Assignment.clock_id))) == {clock.id}
        assert s.scalars(select(ClockStep.fire_on).order_by(ClockStep.fire_on)).first() == date(
            2021, 1, 7
        )
        plan = s.get_one(Plan, world.plan_id)
        assert (plan.issue_date, plan.version) == (date(2021, 1, 4), 2)
        assert record.state_of(s, "assignment", world.assignment("1.1", SCIENCE)) == "issued"
    with pytest.raises(WrongState):
        world.do(world.reviewer, issue, plan_id=world.plan_id, document="again")


def test_a_task_without_a_lead_stops_the_issue_by_name(database: Database) -> None:
    world = empty_city(database)
    catalogue = little_catalogue()
    unled = replace(catalogue.tasks[1], units=())
    load(world, replace(catalogue, tasks=(catalogue.tasks[0], unled)), issued=False)
    with pytest.raises(Invalid) as caught:
        world.do(world.reviewer, issue, plan_id=world.plan_id, document="一号")
    assert [problem.where for problem in caught.value.problems] == ["1.2"]
    with world.database.read() as s:
        assert record.state_of(s, "task", world.tasks["1.1"]) == "drafted"


def test_groups_are_those_of_the_day_of_issue(database: Database) -> None:
    world = drafted(database)
    with world.database.write() as s:
        gone = Membership.unit_id == world.units[LONGYOU]
        s.execute(update(Membership).where(gone).values(valid_to=date(2021, 2, 1)))
    later = ISSUED + timedelta(days=40)
    world.do(world.reviewer, issue, at=later, plan_id=world.plan_id, document="一号")
    with world.database.read() as s:
        counties = s.scalars(
            select(Assignment.unit_id).where(
                Assignment.task_id == world.tasks["2.2"], Assignment.open()
            )
        ).all()
        assert counties == [world.units[KECHENG]]


def test_an_old_page_and_a_unit_are_refused(database: Database) -> None:
    world = drafted(database)
    with pytest.raises(Conflict):
        world.do(world.reviewer, issue, plan_id=world.plan_id, document="一号", version=7)
    with pytest.raises(NotAllowed):
        world.do(world.person(SCIENCE, "liaison"), issue, plan_id=world.plan_id, document="一号")
    with pytest.raises(Invalid):
        world.do(world.reviewer, consult, plan_id=world.plan_id, comments_due_on=date(2020, 12, 31))
