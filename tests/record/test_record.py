"""The record keeps what was promised, whoever holds the connection."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from db import record
from db.engine import Database
from db.models import Event, Plan, SubmissionValue, Task, TaskState
from db.models.table import AppendOnly, Interval, tables_of
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Conflict, WrongState

NOW = datetime(2021, 7, 1, 8, tzinfo=UTC)
ACTOR = system("test")


def a_task(database: Database) -> int:
    with database.write() as session:
        plan = Plan(code="p", title="P", first_year=2021, last_year=2025)
        session.add(plan)
        session.flush()
        task = Task(plan_id=plan.id, code="1.1", position=1)
        session.add(task)
        session.flush()
        record.begin_state(session, "task", [task.id], NOW)
    return task.id


def test_a_change_of_state_leaves_an_event_and_the_past(database: Database) -> None:
    task = a_task(database)
    later = NOW + timedelta(days=1)
    with database.write() as session:
        record.change_state(session, "task", task, "issue", ACTOR, later, chain=1)
    with database.read() as session:
        assert record.state_of(session, "task", task) == "issued"
        then = session.scalar(select(TaskState.state).where(TaskState.at(NOW)))
        assert then == "drafted"
        event = session.scalars(select(Event)).one()
        assert (event.before, event.after, event.no) == ("drafted", "issued", 1)


def test_a_step_that_the_table_lacks_changes_nothing(database: Database) -> None:
    task = a_task(database)
    with pytest.raises(WrongState), database.write() as session:
        record.change_state(session, "task", task, "close_out", ACTOR, NOW, chain=1)
    with database.read() as session:
        assert record.state_of(session, "task", task) == "drafted"
        assert session.scalars(select(Event)).all() == []


def test_a_clock_that_was_set_back_ends_nothing_before_it_began(database: Database) -> None:
    task, before = a_task(database), NOW - timedelta(hours=1)
    for change, which in ((record.change_state, task), (record.change_states, [task])):
        with pytest.raises(Conflict), database.write() as session:
            change(session, "task", which, "issue", ACTOR, before, chain=1)
    with database.read() as session:
        assert record.state_of(session, "task", task) == "drafted"


def test_the_second_writer_is_told(database: Database) -> None:
    task = a_task(database)
    with database.write() as session:
        assert record.compare_and_set(session, Task, task, 1) == 2
    with pytest.raises(Conflict), database.write() as session:
        record.compare_and_set(session, Task, task, 1)


def test_events_are_linked_to_the_one_before(database: Database) -> None:
    for day in range(3):
        with database.write() as session:
            at = NOW + timedelta(days=day)
            record.record_event(session, 5, ACTOR, at, "looked", "plan", day)
            record.record_event(session, 5, ACTOR, at, "left", "plan", day)
    with database.read() as session:
        events = session.scalars(select(Event).order_by(Event.no)).all()
        assert [event.no for event in events] == [1, 2, 3, 4, 5, 6]
        last = ""
        for event in events:
            row = {name: getattr(event, name) for name in record.EventRecord.__dataclass_fields__}
            last = record.chain_hash(last, event.no, record.EventRecord(**row))
            assert event.hash == last


@pytest.mark.parametrize("table", tables_of(AppendOnly))
@pytest.mark.parametrize("action", ["update", "delete"])
def test_append_only_tables_have_a_trigger(database: Database, table: str, action: str) -> None:
    with database.read() as session:
        catalogue = (
            "select count(*) from sqlite_master where type = 'trigger' and name = :name"
            if session.get_bind().dialect.name == "sqlite"
            else "select count(*) from pg_trigger where tgname = :name"
        )
        assert session.scalar(text(catalogue), {"name": f"{table}_no_{action}"}) == 1


def test_events_refuse_update_and_delete(database: Database) -> None:
    with database.write() as session:
        record.record_event(session, 1, ACTOR, NOW, "looked", "plan", 1)
    for statement in (update(Event).values(action="forged"), delete(Event)):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(statement)


def test_an_interval_can_only_be_closed_once(database: Database) -> None:
    a_task(database)
    assert "task_state" in tables_of(Interval)
    for statement in (update(TaskState).values(state="closed"), delete(TaskState)):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(statement)
    with database.write() as session:
        session.execute(update(TaskState).values(known_to=NOW + timedelta(days=1)))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(update(TaskState).values(known_to=NOW + timedelta(days=2)))


def test_a_wrong_statement_is_no_database_that_does_not_answer(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("select * from nothing"))


def test_quantities_come_back_exactly(database: Database) -> None:
    value = Decimal("1234567890123.456789")
    with database.write() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("pragma defer_foreign_keys = on"))
        session.execute(text("insert into installation (name, value) values ('x', 'y')"))
    column = SubmissionValue.__table__.c.value
    dialect = database.engine.dialect
    stored = column.type.process_bind_param(value, dialect)
    assert isinstance(stored, int)
    assert column.type.process_result_value(stored, dialect) == value


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="time zone"), database.write() as session:
        session.execute(
            insert(Plan).values(
                code="x",
                title="x",
                first_year=1,
                last_year=2,
                issued_at=datetime(2021, 1, 1),  # noqa: DTZ001
            )
        )


def test_migrations_agree_with_the_models(empty_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from db.models import Table
    from db.models.search import compared

    database = Database(empty_url)
    assert database.upgrade()[0] is None
    assert database.upgrade()[0] == database.upgrade()[1]
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": compared})
        differences = compare_metadata(context, Table.metadata)
    database.dispose()
    assert differences == []
