"""A unit that was merged into another is no member of any group any more."""

from datetime import date

from sqlalchemy import select, update

from db.engine import Database
from db.models import Membership
from workflow.rules.time.dates import ZONE, local_date
from workflow.verbs.units.merge_units import merge_units
from worlds import KECHENG, LABOUR, LONGYOU, World, little_city

EARLIER = date(2021, 1, 2)


def ends(world: World, unit: str) -> list[date]:
    with world.database.read() as session:
        of = Membership.unit_id == world.units[unit]
        return list(session.scalars(select(Membership.valid_to).where(of)))


def test_its_membership_ends_on_the_day_of_the_merger(database: Database) -> None:
    world = little_city(database)
    kept = ends(world, KECHENG)
    today = local_date(world.now, ZONE)
    assert [end > today for end in (*kept, *ends(world, LONGYOU))] == [True, True]
    given = {"unit_id": world.units[LONGYOU], "successor_id": world.units[LABOUR]}
    world.do(world.administrator, merge_units, **given)
    assert ends(world, LONGYOU) == [today]
    assert (ends(world, KECHENG), ends(world, LABOUR)) == (kept, [])


def test_a_membership_that_was_over_keeps_its_end(database: Database) -> None:
    world = little_city(database)
    left = update(Membership).where(Membership.unit_id == world.units[LONGYOU])
    with database.write() as session:
        session.execute(left.values(valid_to=EARLIER))
    given = {"unit_id": world.units[LONGYOU], "successor_id": world.units[LABOUR]}
    world.do(world.administrator, merge_units, **given)
    assert ends(world, LONGYOU) == [EARLIER]
