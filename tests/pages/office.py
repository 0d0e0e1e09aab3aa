"""A city in the middle of its year, made by the verbs, for tests of the office's pages."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from sqlalchemy import select

from db.models import Assignment, Measure, Report, ReportState, Round
from db.queries.reports.asked_fields import required_fields
from workflow.rules.access.permissions import system
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import LABOUR, OFFICE, World

CLOCK = system("clock")


def noon(year: int, month: int, day: int) -> datetime:
    """Noon in Shanghai."""
    return datetime(year, month, day, 4, tzinfo=UTC)


def acknowledge_all(world: World) -> None:
    """Every unit takes on what it was given."""
    with world.database.read() as session:
        parts = session.execute(select(Assignment.id, Assignment.unit_id)).all()
    names = {unit_id: name for name, unit_id in world.units.items()}
    for part, unit_id in parts:
        world.do(world.person(names[unit_id], "liaison"), acknowledge, assignment_id=part)


def open_round(world: World, at: datetime) -> None:
    """Open the rounds whose day has come; the world's clock stands there then."""
    world.now = at
    world.do(CLOCK, open_rounds)


def reports(world: World, period: str) -> list[Report]:
    """The reports of a round in order of tasks and units."""
    with world.database.read() as session:
        return list(
            session.scalars(
                select(Report)
                .join(Round, Round.id == Report.round_id)
                .where(Round.period == period)
                .order_by(Report.task_id, Report.unit_id)
            )
        )


def report_of(world: World, code: str, unit: str, period: str = "2021Q1") -> Report:
    """One unit's report on a task in a round, as it stands."""
    task, who = world.tasks[code], world.units[unit]
    return next(r for r in reports(world, period) if (r.task_id, r.unit_id) == (task, who))


def state_of(world: World, report_id: int) -> str:
    with world.database.read() as session:
        return session.scalars(
            select(ReportState.state).where(ReportState.report_id == report_id, ReportState.open())
        ).one()


def file(
    world: World,
    report: Report,
    text: str = "组织两场对接会，新引进人才若干名。",
    *,
    status: str = "on_track",
    values: dict[int, str] | None = None,
    signed: bool = True,
    **more: str,
) -> None:
    """The unit's liaison submits, its deputy head signs off; values by measure, else 30."""
    names = {unit_id: name for name, unit_id in world.units.items()}
    unit = names[report.unit_id]
    with world.database.read() as session:
        asked = required_fields(session, report, world.now)
    said = {"status": status, "text": text, **more}
    if status in ("behind", "stuck"):
        said.setdefault("problem", "用地指标尚未落实，设计单位未确定。")
    for measure in asked.measures:
        said[f"value:{measure.id}"] = (values or {}).get(measure.id, "30")
    if asked.again:
        said.setdefault("change_note", "已按意见更正。")
    draft = 1 if asked.again else 0
    world.do(
        world.person(unit, "liaison"), submit, report_id=report.id, version=draft,
        key=f"{report.id}-{len(said)}-{world.now:%m%d%H%M}", content=said,
    )  # fmt: skip
    if signed:
        version = now_of(world, report.id).version
        world.do(world.person(unit, "deputy_head"), sign_off, report_id=report.id, version=version)


def now_of(world: World, report_id: int) -> Report:
    with world.database.read() as session:
        return session.get_one(Report, report_id)


def judge(world: World, report: Report, reason: str = "") -> None:
    """A reviewer who may accepts the report, or returns it where a reason is given."""
    who = world.reviewer
    if report.unit_id == world.units[OFFICE]:
        who = world.person(LABOUR, "reviewer")
    version = now_of(world, report.id).version
    if reason:
        world.do(who, return_report, report_id=report.id, version=version, reason=reason)
    else:
        world.do(who, accept, report_id=report.id, version=version)


def measure_of(world: World, code: str, no: int = 1) -> int:
    with world.database.read() as session:
        return session.scalars(
            select(Measure.id).where(Measure.task_id == world.tasks[code], Measure.no == no)
        ).one()


def live(world: World, until: str, seed: int = 7) -> None:
    """Rounds of 2021 up to `until` (2021Q3) with reports of all sorts, the last half reviewed."""
    acknowledge_all(world)
    chance = Random(seed)
    days = {"2021Q1": (3, 10), "2021Q2": (6, 10), "2021Q3": (9, 10), "2021Q4": (11, 15)}
    for period, (month, day) in days.items():
        open_round(world, noon(2021, month, day))
        last = period == until
        for report in reports(world, period):
            luck = chance.random()
            world.now = noon(2021, month, min(day + int(luck * 16), 29))
            if luck > 0.9:
                continue
            status = "stuck" if luck < 0.07 else "behind" if luck < 0.2 else "on_track"
            file(world, report, words(chance, period), status=status)
            if last and luck > 0.3:
                continue
            if 0.5 < luck < 0.56:
                judge(world, report, "数据口径与上季度不一致，请说明并补充佐证材料。")
                if last:
                    continue
                file(world, report, words(chance, period) + "口径为当年新引进。")
            judge(world, report)
        world.now = noon(2021, month, 29)
        if last:
            return


def words(chance: Random, period: str) -> str:
    """What a liaison might write."""
    done = ("组织专场招引活动", "走访重点企业", "召开协调会", "完成方案论证", "开展政策宣讲")
    gains = ("引进高层次人才", "签订合作协议", "兑现补助资金", "建成服务窗口", "培训骨干")
    return (
        f"本季度{chance.choice(done)}{chance.randint(2, 9)}场次，{chance.choice(gains)}"
        f"{chance.randint(10, 90)}（人、项、万元），{period[4:]}节点任务按计划推进。"
    )
