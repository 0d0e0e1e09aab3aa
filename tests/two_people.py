"""A house with two people, Wang who is a liaison, and Li who is nothing yet."""

from datetime import date

import pytest

from db.engine import Database
from db.models import Person, Role, Unit
from logins import HASH, Clock
from luoshi.sessions import HouseSessions
from luoshi.settings import Settings
from luoshi.wiring import House, house_sessions


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, clock: Clock) -> House:
    made = House(
        Settings(_env_file=None, database_url="sqlite://", secret_key="s" * 32), clock, clock
    )
    made.database = database
    with database.write() as session:
        unit = Unit(name="市科技局", kind="department")
        session.add(unit)
        session.flush()
        for name in ("wang", "li"):
            person = Person(email=f"{name}@example.org", name=name, unit_id=unit.id)
            person.password_hash, person.must_change_password = HASH, False
            session.add(person)
            session.flush()
            if name == "wang":
                session.add(
                    Role(
                        person_id=person.id,
                        unit_id=unit.id,
                        name="liaison",
                        valid_from=date(2021, 1, 1),
                    )
                )
    return made


@pytest.fixture
def sessions(house: House) -> HouseSessions:
    return house_sessions(house)
