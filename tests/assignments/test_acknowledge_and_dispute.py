"""Units take their tasks on, name who works with them, or object."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from db import record
from db.engine import Database
from db.models import Assignment, Clock, Outbox, Report, ReportState, Role, UnitGroup
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.withdraw_request import withdraw_request
from workflow.verbs.rounds.ask_supports import ask_supports
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import (
    COUNTIES,
    ISSUED,
    KECHENG,
    LABOUR,
    OFFICE,
    SCIENCE,
    World,
    little_city,
)

CLOCK = system("clock")


def state(world: World, subject: str, subject_id: int) -> str:
    with world.database.read() as s:
        return record.state_of(s, subject, subject_id)


def test_the_task_goes_under_way_when_its_collecting_lead_acknowledges(database: Database) -> None:
    world = little_city(database)
    second = world.assignment("1.3", LABOUR)
    done = world.do(world.person(LABOUR, "liaison"), acknowledge, assignment_id=second)
    assert done.task_state == "issued"
    first = world.assignment("1.3", SCIENCE)
    liaison = world.person(SCIENCE, "liaison")
    done = world.do(liaison, acknowledge, assignment_id=first, division="人才处")
    assert done.task_state == "under_way"
    with world.database.read() as s:
        assert s.get_one(Assignment, first).division == "人才处"
    with pytest.raises(WrongState):
        world.do(liaison, acknowledge, assignment_id=first)


def test_the_lead_names_the_units_of_a_group_that_was_kept(database: Database) -> None:
    world = little_city(database)
    first = world.assignment("1.3", SCIENCE)
    units = [world.units[KECHENG], world.units[OFFICE]]
    done = world.do(
        world.person(SCIENCE, "liaison"), acknowledge, assignment_id=first, members=units
    )
    with world.database.read() as s:
        named = s.scalars(select(Assignment).where(Assignment.id.in_(done.named))).all()
        assert {(a.unit_id, a.role, a.collects) for a in named} == {
            (unit, "support", False) for unit in units
        }
        group = s.get_one(UnitGroup, named[0].from_group_id)
        assert group.name != COUNTIES
        letters = s.scalars(select(Outbox.person_id).where(Outbox.kind == "issue")).all()
        assert letters.count(world.person(KECHENG, "liaison")) == 2
    assert state(world, "assignment", done.named[0]) == "issued"


@pytest.mark.parametrize("code", ["1.1", "1.3"])
def test_who_cannot_be_named_is_refused(database: Database, code: str) -> None:
    world = little_city(database)
    members = [world.units[KECHENG] if code == "1.1" else world.units[LABOUR]]
    with pytest.raises(Invalid):
        world.do(
            world.person(SCIENCE, "liaison"),
            acknowledge,
            assignment_id=world.assignment(code, SCIENCE),
            members=members,
        )


def test_nobody_acknowledges_for_another_unit(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(NotAllowed):
        world.do(
            world.person(LABOUR, "liaison"),
            acknowledge,
            assignment_id=world.assignment("1.1", SCIENCE),
        )
    with pytest.raises(NotFound):
        world.do(
            world.person(KECHENG, "liaison"),
            acknowledge,
            assignment_id=world.assignment("1.1", SCIENCE),
        )


def objection(world: World, code: str = "1.2", unit: str = LABOUR) -> tuple[int, int]:
    assignment = world.assignment(code, unit)
    asked = world.do(
        world.person(unit, "liaison"), dispute, assignment_id=assignment, reason="不属我局职责"
    )
    return assignment, asked.request_id


def test_the_reviewers_of_the_office_are_told_of_an_objection(database: Database) -> None:
    world = little_city(database)
    assignment, _ = objection(world)
    assert state(world, "assignment", assignment) == "disputed"
    with world.database.read() as s:
        told = s.scalars(select(Outbox.person_id).where(Outbox.kind == "dispute")).all()
        assert told == [world.reviewer]


def test_the_offices_own_objection_goes_to_a_reviewer_elsewhere(database: Database) -> None:
    world = little_city(database)
    _, asked = objection(world, "2.1", OFFICE)
    other = world.person(LABOUR, "reviewer")
    with world.database.read() as s:
        told = s.scalars(select(Outbox.person_id).where(Outbox.kind == "dispute")).all()
        assert told == [other]
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, decide, request_id=asked, approve=False, reply="维持")
    world.do(other, decide, request_id=asked, approve=False, reply="维持")


def test_a_reviewer_without_a_unit_is_told_where_nobody_of_the_office_may_decide(
    database: Database,
) -> None:
    world = little_city(database)
    with database.write() as s:
        s.execute(update(Role).where(Role.name == "reviewer").values(unit_id=None))
    objection(world)
    with database.read() as s:
        told = s.scalars(select(Outbox.person_id).where(Outbox.kind == "dispute")).all()
    assert sorted(told) == [world.reviewer, world.person(LABOUR, "reviewer")]


def test_an_upheld_assignment_is_to_be_acknowledged_again(database: Database) -> None:
    world = little_city(database)
    assignment, asked = objection(world)
    later = ISSUED + timedelta(days=7)
    with pytest.raises(Invalid):
        world.do(world.reviewer, decide, later, request_id=asked, approve=False)
    world.do(world.reviewer, decide, later, request_id=asked, approve=False, reply="职责明确")
    assert state(world, "assignment", assignment) == "issued"
    with world.database.read() as s:
        clock = s.get_one(Clock, s.get_one(Assignment, assignment).clock_id)
        assert clock.due_on == date(2021, 1, 18)


def test_a_granted_objection_hands_the_task_to_another_unit(database: Database) -> None:
    world = little_city(database)
    old, asked = objection(world)
    with pytest.raises(Invalid):
        world.do(world.reviewer, decide, request_id=asked, approve=True)
    later = ISSUED + timedelta(days=7)
    unit = world.units[SCIENCE]
    done = world.do(world.reviewer, decide, later, request_id=asked, approve=True, to_unit_id=unit)
    assert state(world, "assignment", old) == "ended"
    with world.database.read() as s:
        new = s.get_one(Assignment, done.assignment_id)
        assert (new.unit_id, new.role, new.collects) == (unit, "lead", True)
        then = select(Assignment.unit_id).where(Assignment.task_id == world.tasks["1.2"])
        assert s.scalars(then.where(Assignment.at(ISSUED))).all() == [world.units[LABOUR]]
        assert s.scalars(then.where(Assignment.at(later))).all() == [unit]


def test_a_support_that_takes_over_loses_its_support(database: Database) -> None:
    world = little_city(database)
    _, asked = objection(world, "1.1", SCIENCE)
    unit = world.units[LABOUR]
    world.do(world.reviewer, decide, request_id=asked, approve=True, to_unit_id=unit)
    with world.database.read() as s:
        now = select(Assignment.unit_id, Assignment.role).where(
            Assignment.task_id == world.tasks["1.1"], Assignment.open()
        )
        assert s.execute(now).all() == [(unit, "lead")]


def test_a_support_that_takes_over_in_a_round_owes_the_leads_report_in_it(
    database: Database,
) -> None:
    world = little_city(database)
    world.now = datetime(2021, 3, 11, 1, tzinfo=UTC)
    world.do(CLOCK, open_rounds)
    lead, labour = world.person(SCIENCE, "liaison"), world.units[LABOUR]
    world.do(lead, ask_supports, task_id=world.tasks["1.1"], unit_ids=[labour])
    before = owed(world)
    assert before == {(SCIENCE, SCIENCE, "due"), (LABOUR, SCIENCE, "due")}
    _, asked = objection(world, "1.1", SCIENCE)
    later = world.now + timedelta(days=1)
    world.do(world.reviewer, decide, later, request_id=asked, approve=True, to_unit_id=labour)
    for _day in range(2):
        world.do(CLOCK, open_rounds, later + timedelta(hours=1))
    gone = {(unit, collects, "waived") for unit, collects, _state in before}
    assert owed(world) == {*gone, (LABOUR, LABOUR, "due")}


def owed(world: World) -> set[tuple[str, str, str]]:
    """(unit, unit that collects, state) of the reports about 1.1."""
    names = {key: name for name, key in world.units.items()}
    with world.database.read() as s:
        rows = s.execute(
            select(Report.unit_id, Report.lead_unit_id, ReportState.state)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(Report.task_id == world.tasks["1.1"], ReportState.open())
        )
        return {(names[unit], names[lead], now) for unit, lead, now in rows}


def test_an_objection_can_be_taken_back(database: Database) -> None:
    world = little_city(database)
    assignment, asked = objection(world)
    world.do(world.person(LABOUR, "liaison"), withdraw_request, request_id=asked)
    assert state(world, "assignment", assignment) == "issued"
    with pytest.raises(WrongState):
        world.do(world.reviewer, decide, request_id=asked, approve=False, reply="x")
