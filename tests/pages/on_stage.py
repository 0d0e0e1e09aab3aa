"""A small world of tests/worlds.py behind real pages: who works in it, and its clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from db.models import Person, Role, Unit
from db.queries.access.sessions import Visitor
from luoshi import wiring
from luoshi.settings import Settings
from pages.stage import PASSWORD, MemorySessions, app_test
from ui.composition import compose
from ui.shell.application import Application
from ui.shell.health import Health
from worlds import World

RUNNING: dict[str, Any] = {
    "banners": lambda _: (), "health": lambda: Health(database=True), "prefect": None,
}  # fmt: skip
"""No scheduler runs beside the pages of a test, and they are not to complain of it."""


def wired(world: World, folder: Path, **settings: Any) -> wiring.Installation:
    """The world as what pages call verbs with; its clock is the world's `now`."""
    given = {"evidence_url": f"file://{folder}/evidence", "secret_key": "s" * 32, **settings}
    made = wiring.Installation(
        Settings(_env_file=None, database_url="sqlite://", **given), lambda: world.now
    )
    made.database = world.database
    return made


def on_stage(world: World, folder: Path, language: str = "zh", **more: Any) -> Application:
    """The pages on a world, with a session for whoever asks (see `email`)."""
    with world.database.read() as session:
        rows = session.execute(
            select(Person.id, Person.email, Person.name, Role.name, Unit.name)
            .join(Role, Role.person_id == Person.id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
        ).all()
    people = {
        address: (PASSWORD, Visitor(key, name, language, frozenset({role}), unit or ""))
        for key, address, name, role, unit in rows
    }
    application = replace(compose(wired(world, folder)), **RUNNING)
    return replace(application, sessions=MemorySessions(people), **more)


def email(world: World, unit: str, role: str) -> str:
    """The address with which a person of the world logs in."""
    return f"{role}{world.units.get(unit, 0)}@luoshi.test"


def opened(
    application: Application, world: World, key: str, unit: str, role: str, /, **query: object
) -> Any:
    """An AppTest that has run a page once as the person who holds a role for a unit."""
    given = {name: str(value) for name, value in query.items()}
    at = app_test(application, key, email(world, unit, role), **given).run()
    assert not at.exception
    return at
