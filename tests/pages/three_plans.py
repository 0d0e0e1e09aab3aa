"""A city with three plans in the middle of their first round."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from db.engine import Database
from pages.office import acknowledge_all, file, judge, noon, open_round, report_of
from workflow.rules.requests import NewDate
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.requests.request import request
from worlds import LABOUR, SCIENCE, World, empty_city, little_catalogue, load

TITLES = {
    "little": "小城人才规划",
    "harbour": "小城市关于打造更优人才生态的若干意见（试行）",
    "valley": "2021年山谷人才工作要点",
}


@dataclass
class ThreePlans(World):
    """The world with the ids of its plans by code."""

    plans: dict[str, int] = field(default_factory=dict)


def three_plans(database: Database) -> ThreePlans:
    """In each plan: 1.1 of 科技局 is stuck and awaits review, 1.2 of 人社局 is accepted, 1.3 of
    科技局 awaits sign-off, and 人社局 asks for a later date; an assessment was worked out."""
    world = ThreePlans(**vars(empty_city(database)))
    tasks_of: dict[str, dict[str, int]] = {}
    for code, title in TITLES.items():
        little = little_catalogue()
        load(world, replace(little, plan=replace(little.plan, code=code, title=title)))
        world.plans[code], tasks_of[code] = world.plan_id, dict(world.tasks)
    world.do(world.administrator, save_scheme, data=shipped_scheme("quzhou"))
    acknowledge_all(world)
    open_round(world, noon(2021, 3, 10))
    for code in TITLES:
        world.tasks, world.now = tasks_of[code], noon(2021, 3, 15)
        file(world, report_of(world, "1.1", SCIENCE), status="stuck")
        file(world, report_of(world, "1.2", LABOUR))
        judge(world, report_of(world, "1.2", LABOUR))
        file(world, report_of(world, "1.3", SCIENCE), signed=False)
        world.do(
            world.person(LABOUR, "liaison"), request, kind="extension", reason="设计单位未确定。",
            assignment_id=world.assignment("1.2", LABOUR), wish=NewDate(date(2021, 9, 30)),
        )  # fmt: skip
        world.do(world.administrator, assess, plan_id=world.plans[code], year=2021)
    world.now = noon(2021, 4, 12)
    return world
