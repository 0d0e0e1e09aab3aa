"""A house that runs since the first tables is migrated with everything that happened in it."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from db import portable
from db.engine import Database
from db.models import Event, Table, TaskState, WorkingCopy
from workflow.verbs.start_working_copy import start_working_copy
from worlds import little_catalogue, little_city

FIRST = "0001"


def migrate(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def rows(database: Database) -> dict[str, list]:
    with database.read() as session:
        there = set(inspect(session.connection()).get_table_names())
        return {
            table.name: [tuple(row) for row in session.execute(select(table))]
            for table in portable.tables()
            if table.name in there
        }


def test_the_first_tables_with_data_become_the_last(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database, FIRST)
    world = little_city(database)
    before = rows(database)
    assert before["task"]
    assert "working_copy" not in before
    assert database.upgrade()[0] == FIRST
    after = rows(database)
    assert {name: after[name] for name in before} == before
    with database.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    assert found == []
    for table, column in ((TaskState, "state"), (Event, "action"), (WorkingCopy, "title")):
        world.do(world.reviewer, start_working_copy, catalogue=little_catalogue())
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(f"update {table.__tablename__} set {column} = ''"))
    database.dispose()
