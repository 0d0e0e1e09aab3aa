"""What units ask for: more time, another target, close-out, a pause, the end; and who decides."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from assessed_year import a_year, file, measure
from built_once import built_once
from db import record
from db.engine import Database
from db.models import (
    Event,
    Measure,
    MeasureVersion,
    Milestone,
    Request,
    TaskVersion,
)
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, WrongState
from workflow.rules.requests import Completion, DeliveredMilestone, NewDate, NewTarget
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.requests.amend_promises import amend
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request
from workflow.verbs.requests.withdraw_request import withdraw_request
from worlds import ISSUED, KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city

LATER = ISSUED + timedelta(days=30)
MOVED = NewDate(date(2021, 9, 30))


def ask(world: World, code: str, unit: str, kind: str, wish: object = None, **more: object) -> int:
    done = world.do(
        world.person(unit, "liaison"),
        request,
        LATER,
        assignment_id=world.assignment(code, unit),
        kind=kind,
        reason="情况说明",
        wish=wish,
        **more,
    )
    return done.request_id


@built_once
def under_way(database: Database) -> World:
    world = little_city(database)
    for code, unit in (("1.1", SCIENCE), ("1.2", LABOUR), ("1.3", SCIENCE), ("2.1", OFFICE)):
        world.do(
            world.person(unit, "liaison"), acknowledge, assignment_id=world.assignment(code, unit)
        )
    return world


def grant(world: World, asked: int, **more: object) -> None:
    world.do(world.reviewer, decide, LATER, request_id=asked, approve=True, **more)


def state(world: World, code: str) -> str:
    with world.database.read() as s:
        return record.state_of(s, "task", world.tasks[code])


def test_an_extension_moves_the_date_and_keeps_the_first_one(database: Database) -> None:
    world = under_way(database)
    grant(world, ask(world, "1.2", LABOUR, "extension", MOVED), document="批〔2021〕3号")
    task = world.tasks["1.2"]
    with world.database.read() as s:
        words = s.execute(
            select(TaskVersion.due, TaskVersion.document, TaskVersion.title)
            .where(TaskVersion.task_id == task)
            .order_by(TaskVersion.known_from)
        ).all()
        assert words == [
            (date(2021, 6, 30), "", "出台人才安居办法"),
            (date(2021, 9, 30), "批〔2021〕3号", "出台人才安居办法"),
        ]
        dues = select(Milestone.due).where(Milestone.task_id == task)
        assert s.scalars(dues.where(Milestone.at(ISSUED))).all() == [date(2021, 6, 30)]
        assert s.scalars(dues.where(Milestone.at(LATER))).all() == [date(2021, 9, 30)]
        event = s.scalars(select(Event).where(Event.action == "extend")).one()
        assert (event.before, event.after) == ("2021-06-30", "2021-09-30")


def test_one_milestone_can_be_extended_alone(database: Database) -> None:
    world = under_way(database)
    wish = NewDate(date(2021, 12, 31), milestone=1)
    grant(world, ask(world, "1.3", SCIENCE, "extension", wish))
    with world.database.read() as s:
        dues = select(Milestone.no, Milestone.due).where(
            Milestone.task_id == world.tasks["1.3"], Milestone.open()
        )
        assert dict(s.execute(dues).tuples().all()) == {
            1: date(2021, 12, 31),
            2: date(2022, 12, 31),
        }


@pytest.mark.parametrize("due", [date(2021, 6, 30), date(2021, 1, 1)])
def test_no_date_is_moved_forward(database: Database, due: date) -> None:
    world = under_way(database)
    with pytest.raises(Invalid):
        ask(world, "1.2", LABOUR, "extension", NewDate(due))


def test_what_changed_in_between_is_asked_for_again(database: Database) -> None:
    world = under_way(database)
    first = ask(world, "1.2", LABOUR, "extension", MOVED)
    with world.acting(world.administrator, LATER) as c:
        which = [TaskVersion.task_id == world.tasks["1.2"]]
        amend(c, TaskVersion, which, due=date(2021, 8, 1))
    with pytest.raises(Conflict):
        grant(world, first)
    with world.database.read() as s:
        assert record.state_of(s, "request", first) == "pending"


def test_a_target_moves_only_by_a_document(database: Database) -> None:
    world = under_way(database)
    with world.database.read() as s:
        measure = s.scalars(
            select(Measure.id).where(Measure.task_id == world.tasks["1.1"], Measure.no == 1)
        ).one()
    wish = NewTarget(measure, Decimal(80), "80")
    asked = ask(world, "1.1", SCIENCE, "target_change", wish)
    with pytest.raises(Invalid):
        grant(world, asked)
    grant(world, asked, document="批〔2021〕5号")
    with world.database.read() as s:
        values = s.execute(
            select(MeasureVersion.value, MeasureVersion.document)
            .where(MeasureVersion.measure_id == measure)
            .order_by(MeasureVersion.known_from)
        ).all()
        assert values == [(Decimal(100), ""), (Decimal(80), "批〔2021〕5号")]


def test_a_deliverable_is_closed_out_with_number_and_date(database: Database) -> None:
    world = under_way(database)
    bare = ask(world, "1.2", LABOUR, "completion")
    assert state(world, "1.2") == "completion_requested"
    with pytest.raises(Invalid) as caught:
        grant(world, bare, reply="情况特殊")
    assert len(caught.value.problems) == 1
    world.do(world.reviewer, decide, LATER, request_id=bare, approve=False, reply="请补充文号")
    assert state(world, "1.2") == "under_way"
    shown = Completion((DeliveredMilestone(1, "小政办〔2021〕8号", date(2021, 1, 29)),))
    grant(world, ask(world, "1.2", LABOUR, "completion", shown))
    assert state(world, "1.2") == "closed"


def test_numbers_that_are_not_reached_need_a_reason(database: Database) -> None:
    world = under_way(database)
    asked = ask(world, "1.1", SCIENCE, "completion")
    with pytest.raises(Invalid) as caught:
        grant(world, asked)
    assert len(caught.value.problems) == 2
    grant(world, asked, reply="经市委同意提前办结")
    assert state(world, "1.1") == "closed"


@pytest.mark.parametrize(
    ("kind", "together"), [("annual", True), ("stock", True), ("ratio", False)]
)
def test_what_the_units_reached_together_counts_where_it_adds_up(
    database: Database, kind: str, together: bool
) -> None:
    world = a_year(database)
    graduates = measure(world, "2.2")
    world.now = datetime(2021, 12, 10, 1, tzinfo=UTC)
    file(world, "2.2", LONGYOU, {f"value:{graduates}": "800"})
    for unit in (KECHENG, LONGYOU):
        part = world.assignment("2.2", unit)
        world.do(world.person(unit, "liaison"), acknowledge, assignment_id=part)
    with world.acting(world.administrator) as c:
        amend(c, MeasureVersion, [MeasureVersion.measure_id == graduates], kind=kind)
    made = world.do(
        world.person(KECHENG, "liaison"), request, assignment_id=world.assignment("2.2", KECHENG),
        kind="completion", reason="全部完成",
    )  # fmt: skip
    try:
        world.do(world.reviewer, decide, request_id=made.request_id, approve=True)
    except Invalid:
        assert not together
    assert state(world, "2.2") == ("closed" if together else "completion_requested")


def test_a_paused_task_can_be_resumed_and_its_close_out_is_laid_aside(database: Database) -> None:
    world = under_way(database)
    completion = ask(world, "1.1", SCIENCE, "completion")
    grant(world, ask(world, "1.1", SCIENCE, "suspension", document="批〔2021〕6号"))
    assert state(world, "1.1") == "suspended"
    with world.database.read() as s:
        assert record.state_of(s, "request", completion) == "withdrawn"
    with pytest.raises(WrongState):
        ask(world, "1.1", SCIENCE, "suspension")
    grant(world, ask(world, "1.1", SCIENCE, "resumption"))
    assert state(world, "1.1") == "under_way"


def test_a_task_ends_only_by_a_document(database: Database) -> None:
    world = under_way(database)
    asked = ask(world, "1.1", SCIENCE, "termination")
    with pytest.raises(Invalid):
        grant(world, asked)
    grant(world, asked, document="批〔2021〕7号")
    assert state(world, "1.1") == "terminated"


def test_who_may_not_ask_is_refused(database: Database) -> None:
    world = under_way(database)
    with pytest.raises(WrongState):
        ask(world, "1.1", LABOUR, "completion")
    with pytest.raises(NotAllowed):
        world.do(
            world.reviewer,
            request,
            assignment_id=world.assignment("1.1", SCIENCE),
            kind="completion",
            reason="x",
        )
    ask(world, "1.2", LABOUR, "extension", MOVED)
    with pytest.raises(WrongState):
        ask(world, "1.2", LABOUR, "extension", MOVED)
    with pytest.raises(Invalid):
        ask(world, "1.1", SCIENCE, "extension")


def test_nobody_decides_for_their_own_unit_whatever_else_they_are(database: Database) -> None:
    world = under_way(database)
    asked = ask(world, "1.2", LABOUR, "extension", MOVED)
    for person in (world.person(LABOUR, "reviewer"), world.person(LABOUR, "liaison")):
        with pytest.raises(NotAllowed):
            world.do(person, decide, request_id=asked, approve=True)


def test_a_request_can_be_taken_back(database: Database) -> None:
    world = under_way(database)
    asked = ask(world, "1.1", SCIENCE, "completion")
    world.do(world.person(SCIENCE, "liaison"), withdraw_request, LATER, request_id=asked)
    assert state(world, "1.1") == "under_way"


def test_requests_keep_what_stood_and_what_was_wanted(database: Database) -> None:
    world = under_way(database)
    asked = ask(world, "1.2", LABOUR, "extension", MOVED)
    with world.database.read() as s:
        made = s.get_one(Request, asked)
        assert made.before == '{"due":"2021-06-30"}'
        assert made.after == '{"due":"2021-09-30","milestone":null}'
    with pytest.raises(Exception, match="append-only"), world.database.write() as s:
        s.execute(update(Request).values(reason="x"))


def test_a_leaders_remark_becomes_a_task_at_once(database: Database) -> None:
    world = little_city(database)
    leader = world.person("", "leader")
    given = {
        "plan_id": world.plan_id,
        "title": "加快人才公寓",
        "text": "请科技局抓紧。",
        "lead_unit_id": world.units[SCIENCE],
        "support_unit_ids": [world.units[KECHENG]],
        "due": date(2021, 3, 1),
    }
    done = world.do(leader, instruct, **given, about_task_id=world.tasks["1.1"])
    assert (done.code, len(done.assignment_ids)) == ("I1", 2)
    with world.database.read() as s:
        assert record.state_of(s, "task", done.task_id) == "issued"
        assert record.state_of(s, "assignment", done.assignment_ids[0]) == "issued"
    again = world.do(world.reviewer, instruct, **given, leader_id=leader)
    assert again.code == "I2"
    with pytest.raises(Invalid):
        world.do(world.reviewer, instruct, **given)
    with pytest.raises(NotAllowed):
        world.do(world.person(SCIENCE, "liaison"), instruct, **given)
