"""Units change: names, mergers, groups; and what becomes of their tasks."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select

from db import record
from db.engine import Database
from db.models import (
    Alias,
    Assignment,
    AssignmentState,
    Clock,
    ClockStep,
    Digest,
    Membership,
    Plan,
    Reminder,
    Report,
    ReportDecision,
    ReportState,
    Task,
    Unit,
    UnitGroup,
)
from db.queries.progress.progress import tasks_progress
from workflow.rules.access.permissions import TOP_PLACE, system
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, WrongState
from workflow.rules.reporting.policy import PlanPolicy, RoundRule
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.assignments.issue_proposed import issue_proposed
from workflow.verbs.directory import Directory
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.requests.decide import decide
from workflow.verbs.rounds.open_rounds import open_rounds
from workflow.verbs.rounds.set_calendar_day import set_calendar_day
from workflow.verbs.units.join_group import join_group
from workflow.verbs.units.leave_group import leave_group
from workflow.verbs.units.merge_units import merge_units
from workflow.verbs.units.save_unit import save_unit
from worlds import COUNTIES, ISSUED, KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city

LATER = ISSUED + timedelta(days=60)


def group(world: World) -> int:
    with world.database.read() as s:
        return s.scalars(select(UnitGroup.id).where(UnitGroup.name == COUNTIES)).one()


def test_a_renamed_unit_is_still_found_by_its_old_name(database: Database) -> None:
    world = little_city(database)
    unit = world.units[SCIENCE]
    kept = world.do(
        world.administrator, save_unit, unit_id=unit, name="市科学技术局", kind="department"
    )
    assert kept == unit
    with world.database.read() as s:
        assert s.scalars(select(Alias.name).where(Alias.unit_id == unit)).all() == [SCIENCE]
    new = world.do(world.administrator, save_unit, name="常山县", kind="county", aliases=["常山"])
    assert new not in world.units.values()


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"name": "市人社局"}, {"name": COUNTIES}, {"kind": "ministry"}, {"parent": 1}],
)
def test_names_and_kinds_that_cannot_be_are_refused(database: Database, change: dict) -> None:
    world = little_city(database)
    below = world.do(
        world.administrator, save_unit, name="二级", kind="department",
        parent_id=world.units[SCIENCE],
    )  # fmt: skip
    given = {"name": "x", "kind": "department", **change}
    if "parent" in given:
        given = {**given, "parent_id": below, "unit_id": world.units[SCIENCE]}
        del given["parent"]
    with pytest.raises(Invalid):
        world.do(world.administrator, save_unit, **given)


def test_only_administrators_keep_units(database: Database) -> None:
    world = little_city(database)
    for verb, given in (
        (save_unit, {"name": "x", "kind": "park"}),
        (merge_units, {"unit_id": 1, "successor_id": 2}),
        (join_group, {"group_id": 1, "unit_id": 2}),
        (leave_group, {"group_id": 1, "unit_id": 2}),
    ):
        with pytest.raises(NotAllowed):
            world.do(world.reviewer, verb, **given)


def test_a_merged_units_tasks_go_to_its_successor(database: Database) -> None:
    world = little_city(database)
    old, new = world.units[LABOUR], world.units[SCIENCE]
    done = world.do(world.administrator, merge_units, LATER, unit_id=old, successor_id=new)
    assert done.assignments == 3
    with world.database.read() as s:
        parts = s.execute(
            select(Assignment.task_id, Assignment.unit_id, Assignment.role).where(
                Assignment.open(), Assignment.unit_id.in_([old, new])
            )
        ).all()
        assert sorted(parts) == [(world.tasks[code], new, "lead") for code in ("1.1", "1.2", "1.3")]
        assert not s.get_one(Unit, old).active
    with world.acting(world.administrator, LATER) as c:
        assert Directory(c, TOP_PLACE).unit("市人社局") == new
    with pytest.raises(Invalid):
        world.do(world.administrator, merge_units, LATER, unit_id=old, successor_id=new)


def test_the_successor_of_a_member_answers_for_itself_as_the_member_did(
    database: Database,
) -> None:
    world = little_city(database)
    gone = {"unit_id": world.units[LONGYOU], "successor_id": world.units[LABOUR]}
    world.do(world.administrator, merge_units, LATER, **gone)
    with world.database.read() as s:
        (task,) = tasks_progress(s, Task.id == world.tasks["2.2"], LATER).values()
    assert task.standing.collector is None
    assert set(task.standing.answerable) == {world.units[KECHENG], world.units[LABOUR]}


def test_a_late_joiner_is_proposed_the_groups_tasks(database: Database) -> None:
    world = little_city(database)
    unit = world.do(world.administrator, save_unit, name="常山县", kind="county")
    made = world.do(world.administrator, join_group, LATER, group_id=group(world), unit_id=unit)
    assert len(made) == 2
    with pytest.raises(Invalid):
        world.do(world.administrator, join_group, LATER, group_id=group(world), unit_id=unit)
    world.do(world.reviewer, issue_proposed, LATER, assignment_ids=made[:1])
    world.do(world.reviewer, issue_proposed, LATER, assignment_ids=made[1:], take=False)
    with world.database.read() as s:
        assert [record.state_of(s, "assignment", i) for i in made] == ["issued", "ended"]
    with pytest.raises(WrongState):
        world.do(world.reviewer, issue_proposed, LATER, assignment_ids=made[:1])


def test_who_leaves_a_group_leaves_its_tasks_and_may_come_back(database: Database) -> None:
    world = little_city(database)
    given = {"group_id": group(world), "unit_id": world.units[LONGYOU]}
    assert world.do(world.administrator, leave_group, LATER, **given) == 2
    with pytest.raises(NotFound):
        world.do(world.administrator, leave_group, LATER, **given)
    with world.database.read() as s:
        left = select(Membership.valid_to).where(Membership.unit_id == world.units[LONGYOU])
        assert s.scalars(left).all() == [date(2021, 3, 5)]
        states = select(AssignmentState.state, func.count()).where(AssignmentState.open())
        assert dict(s.execute(states.group_by(AssignmentState.state)).tuples().all()) == {
            "ended": 2, "issued": 8
        }  # fmt: skip
    assert len(world.do(world.administrator, join_group, LATER, **given)) == 2
    again = LATER + timedelta(hours=1)
    world.do(world.administrator, leave_group, again, **given)
    assert len(world.do(world.administrator, join_group, again, **given)) == 2


POLICY = PlanPolicy(
    ladders={"acknowledge": [{"workdays": -1, "audience": ["liaison"], "tone": "ahead"}]}
)


def test_a_changed_policy_lays_its_ladders_out_anew(database: Database) -> None:
    world = little_city(database)
    with world.database.write() as s:
        step = s.scalars(select(ClockStep.id).where(ClockStep.step == "T-2")).one()
        person, unit = world.person(SCIENCE, "liaison"), world.units[SCIENCE]
        digest = s.scalars(
            insert(Digest)
            .values(person_id=person, local_date=date(2021, 1, 7), channel="mail")
            .returning(Digest.id)
        ).one()
        s.execute(
            insert(Reminder).values(
                plan_id=world.plan_id, subject="assignment", subject_id=1, unit_id=unit,
                clock_step_id=step, person_id=person, role="liaison", digest_id=digest, at=ISSUED,
            )
        )  # fmt: skip
    given = {"plan_id": world.plan_id, "policy": POLICY}
    world.do(world.administrator, change_plan, version=2, **given)
    with world.database.read() as s:
        steps = s.execute(select(ClockStep.step, ClockStep.fire_on).order_by(ClockStep.fire_on))
        # The step that somebody was told of stays, so that nobody is told of it twice.
        assert steps.tuples().all() == [("T-2", date(2021, 1, 7)), ("T-1", date(2021, 1, 8))]
        assert PlanPolicy.from_json(s.get_one(Plan, world.plan_id).policy) == POLICY
    with pytest.raises(Conflict):
        world.do(world.administrator, change_plan, version=2, **given)
    with pytest.raises(NotAllowed):
        world.do(world.person(OFFICE, "reviewer"), change_plan, version=3, **given)


def test_a_moved_day_moves_reminders_and_no_due_date(database: Database) -> None:
    world = little_city(database)

    def dates() -> tuple[set[date], dict[str, date]]:
        with world.database.read() as s:
            steps = select(ClockStep.step, ClockStep.fire_on).distinct()
            return set(s.scalars(select(Clock.due_on))), dict(s.execute(steps).tuples().all())

    due, steps = dates()
    assert (due, steps["T-2"]) == ({date(2021, 1, 11)}, date(2021, 1, 7))
    world.do(world.administrator, set_calendar_day, day=date(2021, 1, 9), workday=True)
    due, steps = dates()
    assert (due, steps["T-2"]) == ({date(2021, 1, 11)}, date(2021, 1, 8))


@pytest.mark.parametrize(
    "policy",
    [
        PlanPolicy(rounds=()),
        PlanPolicy(rounds=(RoundRule("Q1", "03-25", "03-10"),)),
        PlanPolicy(rounds=(RoundRule("Q1", "02-29", "03-10"),)),
        PlanPolicy(rounds=(RoundRule("Q1", "03-01", "03-10", ("daily",)),)),
        PlanPolicy(review_workdays=-1),
        PlanPolicy(mail_detail="all"),
        PlanPolicy(ladders={"dinner": []}),
        PlanPolicy(ladders={"report": [{"workdays": 0, "audience": ["leader"], "tone": "late"}]}),
    ],
)
def test_a_policy_that_cannot_be_is_refused(sqlite_database: Database, policy: PlanPolicy) -> None:
    world = little_city(sqlite_database)
    with pytest.raises(Invalid):
        world.do(world.administrator, change_plan, plan_id=world.plan_id, version=2, policy=policy)


def test_kecheng_keeps_its_tasks_when_longyou_leaves(database: Database) -> None:
    world = little_city(database)
    world.do(world.administrator, leave_group, group_id=group(world), unit_id=world.units[LONGYOU])
    assert world.assignment("2.2", KECHENG)


def test_what_a_leaving_unit_has_not_filed_is_waived_with_its_reason(database: Database) -> None:
    world = little_city(database)
    world.now = LATER + timedelta(days=10)
    world.do(system("clock"), open_rounds)
    world.do(world.administrator, leave_group, group_id=group(world), unit_id=world.units[LONGYOU])
    with world.database.read() as s:
        rows = s.execute(
            select(Unit.name, ReportState.state, ReportDecision.reason)
            .join(Report, Report.id == ReportState.report_id)
            .join(Unit, Unit.id == Report.unit_id)
            .outerjoin(ReportDecision, ReportDecision.report_id == Report.id)
            .where(ReportState.open(), Report.task_id == world.tasks["2.2"])
        ).all()
        assert sorted(rows, key=str) == [(KECHENG, "due", None), (LONGYOU, "waived", "left_group")]


def test_what_supports_owe_goes_to_the_unit_that_takes_over(database: Database) -> None:
    world = little_city(database)
    world.now = LATER + timedelta(days=10)
    policy = PlanPolicy(supports_report=True)
    world.do(world.administrator, change_plan, plan_id=world.plan_id, version=2, policy=policy)
    world.do(system("clock"), open_rounds)
    asked = world.do(
        world.person(SCIENCE, "liaison"), dispute,
        assignment_id=world.assignment("1.1", SCIENCE), reason="不属职责",
    )  # fmt: skip
    new = world.units[KECHENG]
    world.do(world.reviewer, decide, request_id=asked.request_id, approve=True, to_unit_id=new)
    with world.database.read() as s:
        rows = s.execute(
            select(Report.unit_id, Report.lead_unit_id, ReportState.state)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(ReportState.open(), Report.task_id == world.tasks["1.1"])
        ).all()
        science, labour = world.units[SCIENCE], world.units[LABOUR]
        assert sorted(rows) == [(science, science, "waived"), (labour, new, "due")]
