"""The little city with its two counties opened as places, each with units of the same names, people
and a plan of its own, all by the verbs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Person, Unit
from documents.lists.people_file import read_people
from documents.lists.unit_file import read_units
from tasks_catalog.model import Catalogue, CatalogueItem, CataloguePlan, CatalogueTask, TaskUnit
from workflow.verbs.people.import_people import import_people
from workflow.verbs.places.open_place import NewPlace, name_place, open_place
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.units.import_units import import_units
from worlds import ISSUED, KECHENG, LONGYOU, World, little_city

CODES = {KECHENG: "330802", LONGYOU: "330825"}
EDUCATION, SCHOOLS = "教育局", "科技局"
COUNTY_OFFICE = "县委组织部"


@dataclass
class Counties(World):
    """`places`, `offices` by county; people by ("柯城区/教育局", role), units likewise."""

    places: dict[str, int] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)


@built_once
def two_counties(database: Database) -> Counties:
    """See the module."""
    city = little_city(database)
    world = Counties(**vars(city))
    admin = world.administrator
    world.do(admin, name_place, place_id=1, code="330800", name="小城市", kind="city")
    for county, code in CODES.items():
        new = NewPlace(
            code, county, "county", world.units[county], COUNTY_OFFICE, f"{county}管理员",
            f"admin@{code}.test",
        )  # fmt: skip
        with world.acting(admin) as c:
            opened = open_place(c, new, at=ISSUED)
        world.places[county] = opened.place_id
        world.people[f"{county}/{COUNTY_OFFICE}", "administrator"] = opened.administrator_id
        _fill(world, county, code, opened.administrator_id)
    return world


def county_catalogue(county: str, tasks: tuple[CatalogueTask, ...] = ()) -> Catalogue:
    """A plan of a county: one steady task of its education bureau, and others."""
    own = CatalogueTask(
        "1", f"{county}教师进修", "steady", None, "", (TaskUnit(EDUCATION, EDUCATION, "lead"),)
    )
    return Catalogue(
        plan=CataloguePlan(
            CODES[county], f"{county}人才规划", f"中共{county}委", "", date(2020, 12, 1), 2021, 2025
        ),
        items=(CatalogueItem("1", "育才"),),
        tasks=(replace(own, item="1"), *tasks),
    )


def _fill(world: Counties, county: str, code: str, administrator: int) -> None:
    units = f"name,kind,aliases\n{EDUCATION},部门,县教委\n{SCHOOLS},部门,\n"
    people = "email,name,unit,role\n" + "".join(
        f"{role}{n}@{code}.test,{county}{unit}{role},{unit},{role}\n"
        for n, unit in enumerate((EDUCATION, SCHOOLS, COUNTY_OFFICE))
        for role in ("liaison", "deputy_head", "reviewer")
        if (role == "reviewer") == (unit == COUNTY_OFFICE)
    )
    world.do(administrator, import_units, lines=read_units(units.encode()))
    with world.acting(administrator) as c:
        import_people(c, read_people(people.encode()), at=ISSUED)
    plan = world.do(administrator, load_catalogue, catalogue=county_catalogue(county))
    world.plans[county] = plan.plan_id
    world.do(administrator, issue, plan_id=plan.plan_id, document="〔2021〕1号")
    with world.database.read() as session:
        place = world.places[county]
        for unit_id, name in session.execute(
            select(Unit.id, Unit.name).where(Unit.place_id == place)
        ).tuples():
            world.units[f"{county}/{name}"] = unit_id
        for person_id, email, unit in session.execute(
            select(Person.id, Person.email, Unit.name)
            .join(Unit, Unit.id == Person.unit_id)
            .where(Unit.place_id == place)
        ).tuples():
            role = email.partition("@")[0].rstrip("0123456789")
            world.people.setdefault((f"{county}/{unit}", role), person_id)
