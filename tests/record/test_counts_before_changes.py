"""What is said before units change is what happens; what is late is what nobody filed."""

from datetime import date

from sqlalchemy import func, select

from built_once import built_once
from db.engine import Database
from db.models import Report, ReportState, UnitGroup
from db.queries.reports.late import late_reports
from db.queries.units.changes import joining, leaving, merging, proposals
from pages.office import file, noon, open_round
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.assignments.issue_proposed import issue_proposed
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.units.join_group import join_group
from workflow.verbs.units.leave_group import leave_group
from workflow.verbs.units.merge_units import merge_units
from workflow.verbs.units.save_unit import save_unit
from worlds import COUNTIES, LABOUR, LONGYOU, SCIENCE, World, little_city


@built_once
def begun(database: Database) -> World:
    world = little_city(database)
    policy = PlanPolicy(supports_report=True)
    world.do(world.administrator, change_plan, plan_id=world.plan_id, version=2, policy=policy)
    open_round(world, noon(2021, 3, 10))
    return world


def waived(world: World, unit: str) -> int:
    with world.database.read() as session:
        found = session.scalar(
            select(func.count())
            .select_from(Report)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(
                Report.unit_id == world.units[unit],
                ReportState.open(),
                ReportState.state == "waived",
            )
        )
    return found or 0


def test_the_counts_of_a_group_come_true(database: Database) -> None:
    world = begun(database)
    new = world.do(world.administrator, save_unit, name="常山县", kind="county")
    with world.reading(world.administrator) as c:
        group = c.session.scalars(select(UnitGroup.id).where(UnitGroup.name == COUNTIES)).one()
        planned = joining(c.session, c.actor, group, new)
        lost = leaving(c.session, c.actor, group, world.units[LONGYOU])
    made = world.do(world.administrator, join_group, group_id=group, unit_id=new)
    assert len(made) == planned == 2
    ended = world.do(world.administrator, leave_group, group_id=group, unit_id=world.units[LONGYOU])
    assert (ended, waived(world, LONGYOU)) == (lost.tasks, lost.unfiled) == (2, 2)
    with world.reading(world.reviewer) as c:
        waiting = proposals(c.session, c.actor)
        assert joining(c.session, c.actor, group, new) == 0
    assert [one.assignment_id for one in waiting] == list(made)
    world.do(world.reviewer, issue_proposed, assignment_ids=made)
    with world.reading(world.reviewer) as c:
        assert proposals(c.session, c.actor, world.plan_id) == []


def test_the_counts_of_a_merger_come_true(database: Database) -> None:
    world = begun(database)
    old, new = world.units[LABOUR], world.units[SCIENCE]
    with world.reading(world.administrator) as c:
        found = merging(c.session, c.actor, old, new, c.today)
    done = world.do(world.administrator, merge_units, unit_id=old, successor_id=new)
    assert done.assignments == found.leads + found.supports == 3
    assert waived(world, LABOUR) == found.unfiled == 3
    assert (found.shared, found.groups, found.people) == (2, 0, 3)


def test_late_is_what_its_unit_still_has(database: Database) -> None:
    world = begun(database)
    with world.database.read() as session:
        rows = session.scalars(select(Report).where(Report.task_id == world.tasks["1.1"])).all()
    support = next(row for row in rows if row.unit_id == world.units[LABOUR])
    file(world, support, signed=False)
    for day, codes in ((date(2021, 3, 15), []), (date(2021, 4, 1), ["1.1"])):
        with world.reading(world.reviewer) as c:
            late = late_reports(c.session, c.actor, [world.plan_id], day)
        assert [one.code for one in late if one.task_id == support.task_id] == codes
        assert support.id not in [one.report_id for one in late]
    with world.reading(world.person(SCIENCE, "liaison")) as c:
        mine = late_reports(c.session, c.actor, [world.plan_id], date(2021, 4, 1))
    assert {one.unit_id for one in mine} <= {world.units[SCIENCE], world.units[LABOUR]}
