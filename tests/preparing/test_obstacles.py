"""What stands in the way of issuing, by task."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Measure, Task, Unit
from db.queries.preparing.decided_leads import uneven_shares
from drafts import edit, sheet, started
from tasks_catalog.plain import to_plain
from workflow.rules.preparing.obstacles import Units, obstacles
from workflow.rules.preparing.working_copy import Change, finding_key
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from workflow.verbs.preparing.advise import find_obstacles
from workflow.verbs.preparing.lay_down import lay_down
from worlds import COUNTIES, ISSUED, OTHERS, SCIENCE, World, empty_city, little_catalogue

KNOWN = Units({"市委组织部", "市科技局", "市人力社保局", "市人社局", "柯城区", "龙游县"})


def plain(**head: object):
    made = to_plain(little_catalogue())
    return {**made, "plan": {**made["plan"], **head}}


def found(catalogue, units: Units = KNOWN, settled=()) -> list[tuple[str, bool]]:
    return [(one.code, one.stops) for one in obstacles(catalogue, units, settled)]


def with_units(code: str, *units: tuple[str, str, bool]):
    made = plain()
    for task in made["tasks"]:
        if task["code"] == code:
            task["units"] = [{"name": n, "role": role, "group": g} for n, role, g in units]
    return made


def test_nothing_stops_a_plan_that_is_ready() -> None:
    assert found(plain()) == [("1.3", False)]


@pytest.mark.parametrize(
    ("catalogue", "code"),
    [
        (plain(title=None), ""),
        (plain(last_year=None), ""),
        (plain(last_year=2020), ""),
        (with_units("1.2"), "1.2"),
        (with_units("1.2", ("市科技局", "support", False)), "1.2"),
        (with_units("1.2", ("市科协", "lead", False)), "1.2"),
        (with_units("1.2", (OTHERS, "lead", True)), "1.2"),
        ({**plain(), "findings": [{"severity": "error", "message": "不一致"}]}, "finding:1"),
    ],
)
def test_what_stops_a_plan(catalogue, code: str) -> None:
    assert (code, True) in found(catalogue)


@pytest.mark.parametrize(
    ("catalogue", "units", "settled"),
    [
        (with_units("1.2", ("市科技局", "joint", False)), KNOWN, ()),
        (with_units("1.2", ("市人社局", "lead", False)), KNOWN, ()),
        (with_units("1.2", (COUNTIES, "lead", True)), KNOWN, ()),
        (with_units("1.2", (OTHERS, "lead", True)), Units(KNOWN.known, {OTHERS: 3}), ()),
        ({**plain(), "findings": [{"severity": "error", "message": ""}]}, KNOWN,
         {finding_key(1)}),
        ({**plain(), "findings": [{"severity": "warning", "message": ""}]}, KNOWN, ()),
        (plain(), Units(), ()),
    ],
)  # fmt: skip
def test_what_does_not_stop_a_plan(catalogue, units: Units, settled) -> None:
    assert [code for code, stops in found(catalogue, units, settled) if stops] == []


def test_units_that_are_new_to_the_installation_are_told() -> None:
    told = [code for code, stops in found(plain(), Units()) if code.startswith("unit:")]
    assert "unit:市科技局" in told


def messages(world: World, copy_id: int) -> list[tuple[str, bool]]:
    with world.reading(world.reviewer) as c:
        return [(one.code, one.stops) for one in find_obstacles(c, copy_id=copy_id)]


def test_year_targets_that_no_longer_make_the_whole_stop_a_plan(database: Database) -> None:
    world = empty_city(database)
    copy_id = started(world)
    edit(world, copy_id, Change(finding_key(1), "settled", None, "以正文为准"))
    made = world.do(world.administrator, lay_down, copy_id=copy_id, revision=1)
    assert [one for one in messages(world, copy_id) if one[1]] == []
    with database.read() as s:
        task = s.scalars(select(Task).where(Task.code == "1.1")).one()
        key = s.scalars(select(Measure.id).where(Measure.task_id == task.id, Measure.no == 1)).one()
        unit_id = s.scalars(select(Unit.id).where(Unit.name == SCIENCE)).one()
    world.do(
        world.reviewer, set_year_targets, measure_id=key, version=task.version,
        entries=[TargetEntry(unit_id, 2025, "100")],
    )  # fmt: skip
    assert [one for one in messages(world, copy_id) if one[1]] == []
    as_read = sheet(world, copy_id).catalogue["tasks"][0]["measures"]
    after = [{**as_read[0], "value": Decimal(150)}, as_read[1]]
    edit(world, copy_id, Change("1.1", "measures", as_read, after))
    world.now = ISSUED + timedelta(hours=1)
    world.do(world.administrator, lay_down, copy_id=copy_id, revision=2)
    assert ("1.1", True) in messages(world, copy_id)
    with world.reading(world.reviewer) as c:
        uneven = uneven_shares(c.session, made.plan_id, at=c.now)
        assert [(row.code, row.metric) for row in uneven] == [("1.1", "领军人才")]
        assert uneven_shares(c.session, made.plan_id, at=ISSUED) == []
    edit(world, copy_id, Change("1.1", "measures", after, as_read))
    world.now = ISSUED + timedelta(hours=2)
    world.do(world.administrator, lay_down, copy_id=copy_id, revision=3)
    assert [one for one in messages(world, copy_id) if one[1]] == []
