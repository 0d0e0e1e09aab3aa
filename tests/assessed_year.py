"""A little city's 2021, filed by the verbs: year targets, one round, who reached what."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Measure, Milestone, Report, Round, Task
from workflow.rules.access.permissions import system
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city

CLOCK = system("clock")
OPENED = datetime(2021, 11, 16, 1, tzinfo=UTC)
FILED = datetime(2021, 11, 29, 1, tzinfo=UTC)
NEW_YEAR = datetime(2022, 1, 10, 1, tzinfo=UTC)


@built_once
def a_year(database: Database) -> World:
    """1.1 reached 15 of 20 (科技局); 1.2 its document 16 days late (人社局); 1.3 its first
    milestone on the day; 2.1 on track (组织部); 2.2 柯城区 1200 of 1200, 龙游县 silent."""
    world = little_city(database)
    world.do(world.administrator, save_scheme, data=shipped_scheme("quzhou"))
    year_targets(world, "1.1", {SCIENCE: "20"})
    year_targets(world, "2.2", {KECHENG: "1200", LONGYOU: "800"})
    world.now = OPENED
    world.do(CLOCK, open_rounds)
    world.now = FILED
    people, graduates = measure(world, "1.1"), measure(world, "2.2")
    document, step = milestone(world, "1.2"), milestone(world, "1.3")
    ratio = people + 1
    file(world, "1.1", SCIENCE, {f"value:{people}": "15", f"value:{ratio}": "2.1"})
    file(world, "1.2", LABOUR, {f"reached:{document}": "2021-07-16"})
    file(world, "1.3", SCIENCE, {f"reached:{step}": "2021-09-30"})
    file(world, "2.1", OFFICE, {}, reviewer=world.person(LABOUR, "reviewer"))
    file(world, "2.2", KECHENG, {f"value:{graduates}": "1200"})
    world.now = NEW_YEAR
    return world


def year_targets(world: World, code: str, shares: dict[str, str]) -> None:
    measure_id = measure(world, code)
    with world.database.read() as session:
        version = session.scalars(select(Task.version).where(Task.code == code)).one()
    entries = [TargetEntry(world.units[unit], 2021, text) for unit, text in shares.items()]
    world.do(
        world.administrator, set_year_targets, measure_id=measure_id, version=version,
        entries=entries,
    )  # fmt: skip


def measure(world: World, code: str) -> int:
    """The first measure of a task."""
    with world.database.read() as session:
        of = select(Measure.id).where(Measure.task_id == world.tasks[code]).order_by(Measure.no)
        return session.scalars(of).first() or 0


def milestone(world: World, code: str) -> int:
    """The first milestone of a task."""
    with world.database.read() as session:
        of = select(Milestone.id).where(Milestone.task_id == world.tasks[code], Milestone.open())
        return session.scalars(of.order_by(Milestone.no)).first() or 0


def file(
    world: World,
    code: str,
    unit: str,
    fields: dict[str, str],
    *,
    period: str = "2021Q4",
    reviewer: int | None = None,
    accepted: bool = True,
    status: str = "on_track",
) -> int:
    """Submit, sign off and accept a unit's report; the report's id."""
    with world.database.read() as session:
        report_id = session.scalars(
            select(Report.id)
            .join(Round, Round.id == Report.round_id)
            .where(
                Report.task_id == world.tasks[code],
                Report.unit_id == world.units[unit],
                Round.period == period,
            )
        ).one()
    content = {"status": status, "text": "本季度各项工作按计划推进，成效明显。", **fields}
    liaison = world.person(unit, "liaison")
    key = f"{report_id}-{len(fields)}-{world.now.isoformat()}"
    world.do(liaison, submit, report_id=report_id, version=0, key=key, content=content)
    world.do(
        world.person(unit, "deputy_head"), sign_off, report_id=report_id,
        version=version_of(world, report_id),
    )  # fmt: skip
    if accepted:
        world.do(
            reviewer or world.reviewer, accept, report_id=report_id,
            version=version_of(world, report_id),
        )  # fmt: skip
    return report_id


def version_of(world: World, report_id: int) -> int:
    with world.database.read() as session:
        return session.scalars(select(Report.version).where(Report.id == report_id)).one()
