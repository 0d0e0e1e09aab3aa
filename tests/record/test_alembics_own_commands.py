"""Alembic's own command line works from the repository, on the database that is named."""

from pathlib import Path

import pytest
from alembic.config import main
from sqlalchemy import inspect

from db.engine import Database
from db.models import Task
from worlds import little_city

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("LUOSHI_DATABASE_URL", empty_url)
    return empty_url


def test_upgrade_makes_what_our_own_command_makes(url: str) -> None:
    main(["upgrade", "head"])
    main(["check"])  # ends the process where models and migrations differ
    main(["current"])
    database = Database(url)
    assert database.upgrade()[0] == database.upgrade()[1]
    world = little_city(database)
    with pytest.raises(Exception, match="append-only"), database.write() as session:
        session.execute(Task.metadata.tables["event"].delete())
    assert world.tasks
    database.dispose()


def test_one_step_back_and_forth_keeps_the_database_usable(url: str) -> None:
    main(["upgrade", "head"])
    main(["downgrade", "-1"])
    main(["upgrade", "+1"])
    database = Database(url)
    with database.engine.connect() as connection:
        assert inspect(connection).has_table("seal")
    database.dispose()


def test_without_a_database_it_says_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.delenv("LUOSHI_DATABASE_URL")
    with pytest.raises(SystemExit, match="LUOSHI_DATABASE_URL"):
        main(["upgrade", "head"])
