"""A little city for tests of reporting: six units, their people, one issued plan of five tasks.

Rows are made directly, so that these tests stand on the verbs they try and on no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from built_once import built_once
from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Item,
    Measure,
    MeasureVersion,
    Milestone,
    Person,
    Plan,
    Role,
    Task,
    TaskState,
    TaskVersion,
    Unit,
    UnitGroup,
    YearTarget,
)
from db.queries.people.people import actor_of
from notifications.letterhead import Letterhead
from workflow.rules.access.permissions import Actor, system
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context

LETTERHEAD = Letterhead("https://luoshi.example.cn", "luoshi@example.cn", "Asia/Shanghai", "s" * 32)
ISSUED = datetime(2021, 1, 5, 2, tzinfo=UTC)
CLOCK = system("clock")


def noon(month: int, day: int, year: int = 2021) -> datetime:
    """Noon in Shanghai on a day."""
    return datetime(year, month, day, 4, tzinfo=UTC)


@dataclass
class City:
    """Ids by name. Units: office, labour, science, finance, north, south. People: <unit>.liaison,
    <unit>.deputy; reviewer (of the office), second (a reviewer without a unit), leader, admin.
    """

    database: Database
    plan: int = 0
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, int] = field(default_factory=dict)
    measures: dict[str, int] = field(default_factory=dict)
    milestones: dict[str, int] = field(default_factory=dict)
    now: datetime = datetime(2021, 3, 10, 4, tzinfo=UTC)

    @contextmanager
    def acting(self, who: str | Actor, now: datetime | None = None) -> Iterator[Context]:
        """One transaction of a person by name, or of a system actor."""
        at = now or self.now
        with self.database.write() as session:
            yield Context(session, self._actor(session, who, at), at, LETTERHEAD)

    @contextmanager
    def reading(self, who: str | Actor, now: datetime | None = None) -> Iterator[Context]:
        at = now or self.now
        with self.database.read() as session:
            yield Context(session, self._actor(session, who, at), at, LETTERHEAD)

    def _actor(self, session: Session, who: str | Actor, at: datetime) -> Actor:
        if isinstance(who, Actor):
            return who
        return actor_of(session, self.people[who], local_date(at, LETTERHEAD.zone))


@built_once
def found(database: Database) -> City:
    """A city whose plan was issued on 5 January 2021."""
    return found_with(database, PlanPolicy())


def found_with(database: Database, policy: PlanPolicy) -> City:
    """The same city with another policy of its plan."""
    city = City(database)
    with database.write() as session:
        _people(session, city)
        _plan(session, city, policy)
    return city


def _people(session: Session, city: City) -> None:
    names = {"office": "市委组织部", "labour": "市人力社保局", "science": "市科技局"}
    names |= {"finance": "市财政局", "north": "北城区", "south": "南城区"}
    for key, name in names.items():
        kind = "county" if key in ("north", "south") else "department"
        city.units[key] = _add(session, Unit(name=name, kind=kind))
        for role, title in (("liaison", "liaison"), ("deputy_head", "deputy")):
            _person(session, city, f"{key}.{title}", role, key)
    _person(session, city, "reviewer", "reviewer", "office")
    _person(session, city, "second", "reviewer", None)
    _person(session, city, "leader", "leader", None)
    _person(session, city, "admin", "administrator", "office")


def _person(session: Session, city: City, name: str, role: str, unit: str | None) -> None:
    unit_id = city.units[unit] if unit else None
    email = f"{name}@example.cn"
    person = _add(session, Person(email=email, name=name, unit_id=unit_id))
    city.people[name] = person
    row = Role(person_id=person, unit_id=unit_id, name=role, valid_from=date(2020, 1, 1))
    _add(session, row)


def _plan(session: Session, city: City, policy: PlanPolicy) -> None:
    plan = Plan(
        code="t", title="人才强市规划", first_year=2021, last_year=2025, policy=policy.to_json(),
        issued_at=ISSUED, office_unit_id=city.units["office"],
    )  # fmt: skip
    city.plan = _add(session, plan)
    item = _add(session, Item(plan_id=city.plan, code="1", title="引才", position=1))
    group = _add(session, UnitGroup(name="各县（市、区）", policy="expand"))
    first = ("labour", "lead", True, None)
    parts = {
        "train": ("numbers", [first, ("science", "support", False, None)]),
        "policy": (
            "deliverable",
            [first, ("finance", "lead", False, None)],
        ),
        "towns": ("steady", [(u, "lead", False, group) for u in ("north", "south")]),
        "shared": ("steady", [(u, "joint", u == "science", None) for u in ("science", "finance")]),
        "own": ("steady", [("office", "lead", True, None)]),
    }
    for no, (key, (kind, roles)) in enumerate(parts.items(), 1):
        city.tasks[key] = task = _add(
            session, Task(plan_id=city.plan, item_id=item, code=f"1.{no}", position=no)
        )
        due = date(2021, 6, 30) if key == "policy" else date(2025, 12, 31)
        version = TaskVersion(
            task_id=task, title=f"任务{no}", text="…", kind=kind, due=due, known_from=ISSUED
        )
        _add(session, version)
        _add(session, TaskState(task_id=task, state="under_way", known_from=ISSUED))
        for position, (unit, role, collects, from_group) in enumerate(roles):
            part = Assignment(
                plan_id=city.plan, task_id=task, unit_id=city.units[unit], role=role,
                position=position, collects=collects, from_group_id=from_group, known_from=ISSUED,
            )  # fmt: skip
            assignment = _add(session, part)
            _add(
                session,
                AssignmentState(assignment_id=assignment, state="acknowledged", known_from=ISSUED),
            )
    _promises(session, city)


def _promises(session: Session, city: City) -> None:
    for no, (key, kind, frequency) in enumerate(
        [("trained", "cumulative", "each_round"), ("share", "ratio", "yearly")], 1
    ):
        measure = _add(session, Measure(task_id=city.tasks["train"], no=no))
        city.measures[key] = measure
        unit = "人" if key == "trained" else "%"
        version = MeasureVersion(
            measure_id=measure, metric=key, op=">=", value=Decimal(500 if no == 1 else 30),
            unit=unit, by_year=2025, kind=kind, frequency=frequency, known_from=ISSUED,
        )  # fmt: skip
        _add(session, version)
    for year in range(2021, 2026):
        target = YearTarget(
            measure_id=city.measures["trained"], unit_id=city.units["labour"], year=year,
            value=Decimal(100), written="100", known_from=ISSUED,
        )  # fmt: skip
        _add(session, target)
    step = Milestone(
        task_id=city.tasks["policy"], no=1, title="出台实施细则", due=date(2021, 6, 30),
        deliverable=True, known_from=ISSUED,
    )  # fmt: skip
    city.milestones["rules"] = _add(session, step)


def _add(session: Session, row: object) -> int:
    session.add(row)
    session.flush()
    return row.id  # type: ignore[attr-defined, no-any-return]
