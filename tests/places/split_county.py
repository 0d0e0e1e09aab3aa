"""柯城区 has split the city's 1,200 graduates among two bureaus, 100 more than was asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from assessed_year import FILED, OPENED, file, measure, year_targets
from built_once import built_once
from db.engine import Database
from db.models import Task
from tasks_catalog.model import CatalogueMeasure, CatalogueTask, TaskUnit
from two_counties import (
    COUNTY_OFFICE,
    EDUCATION,
    SCHOOLS,
    Counties,
    county_catalogue,
    two_counties,
)
from workflow.rules.access.permissions import system
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import KECHENG, LONGYOU

CLOCK = system("clock")


def taken(code: str, unit: str, value: int) -> CatalogueTask:
    return CatalogueTask(
        code,
        f"引进大学生（{unit}）",
        "numbers",
        "1",
        units=(TaskUnit(unit, unit, "lead"),),
        measures=(CatalogueMeasure("大学生", ">=", Decimal(value), "人", None, "annual"),),
        taken_from="little/2.2",
    )


@built_once
def split_county(database: Database) -> Counties:
    """See the module; the last round of 2021 is open, in the city and in the county."""
    world = two_counties(database)
    year_targets(world, "2.2", {KECHENG: "1200", LONGYOU: "800"})
    tasks = (taken("2", EDUCATION, 700), taken("3", SCHOOLS, 600))
    plan = county_catalogue(KECHENG, tasks)
    mine = world.people[f"{KECHENG}/{COUNTY_OFFICE}", "administrator"]
    plan = replace(plan, plan=replace(plan.plan, code="330802-2"))
    loaded = world.do(mine, load_catalogue, catalogue=plan)
    world.do(mine, issue, plan_id=loaded.plan_id, document="柯委〔2021〕2号")
    with world.reading(CLOCK) as c:
        rows = select(Task.code, Task.id).where(Task.plan_id == loaded.plan_id)
        world.tasks |= {f"柯{code}": key for code, key in c.session.execute(rows).tuples()}
    world.now = OPENED
    world.do(CLOCK, open_rounds)
    world.now = FILED
    return world


def below(world: Counties, code: str, unit: str, value: str) -> None:
    """A bureau of 柯城区 reports, and its county accepts."""
    key = f"{KECHENG}/{unit}"
    fields = {f"value:{measure(world, f'柯{code}')}": value}
    reviewer = world.people[f"{KECHENG}/{COUNTY_OFFICE}", "reviewer"]
    file(world, f"柯{code}", key, fields, reviewer=reviewer)
