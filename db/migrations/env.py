"""Alembic's environment, for `luoshi db upgrade` and for Alembic's own commands.

A connection that the configuration brings along is used as it is. Without one, as on Alembic's own
command line, it is the database of LUOSHI_DATABASE_URL.
"""

import os

from alembic import context
from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

from db import models, record, triggers
from db.engine import Database
from db.indicators_older import take_up_indicators
from db.models.search import compared
from db.sealing import Writing
from db.sealing_older import seal_older
from db.search import index_all

URL = "LUOSHI_DATABASE_URL"


def run(connection: Connection) -> None:
    """Carry out what was asked; lay triggers down at the end, seal what was there before the
    migration that brings seals, index what was there before the one that brings the search, and
    take up the indicators of plans that were there before the one that brings those."""
    context.configure(
        connection=connection,
        target_metadata=models.Table.metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="types.",
        include_object=compared,
    )
    before = set(inspect(connection).get_table_names())
    context.run_migrations()
    triggers.install(connection)
    new = set(inspect(connection).get_table_names()) - before
    at = context.config.attributes.get("at")
    if "indicator" in new:
        with Writing(connection, expire_on_commit=False) as session:
            take_up_indicators(session, at)
            record.write_events(session)
            session.commit()
    with Session(connection) as session:
        if "seal" in new:
            seal_older(session, at)
        if "search_entry" in new:
            index_all(session)
        session.commit()


def run_on_its_own() -> None:
    """Open the database as `luoshi` does."""
    if context.is_offline_mode():
        raise SystemExit(
            "Migrations look at the rows that are there: --sql cannot write them down."
        )
    if not os.environ.get(URL):
        raise SystemExit(f"Say which database: {URL}=sqlite:///folder/file.db alembic …")
    database = Database(os.environ[URL])
    with database.rebuilding() as connection:
        run(connection)
    database.dispose()


given = context.config.attributes.get("connection")
if given is None:
    run_on_its_own()
else:
    run(given)
