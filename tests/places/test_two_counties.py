"""Two counties of a city have units of the same names, and know nothing of each other."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import naive_planner
from db.engine import Database
from db.models import (
    Assignment,
    Item,
    Objection,
    Outbox,
    Person,
    Place,
    Plan,
    Reminder,
    Report,
    Request,
    Role,
    ScoreLine,
    Task,
    Unit,
    UnitGroup,
    WorkingCopy,
)
from db.queries.mail.outbox import mail_log
from db.queries.people.directory import people
from db.queries.places.places import list_places
from db.queries.plans.choices import active_units, plans_in_force
from db.queries.scope import visible_to
from db.queries.search.search import search
from db.queries.search.sought import HitKind, Sought
from db.queries.units.units import list_units
from drafts import reading
from tasks_catalog.model import TaskUnit
from two_counties import CODES, COUNTY_OFFICE, EDUCATION, Counties, county_catalogue, two_counties
from workflow.rules.access.permissions import Actor, system
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.assignments.assign import AssignedPart, propose
from workflow.verbs.people.save_person import change_person, give_role
from workflow.verbs.places.open_place import NewPlace, open_place
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds
from workflow.verbs.units.merge_units import merge_units
from workflow.verbs.units.save_unit import save_unit
from worlds import ISSUED, KECHENG, LONGYOU, OFFICE, SCIENCE

CLOCK = system("clock")
SCOPED: tuple[type[Any], ...] = (
    Assignment, Item, Objection, Person, Plan, Report, Request, ScoreLine, Task, Unit, UnitGroup,
    WorkingCopy,
)  # fmt: skip


@pytest.fixture
def world(database: Database) -> Counties:
    return two_counties(database)


def administrator(world: Counties, county: str) -> int:
    return world.people[f"{county}/{COUNTY_OFFICE}", "administrator"]


def seen(session: Session, actor: Actor, entity: type[Any]) -> set[int]:
    return set(session.scalars(select(entity.id).where(visible_to(actor, entity))))


def a_place(code: str = "330881") -> NewPlace:
    return NewPlace(code, "江山市", "county", None, "市委组织部", "某", "x@x.test")


def test_units_of_the_same_name_are_others(world: Counties) -> None:
    with world.reading(CLOCK) as c:
        same = c.session.scalars(select(Unit.place_id).where(Unit.name == EDUCATION)).all()
    assert sorted(same) == sorted(world.places.values())


@pytest.mark.parametrize("entity", SCOPED, ids=lambda one: one.__name__)
def test_what_is_read_of_one_place_is_not_read_of_another(
    entity: type[Any], world: Counties
) -> None:
    world.do(CLOCK, open_rounds, at=ISSUED.replace(month=3, day=22))
    for county in CODES:
        copy = {"catalogue": reading(), "title": county}
        world.do(administrator(world, county), start_working_copy, **copy)
    world.do(world.administrator, start_working_copy, catalogue=reading())
    with world.reading(CLOCK) as c:
        everything = seen(c.session, c.actor, entity)
    found = []
    for who in (world.reviewer, *(administrator(world, county) for county in CODES)):
        with world.reading(who) as c:
            found.append(seen(c.session, c.actor, entity))
    city, one, other = found
    assert not city & one
    assert not city & other
    assert not one & other
    assert city | one | other == everything


def test_a_liaison_sees_their_own_countys_tasks_alone(world: Counties) -> None:
    with world.reading(world.people[f"{KECHENG}/{EDUCATION}", "liaison"]) as c:
        assert seen(c.session, c.actor, Plan) == {world.plans[KECHENG]}
        assert [row.name for row in plans_in_force(c.session, c.actor, c.now)] == ["柯城区人才规划"]


def test_lists_of_a_county_hold_what_is_its_own(world: Counties) -> None:
    with world.reading(administrator(world, KECHENG)) as c:
        units = [unit.name for unit in list_units(c.session, c.actor, c.today)]
        assert sorted(units) == sorted([COUNTY_OFFICE, EDUCATION, "科技局"])
        assert sorted(row.name for row in active_units(c.session, c.actor)) == sorted(units)
        known = {person.name for person in people(c.session, c.actor, today=c.today)}
        assert known
        assert all(name.startswith(KECHENG) for name in known)
        mails = mail_log(c.session, c.actor)
        assert {mail.person for mail in mails} <= known
        assert mails
        hits = search(c.session, c.actor, Sought(("教育局",)), c.now, c.today)
        assert [hit.id for kind in hits for hit in kind.shown if kind.kind == HitKind.UNIT] == [
            world.units[f"{KECHENG}/{EDUCATION}"]
        ]
        assert [row.code for row in list_places(c.session, c.actor)] == ["330802"]
    with world.reading(world.administrator) as c:
        assert [row.name for row in list_places(c.session, c.actor)] == ["小城市", KECHENG, LONGYOU]
        assert not any(
            name.startswith(f"{KECHENG}管理员")
            for name in (person.name for person in people(c.session, c.actor, today=c.today))
        )


def test_who_runs_the_installation_sees_every_mail(world: Counties) -> None:
    with world.reading(world.administrator) as c:
        everybody = set(c.session.scalars(select(Outbox.person_id)))
        assert {mail.person_id for mail in mail_log(c.session, c.actor, limit=9999)} == everybody


def test_the_city_does_nothing_in_a_county(world: Counties) -> None:
    county, its = world.plans[KECHENG], world.units[f"{KECHENG}/{EDUCATION}"]
    for verb, given in (
        (open_rounds, {"plan_id": county}),
        (save_unit, {"unit_id": its, "name": "改名", "kind": "department"}),
        (save_unit, {"name": "新局", "kind": "department", "place_id": world.places[KECHENG]}),
        (
            merge_units,
            {"unit_id": its, "successor_id": world.units[f"{KECHENG}/{COUNTY_OFFICE}"]},
        ),
        (give_role, {"person_id": world.reviewer, "role": "reviewer", "unit_id": its}),
        (load_catalogue, {"catalogue": county_catalogue(KECHENG)}),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            world.do(world.administrator, verb, **given)


def test_a_county_does_nothing_in_the_city_or_beside(world: Counties) -> None:
    mine, beside = administrator(world, KECHENG), world.units[f"{LONGYOU}/{EDUCATION}"]
    for verb, given in (
        (open_rounds, {"plan_id": world.plan_id}),
        (open_rounds, {"plan_id": world.plans[LONGYOU]}),
        (open_rounds, {}),
        (save_unit, {"unit_id": world.units[SCIENCE], "name": "改名", "kind": "department"}),
        (give_role, {"person_id": mine, "role": "administrator", "unit_id": None, "place_id": 1}),
        (give_role, {"person_id": mine, "role": "reviewer", "unit_id": beside}),
        (
            change_person,
            {"person_id": world.reviewer, "email": "x@x.test", "name": "某", "unit_id": None,
             "language": "zh", "phone": ""},
        ),
        (load_catalogue, {"catalogue": county_catalogue(LONGYOU)}),
        (partial(open_place, at=ISSUED), {"new": a_place()}),
    ):  # fmt: skip
        with pytest.raises((NotAllowed, NotFound)):
            world.do(mine, verb, **given)


def test_a_task_is_never_given_across_the_border(world: Counties) -> None:
    part = AssignedPart(
        world.tasks["1.1"], world.units[f"{KECHENG}/{EDUCATION}"], "support", 9, False
    )
    with pytest.raises(Invalid, match="其他地区"):
        world.do(CLOCK, propose, plan_id=world.plan_id, parts=[part])
    foreign = TaskUnit(SCIENCE, SCIENCE, "support")
    plan = county_catalogue(KECHENG)
    task = plan.tasks[0]
    more = replace(plan, plan=replace(plan.plan, code="2"),
                   tasks=(replace(task, units=(*task.units, foreign)),))  # fmt: skip
    loaded = world.do(administrator(world, KECHENG), load_catalogue, catalogue=more)
    with world.reading(CLOCK) as c:
        made = c.session.scalars(select(Unit).where(Unit.id.in_(loaded.units_created))).one()
        assert (made.name, made.place_id) == (SCIENCE, world.places[KECHENG])


def test_a_place_that_cannot_be_is_refused_with_everything_wrong(world: Counties) -> None:
    new = NewPlace("33 08", "", "village", world.units[KECHENG], "", "某", "x@x.test")
    with pytest.raises(Invalid) as refused:
        world.do(world.administrator, partial(open_place, at=ISSUED), new=new)
    assert [one.where for one in refused.value.problems] == [
        "code", "name", "kind", "office", "unit",
    ]  # fmt: skip
    taken = a_place("330802")
    with pytest.raises(Invalid, match="无法开通"):
        world.do(world.administrator, partial(open_place, at=ISSUED), new=taken)
    with world.reading(CLOCK) as c:
        assert len(c.session.scalars(select(Place.id)).all()) == 3
    assert world.units[OFFICE]


def test_an_office_is_reminded_of_its_own_plans_alone(world: Counties) -> None:
    later = ISSUED.replace(month=3, day=29)
    world.do(CLOCK, open_rounds, at=later)
    with world.acting(CLOCK, later) as c:
        expected = naive_planner.plan(c.session, c.today)
        remind(c)
        written = c.session.execute(
            select(
                Reminder.subject, Reminder.subject_id, Reminder.clock_step_id, Reminder.person_id,
                Reminder.role,
            )
        ).tuples()  # fmt: skip
        assert set(written) == expected
        places = c.session.execute(
            select(Role.place_id, Plan.place_id)
            .select_from(Reminder)
            .join(Role, Role.person_id == Reminder.person_id)
            .join(Plan, Plan.id == Reminder.plan_id)
        ).all()
    assert {plan for _role, plan in places} == {1, *world.places.values()}
    assert all(role == plan for role, plan in places)


def test_no_setting_reaches_across_the_border(world: Counties) -> None:
    mine, office = administrator(world, KECHENG), world.units[f"{KECHENG}/{COUNTY_OFFICE}"]
    plan = world.plans[KECHENG]
    with world.reading(mine) as c:
        version = c.session.get_one(Plan, plan).version
    given = {"plan_id": plan, "version": version, "policy": PlanPolicy()}
    with pytest.raises(Invalid):
        world.do(mine, change_plan, **given, office_unit_id=world.units[SCIENCE])
    world.do(mine, change_plan, **given, office_unit_id=office)
    with pytest.raises(Invalid):
        world.do(
            mine, save_unit, unit_id=office, name=COUNTY_OFFICE, kind="department",
            parent_id=world.units[OFFICE],
        )  # fmt: skip
    with pytest.raises(NotFound):
        world.do(mine, record_call, plan_id=plan, unit_id=world.units[SCIENCE], outcome="已告知。")


def test_nobody_is_drawn_into_a_place_to_read_their_address(world: Counties) -> None:
    mine = administrator(world, KECHENG)
    with pytest.raises(NotFound):
        world.do(
            mine, give_role, person_id=world.reviewer, role="reviewer", unit_id=None,
            place_id=world.places[KECHENG],
        )  # fmt: skip
