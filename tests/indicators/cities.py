"""A little city whose plan has indicators, for tests of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import select

from db.engine import Database
from db.models import Indicator, IndicatorVersion
from tasks_catalog import sample
from tasks_catalog.model import Catalogue
from tasks_catalog.model import Indicator as Named
from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value
from workflow.verbs.indicators.report_indicator_value import report_indicator_value
from workflow.verbs.indicators.set_indicator import set_indicator, settings_of
from worlds import LABOUR, SCIENCE, World, empty_city, little_catalogue, load

TABLE = "“十四五”主要指标"
TOTAL, SKILLED, RESEARCH = "人才资源总量", "高技能人才", "万名就业人员研发人员数"
GROWTH = "全员劳动生产率年均增长"


def row(name: str, no: int, unit: str, baseline: str | None, target: str, **more: object) -> Named:
    """A row of the plan's table, from 2020 to 2025."""
    return Named(
        name=name, table=TABLE, no=no, category="人才总量", unit=unit, baseline_year=2020,
        baseline=Decimal(baseline) if baseline else None, target_year=2025,
        target=Decimal(target), op="=", target_text=target, **more,  # type: ignore[arg-type]
    )  # fmt: skip


ROWS = (
    Named(TOTAL, table="“十三五”完成情况", unit="万人", target_year=2020, target=Decimal("47.2")),
    row(TOTAL, 1, "万人", "44.38", "55"),
    row(SKILLED, 5, "万人", "7.1", "12"),
    row(RESEARCH, 8, "人年", "60", "75"),
    row(GROWTH, 13, "%", None, "6.5"),
    Named(TOTAL, unit="人", target_year=2025, target=Decimal(550_000), op=">=",
          target_text="人才资源总量达到55万人"),
    Named(RESEARCH, unit="人年", target_year=2025, target=Decimal(120), op=">=",
          target_text="达到120人年以上"),
    Named("新引进领军人才", unit="人", target_year=2025, target=Decimal(100), op=">=",
          target_text="新引进领军人才100人", kind="new"),
)  # fmt: skip


def catalogue(rows: tuple[Named, ...] = ROWS) -> Catalogue:
    return replace(little_catalogue(), indicators=rows)


def city_with_indicators(database: Database, *, issued: bool = True) -> World:
    """See worlds.little_city; its plan has the indicators above."""
    world = empty_city(database)
    load(world, catalogue(), issued=issued)
    return world


def indicator_of(world: World, name: str) -> int:
    with world.database.read() as session:
        return session.scalars(select(Indicator.id).where(Indicator.name == name)).one()


def versions_of(world: World, name: str) -> list[IndicatorVersion]:
    """All versions in order, the last in force."""
    with world.database.read() as session:
        return list(
            session.scalars(
                select(IndicatorVersion)
                .join(Indicator, Indicator.id == IndicatorVersion.indicator_id)
                .where(Indicator.name == name)
                .order_by(IndicatorVersion.id)
            )
        )


def in_force(world: World) -> dict[str, IndicatorVersion]:
    with world.database.read() as session:
        rows = session.execute(
            select(Indicator.name, IndicatorVersion)
            .join(IndicatorVersion, IndicatorVersion.indicator_id == Indicator.id)
            .where(IndicatorVersion.open())
            .order_by(IndicatorVersion.position)
        )
        return dict(rows.tuples().all())


def answered_for(world: World, name: str, responsible: str, source: str, month: int = 3) -> None:
    """The office names who answers for an indicator, its data source and the month."""
    version = in_force(world)[name]
    settings = replace(
        settings_of(version), responsible_unit_id=world.units[responsible],
        source_unit_id=world.units[source], known_month=month,
    )  # fmt: skip
    world.do(world.reviewer, set_indicator, indicator_id=version.indicator_id,
             version_id=version.id, settings=settings)  # fmt: skip


def report(
    world: World, who: int, name: str, year: int, text: str, firmness: str = "preliminary",
    **more: object,
) -> int:  # fmt: skip
    """Report a value as a person; its id."""
    made: int = world.do(who, report_indicator_value, indicator_id=indicator_of(world, name),
                         year=year, text=text, firmness=firmness, **more)  # fmt: skip
    return made


def noon(year: int, month: int, day: int) -> datetime:
    """Noon in Shanghai."""
    return datetime(year, month, day, 4, tzinfo=UTC)


YEARS = {
    TOTAL: ("46.31", "48.33", "50.2"),
    "党政人才": ("1.6", "1.6", "1.6"),
    "经营管理人才": ("8.71", "9.32", "9.96"),
    "专业技术人才": ("15.1", "15.55", "15.92"),
    SKILLED: ("7.45", "8.2", "8.87"),
    "农村实用人才": ("12.6", "12.94"),
    RESEARCH: ("66.4", "71.9", "79.3"),
    "专业技术人才高级职称比例": ("7", "7.1", "7.2"),
    "每万人发明专利拥有量": ("3.2", "4.1", "4.8"),
}


def five_years(database: Database) -> World:
    """The shipped plan of Quzhou's numbers in the little city, as of 14 March 2024: values of three
    years, the last preliminary, and 每万名就业人员研发人员数 by another definition from 2022 on."""
    world = empty_city(database)
    shipped = sample("quzhou-2021").indicators
    load(world, replace(little_catalogue(), indicators=shipped))
    liaison, other = world.person(LABOUR, "liaison"), world.person(SCIENCE, "liaison")
    for place, (name, values) in enumerate(YEARS.items()):
        own = place % 2
        world.now = noon(2021, 2, 1)
        answered_for(world, name, LABOUR, LABOUR if own else SCIENCE)
        for year, text in enumerate(values, 2021):
            world.now = noon(year + 1, 3, 7)
            value = report(world, liaison, name, year, text)
            if year < 2023:
                verifier = world.person(LABOUR, "deputy_head") if own else other
                world.do(verifier, confirm_indicator_value, value_id=value)
    world.now = noon(2022, 6, 15)
    version = in_force(world)[RESEARCH]
    for since, text, paper in (
        (0, "按六普推算数", "规划表2第8项"),
        (2022, "按七普修订数", "市统计局函"),
    ):
        settings = replace(settings_of(version), definition=text, definition_from=since,
                           restated=not since)  # fmt: skip
        world.do(world.reviewer, set_indicator, indicator_id=version.indicator_id,
                 version_id=version.id, settings=settings, document=paper)  # fmt: skip
        version = in_force(world)[RESEARCH]
    world.now = noon(2024, 3, 14)
    return world
