"""An installation as old as the first tables is migrated with all that happened in it."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.models import Event, Outbox, PasswordReset, Table, TaskState, WorkingCopy
from db.models.search import compared
from db.queries.search.search import search
from db.queries.search.sought import Sought
from db.record import EventRecord, chain_hash
from db.sealing import AS_IT_WAS
from db.types import canonical
from workflow.rules.access.permissions import system
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.record.audit_findings import looked_at
from workflow.verbs.record.verify_audit import verify_audit
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import little_catalogue, little_city

FIRST = "0001"
NOW = datetime(2021, 11, 22, 1, tzinfo=UTC)
UPGRADED = datetime(2021, 4, 1, 8, tzinfo=UTC)


def migrate(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def rows(database: Database) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that is there, as far as its columns are there."""
    with database.read() as session:
        there = inspect(session.connection())
        names = set(there.get_table_names())
        found = {}
        for table in Table.metadata.sorted_tables:
            if table.name in names:
                names_there = [c["name"] for c in there.get_columns(table.name)]
                columns = [table.c[name] for name in names_there if name in table.c]
                query = select(*columns).order_by(*table.primary_key.columns)
                found[table.name] = [dict(row._mapping) for row in session.execute(query)]
        return found


def leave_out_seals(full: dict[str, list[dict[str, object]]]) -> None:
    """The events as they were written before contents were sealed."""
    last = ""
    for row in full["event"]:
        payload = json.loads(row["payload"])
        payload.pop("seals", None)
        row["payload"] = canonical(payload)
        note = EventRecord(*(row[name] for name in EventRecord.__dataclass_fields__))
        last = row["hash"] = chain_hash(last, row["no"], note)
    full["chain_head"][0]["hash"] = last


def test_the_first_tables_with_data_become_the_last(
    empty_url: str, sqlite_database: Database
) -> None:
    world = little_city(sqlite_database)
    world.do(system("clock"), open_rounds, at=datetime(2021, 3, 11, 1, tzinfo=UTC))
    full = rows(sqlite_database)
    leave_out_seals(full)
    database = Database(empty_url)
    migrate(database, FIRST)
    columns = {name: set() for name in rows(database)}
    with database.engine.connect() as connection:
        for name in columns:
            columns[name] = {c["name"] for c in inspect(connection).get_columns(name)}
    assert "working_copy" not in columns
    with database.write() as session:
        for table in Table.metadata.sorted_tables:
            kept = [
                {name: value for name, value in row.items() if name in columns[table.name]}
                for row in full[table.name]
                if table.name in columns
            ]
            if kept:
                # Into tables without seals and search, as they were; no default fills a column.
                old = sa.table(table.name, *(sa.column(n, table.c[n].type) for n in kept[0]))
                session.execute(insert(old), kept, execution_options={AS_IT_WAS: True})
    before = rows(database)
    assert before["report_state"]
    assert before["event"]
    assert database.upgrade(UPGRADED)[0] == FIRST
    after = rows(database)
    for name, kept in before.items():
        known = columns[name] & set(Table.metadata.tables[name].c.keys())
        now = [{key: row[key] for key in known} for row in after[name]]
        if name == "event":
            # What is there is sealed as it stands, by one event a chain.
            sealing = [row for row in now if row["action"] == "seal"]
            assert {(row["chain"], row["at"]) for row in sealing} == {(1, UPGRADED)}
            now = [row for row in now if row["action"] != "seal"]
        if name != "chain_head":
            assert now == kept
    world.database = database
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": compared})
        found = compare_metadata(context, Table.metadata)
    assert found == []
    assert {one["text"] for one in full["search_entry"]} == {
        one["text"] for one in after["search_entry"]
    }
    with world.reading(world.reviewer) as c:
        hits = search(c.session, c.actor, Sought(("安居",)), c.now, c.today)
    assert [(one.kind, one.shown[0].code) for one in hits] == [("task", "1.2")]
    with world.reading(system("clock")) as c:
        found = verify_audit(c)
    assert found.holds
    assert found.rows > 60
    assert found.walked[0].older == UPGRADED
    assert any("按当时的样子封存" in str(line) for line in looked_at(found, None, "Asia/Shanghai"))
    world.do(world.reviewer, start_working_copy, catalogue=little_catalogue())
    for table, column in ((TaskState, "state"), (Event, "action"), (WorkingCopy, "title")):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(f"update {table.__tablename__} set {column} = ''"))
    database.dispose()


def test_the_letter_of_a_digest_still_belongs_to_it(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database, "0014")
    at = "'2021-04-01 00:00:00'"
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        for row in (
            "person (id, email, name, phone, language, password_hash, must_change_password, active)"
            " values (1, 'a@b.cn', 'A', '', 'zh', '', true, true)",
            "outbox (id, message_id, person_id, kind, subject, content, priority, state,"
            " created_at, not_before, lease_owner, attempts, last_error) values"
            f" (5, '<1@b.cn>', 1, 'digest', 's', '', 7, 'sent', {at}, {at}, '', 1, '')",
            "digest (id, person_id, local_date, channel, outbox_id)"
            " values (9, 1, '2021-04-01', 'mail', 5)",
            "digest (id, person_id, local_date, channel, outbox_id)"
            " values (10, 1, '2021-04-01', 'alert', null)",
        ):
            connection.execute(text(f"insert into {row}"))
    database.upgrade(UPGRADED)
    with database.read() as session:
        assert session.execute(select(Outbox.id, Outbox.digest_id)).all() == [(5, 9)]
    database.dispose()


def test_links_that_lay_in_the_outbox_open_nothing_any_more(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database, "0005")
    with database.write() as session:
        session.execute(text("insert into person (id, email, name, phone, language, password_hash,"
                             " must_change_password, active) values"
                             " (1, 'a@b.cn', 'A', '', 'zh', '', true, true)"))  # fmt: skip
        for n, (kind, state) in enumerate((("reset", "queued"), ("reset", "sent"),
                                           ("digest", "queued")), 1):  # fmt: skip
            session.execute(insert(Outbox).values(
                id=n, message_id=f"<{n}@b.cn>", person_id=1, plan_id=None, kind=kind, state=state,
                subject="s", content=b"token", created_at=NOW, not_before=NOW))  # fmt: skip
            session.execute(insert(PasswordReset).values(
                token_hash=f"{n}", person_id=1, expires_at=NOW, used_at=NOW if n == 3 else None
            ))  # fmt: skip
    database.upgrade()
    with database.read() as session:
        states = session.scalars(select(Outbox.state).order_by(Outbox.id)).all()
        links = session.scalars(select(PasswordReset.token_hash)).all()
    assert (states, links) == (["failed", "sent", "queued"], ["3"])
    database.dispose()
