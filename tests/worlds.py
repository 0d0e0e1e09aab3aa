"""Small worlds for tests: units, people, and a plan that was loaded and issued by the verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from built_once import built_once
from db.engine import Database
from db.models import Assignment, Person, Role, Task, Unit
from db.queries.people.people import actor_of
from notifications.letterhead import Letterhead
from tasks_catalog import sample
from tasks_catalog.model import (
    Catalogue,
    CatalogueItem,
    CatalogueMeasure,
    CataloguePlan,
    Deadline,
    TaskUnit,
)
from tasks_catalog.model import CatalogueTask as Demand
from tasks_catalog.model import CatalogueUnit as Named
from workflow.rules.access.permissions import Actor
from workflow.rules.time.dates import ZONE, local_date
from workflow.verbs.context import Context
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue

ISSUED = datetime(2021, 1, 4, 1, tzinfo=UTC)
"""Monday 4 January 2021, nine in the morning in Quzhou."""
LETTERHEAD = Letterhead("http://luoshi.test", "luoshi@luoshi.test", ZONE, "s" * 32)

OFFICE, SCIENCE, LABOUR = "市委组织部", "市科技局", "市人力社保局"
KECHENG, LONGYOU = "柯城区", "龙游县"
COUNTIES, OTHERS = "各县（市、区）", "市级相关单位"


@dataclass
class World:
    """A database with people in it. `now` is what the verbs are given unless told otherwise."""

    database: Database
    now: datetime = ISSUED
    plan_id: int = 0
    units: dict[str, int] = field(default_factory=dict)
    people: dict[tuple[str, str], int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)

    def person(self, unit: str, role: str) -> int:
        """The id of the person who holds a role for a unit; the leader's unit is ""."""
        return self.people[unit, role]

    @contextmanager
    def acting(self, who: int | Actor, at: datetime | None = None) -> Iterator[Context]:
        """One transaction of a person (id) or a system actor."""
        now = at or self.now
        with self.database.write() as session:
            actor = who if isinstance(who, Actor) else actor_of(session, who, local_date(now, ZONE))
            yield Context(session, actor, now, LETTERHEAD)

    @contextmanager
    def reading(self, who: int | Actor, at: datetime | None = None) -> Iterator[Context]:
        """The same for reading: `.session`, `.actor`, `.now`."""
        now = at or self.now
        with self.database.read() as session:
            actor = who if isinstance(who, Actor) else actor_of(session, who, local_date(now, ZONE))
            yield Context(session, actor, now, LETTERHEAD)

    def do(
        self, who: int | Actor, verb: Callable[..., Any], at: datetime | None = None, **given: Any
    ) -> Any:
        """Carry out one verb in its own transaction; its result."""
        with self.acting(who, at) as c:
            return verb(c, **given)

    def assignment(self, code: str, unit: str) -> int:
        """The id of a unit's assignment in force in the task with this code."""
        with self.database.read() as session:
            return session.scalars(
                select(Assignment.id).where(
                    Assignment.task_id == self.tasks[code],
                    Assignment.unit_id == self.units[unit],
                    Assignment.open(),
                )
            ).one()

    @property
    def administrator(self) -> int:
        return self.person(OFFICE, "administrator")

    @property
    def reviewer(self) -> int:
        return self.person(OFFICE, "reviewer")


@built_once
def little_city(database: Database) -> World:
    """Five units and a plan of 2021 to 2025 with a task of each kind, issued on 4 January 2021.

    1.1 numbers (科技局 leads, 人社局 supports), 1.2 a deliverable due 30 June 2021 (人社局),
    1.3 milestones (科技局 and 人社局 lead, others kept), 2.1 steady (组织部 leads, the counties
    support), 2.2 numbers that each county leads. Each unit has a liaison and a deputy head; 组织部
    a reviewer and an administrator, 人社局 a reviewer too (for the tasks of 组织部); and there is a
    leader.
    """
    world = empty_city(database)
    load(world, little_catalogue())
    return world


@built_once
def quzhou(database: Database) -> World:
    """The shipped Quzhou plan, issued on 4 January 2021, with the same people for its 36 units."""
    world = empty_city(database)
    load(world, sample("quzhou-2020"))
    return world


@built_once
def empty_city(database: Database) -> World:
    """The organisation department alone, with its people and the leader; no plan."""
    world = World(database)
    with database.write() as session:
        office = Unit(name=OFFICE, kind="department", position=0)
        session.add(office)
        session.flush()
        world.units[OFFICE] = office.id
    add_people(
        world,
        [(OFFICE, r) for r in ("liaison", "deputy_head", "reviewer", "administrator")]
        + [("", "leader")],
    )
    return world


def load(world: World, catalogue: Catalogue, *, issued: bool = True) -> None:
    """Load a catalogue, give its new units people and, unless told otherwise, issue it."""
    loaded = world.do(world.administrator, load_catalogue, catalogue=catalogue)
    world.plan_id = loaded.plan_id
    with world.database.read() as session:
        world.units = dict(session.execute(select(Unit.name, Unit.id)).tuples().all())
        in_plan = select(Task.code, Task.id).where(Task.plan_id == world.plan_id)
        world.tasks = dict(session.execute(in_plan).tuples().all())
    new = [name for name in world.units if (name, "liaison") not in world.people]
    roles = [(name, role) for name in new for role in ("liaison", "deputy_head")]
    if (LABOUR, "reviewer") not in world.people and LABOUR in world.units:
        roles.append((LABOUR, "reviewer"))
    add_people(world, roles)
    if issued:
        world.do(world.administrator, issue, plan_id=world.plan_id, document="衢委人才〔2021〕1号")


def add_people(world: World, posts: list[tuple[str, str]]) -> None:
    """A person for each (unit, role), from 1 January 2021 on."""
    with world.database.write() as session:
        rows = [
            {
                "email": f"{role}{world.units.get(unit, 0)}@luoshi.test",
                "name": f"{unit}{role}",
                "unit_id": world.units.get(unit),
            }
            for unit, role in posts
        ]
        new = insert(Person).returning(Person.id, sort_by_parameter_order=True)
        ids = session.scalars(new, rows).all() if rows else []
        since = date(2021, 1, 1)
        held = [
            {"person_id": i, "unit_id": world.units.get(unit), "name": role, "valid_from": since}
            for i, (unit, role) in zip(ids, posts, strict=True)
        ]
        if held:
            session.execute(insert(Role), held)
        world.people.update(zip(posts, ids, strict=True))


def little_catalogue() -> Catalogue:
    """See little_city."""

    def lead(name: str, *, group: bool = False) -> TaskUnit:
        return TaskUnit(name, name, "lead", group)

    def support(name: str, *, group: bool = False) -> TaskUnit:
        return TaskUnit(name, name, "support", group)

    return Catalogue(
        plan=CataloguePlan(
            "little",
            "小城人才规划",
            "中共小城市委",
            "小委〔2020〕9号",
            date(2020, 12, 1),
            2021,
            2025,
        ),
        items=(CatalogueItem("1", "引才"), CatalogueItem("2", "服务")),
        tasks=(
            Demand(
                "1.1",
                "引进领军人才",
                "numbers",
                "1",
                "五年引进领军人才100人。",
                (lead(SCIENCE), support(LABOUR)),
                due=date(2025, 12, 31),
                due_text="到2025年",
                measures=(
                    CatalogueMeasure("领军人才", ">=", Decimal(100), "人", 2025, "new"),
                    CatalogueMeasure("高层次人才占比", ">=", Decimal("2.75"), "%", 2025, "ratio"),
                ),
            ),
            Demand(
                "1.2",
                "出台人才安居办法",
                "deliverable",
                "1",
                "",
                (lead(LABOUR),),
                due=date(2021, 6, 30),
                due_text="2021年6月底前",
            ),
            Demand(
                "1.3",
                "建成人才大厦",
                "milestones",
                "1",
                "",
                (lead(SCIENCE), lead(LABOUR), support(OTHERS, group=True)),
                due=date(2022, 12, 31),
                deadlines=(
                    Deadline("2021年9月", date(2021, 9, 30), "by", "开工"),
                    Deadline("2022年底", date(2022, 12, 31), "by", "投用"),
                ),
            ),
            Demand(
                "2.1",
                "落实联系专家制度",
                "steady",
                "2",
                "",
                (lead(OFFICE), support(COUNTIES, group=True)),
                frequency="continuous",
            ),
            Demand(
                "2.2",
                "每年引进大学生",
                "numbers",
                "2",
                "",
                (lead(COUNTIES, group=True),),
                frequency="per_year",
                measures=(CatalogueMeasure("大学生", ">=", Decimal(2000), "人", None, "annual"),),
            ),
        ),
        units=(
            Named(OFFICE, kind="department"),
            Named(SCIENCE, kind="department"),
            Named(LABOUR, ("市人社局",), kind="department"),
            Named(KECHENG, kind="county"),
            Named(LONGYOU, kind="county"),
            Named(COUNTIES, group=True, members=(KECHENG, LONGYOU)),
            Named(OTHERS, group=True),
        ),
    )
