"""The scope of every reader: whole rows of each kind, seen or not."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db.engine import Database
from db.models import Assignment, Item, Plan, Task, Unit, WorkingCopy
from db.queries.scope import _concerning, visible_to
from little_city import ISSUED, City, found
from workflow.rules.access.permissions import Actor, Post, system

UNITS = ("office", "labour", "science", "finance", "north", "south")
TASKS = ("train", "policy", "towns", "shared", "own")


@pytest.fixture
def city(database: Database) -> City:
    _concerning.cache_clear()  # conditions are made anew, whatever ran before
    return found(database)


def holder(city: City, role: str, unit: str | None) -> Actor:
    return Actor(1, frozenset({Post(role, city.units[unit] if unit else None)}))


def seen(city: City, actor: Actor, entity: type) -> int:
    with city.database.read() as session:
        return len(session.scalars(select(entity.id).where(visible_to(actor, entity))).all())


@pytest.mark.parametrize(
    ("unit", "tasks"),
    [
        ("labour", {"train", "policy"}),
        ("science", {"train", "shared"}),
        ("finance", {"policy", "shared"}),
        ("north", {"towns"}),
        ("office", {"own"}),
    ],
)
def test_a_unit_sees_the_tasks_it_has_a_part_in(city: City, unit: str, tasks: set[str]) -> None:
    actor = holder(city, "liaison", unit)
    names = {number: name for name, number in city.tasks.items()}
    with city.database.read() as session:
        rows = session.scalars(select(Task.id).where(visible_to(actor, Task)))
        assert {names[row] for row in rows} == tasks
    assert (seen(city, actor, Item), seen(city, actor, Plan)) == (1, 1)


@pytest.mark.parametrize("role", ["reviewer", "leader", "administrator", "system"])
def test_the_office_and_the_system_see_everything(city: City, role: str) -> None:
    actor = system("clock") if role == "system" else holder(city, role, None)
    assert [seen(city, actor, kind) for kind in (Task, Unit, Plan)] == [len(TASKS), len(UNITS), 1]


def test_a_unit_sees_whom_it_shares_tasks_with(city: City) -> None:
    assert seen(city, holder(city, "liaison", "north"), Unit) == 2
    assert seen(city, holder(city, "liaison", "labour"), Unit) == 3
    assert seen(city, holder(city, "liaison", "labour"), Assignment) == 4


@pytest.mark.parametrize(
    ("role", "units"), [("security_administrator", 6), ("system_administrator", 0), ("auditor", 0)]
)
def test_whoever_keeps_people_knows_every_unit_and_no_task(
    city: City, role: str, units: int
) -> None:
    actor = holder(city, role, None)
    assert seen(city, actor, Unit) == units
    assert [seen(city, actor, kind) for kind in (Task, Plan, WorkingCopy)] == [0, 0, 0]


def test_a_draft_is_the_offices_until_it_goes_round(city: City) -> None:
    labour = holder(city, "liaison", "labour")
    for round_for_comment, tasks in ((None, 0), (ISSUED, 2)):
        with city.database.write() as session:
            session.execute(update(Plan).values(issued_at=None, consulted_at=round_for_comment))
        assert seen(city, labour, Task) == tasks


def test_what_was_let_go_in_a_draft_before_it_was_issued_is_not_seen(city: City) -> None:
    north = holder(city, "liaison", "north")
    with city.database.write() as session:
        of = Assignment.unit_id == city.units["north"]
        session.execute(update(Assignment).where(of).values(known_to=ISSUED))
    assert seen(city, north, Task) == 0


def test_an_entity_without_a_scope_is_an_error(city: City) -> None:
    with pytest.raises(TypeError, match="City"):
        visible_to(holder(city, "liaison", "north"), City)
