"""Many places out of one: a plan is lived into a round by the verbs, then laid down many times."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

from city import catalogue
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import Table as Rows

from db.engine import Database
from db.models import Assignment, AssignmentState, Person, Plan, Report, ReportState, Role, Unit
from db.models.table import Table
from notifications.letterhead import Letterhead
from workflow.rules.access.permissions import system
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import AssignmentStateName, ReportStateName
from workflow.verbs.context import Context
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.rounds.clocks import clock_for
from workflow.verbs.rounds.open_rounds import open_rounds

TASKS, UNITS = 210, 60
LETTERHEAD = Letterhead("https://luoshi.example", "luoshi@bench.example", "Asia/Shanghai", "s" * 32)
ISSUED = datetime(2021, 1, 4, 1, tzinfo=UTC)
OPENED = datetime(2021, 3, 10, 0, 30, tzinfo=UTC)
FILED = datetime(2021, 3, 24, 8, tzinfo=UTC)
STATES = {
    ReportStateName.DUE: 12,
    ReportStateName.DRAFT: 3,
    ReportStateName.RETURNED: 5,
    ReportStateName.SUBMITTED: 5,
    ReportStateName.SIGNED_OFF: 40,
    ReportStateName.ACCEPTED: 35,
}
"""How many in a hundred reports stand in each state when the round is over."""
COPIED = (
    "place",
    "unit", "person", "role", "plan", "item", "clock", "clock_step", "round", "task",
    "task_version", "task_state", "assignment", "assignment_state", "report", "report_state",
    "chain_head",
)  # fmt: skip
ALONE = {
    ("place", "code"),
    ("place", "name"),
    ("plan", "code"),
    ("unit", "name"),
    ("person", "email"),
}


def build(database: Database, plans: int) -> None:
    """So many plans of 210 tasks and 60 units with their supports and people, each of its own."""
    database.upgrade()
    _one(database)
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        _many(connection, plans)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("analyze")
        connection.commit()


def _one(database: Database) -> None:
    with database.write() as session:
        loaded = load_catalogue(_c(session, ISSUED), catalogue(TASKS, UNITS))
        policy = PlanPolicy(supports_report=True).to_json()
        office = session.scalar(
            insert(Unit).values(name="人才办", kind="department").returning(Unit.id)
        )
        session.execute(update(Plan).values(office_unit_id=office, policy=policy))
        _people(session, office)
    with database.write() as session:
        issue(_c(session, ISSUED), plan_id=loaded.plan_id, document="BENCH-1")
    with database.write() as session:
        open_rounds(_c(session, OPENED))
    chance = Random(1)
    with database.write() as session:
        reports = session.execute(select(Report.id, Report.plan_id)).all()
        session.execute(update(ReportState).where(ReportState.open()).values(known_to=FILED))
        states = chance.choices(list(STATES), list(STATES.values()), k=len(reports))
        rows = [
            {"report_id": report.id, "state": state, "known_from": FILED}
            for report, state in zip(reports, states, strict=True)
        ]
        session.execute(insert(ReportState), rows)
        _reviewed(_c(session, FILED))
        parts = session.scalars(select(Assignment.id)).all()
        session.execute(
            update(AssignmentState).where(AssignmentState.open()).values(known_to=FILED)
        )
        rows = [
            {"assignment_id": i, "state": AssignmentStateName.ACKNOWLEDGED, "known_from": FILED}
            for i in parts
        ]
        session.execute(insert(AssignmentState), rows)


def _reviewed(c: Context) -> None:
    plan = c.session.scalars(select(Plan)).one()
    due = c.calendar.add_workdays(datetime(2021, 3, 25, tzinfo=UTC).date(), 5)
    clock = clock_for(c, plan, ClockKind.REVIEW, due)
    signed = select(ReportState.report_id).where(
        ReportState.state == ReportStateName.SIGNED_OFF, ReportState.open()
    )
    c.session.execute(update(Report).where(Report.id.in_(signed)).values(review_clock_id=clock))


def _people(session: Any, office: int) -> None:
    units = session.scalars(select(Unit.id).order_by(Unit.id)).all()
    posts = [(unit, role) for unit in units for role in ("liaison", "deputy_head")]
    posts += [(office, "reviewer"), (office, "administrator")]
    for no, (unit, role) in enumerate(posts, 1):
        session.execute(
            insert(Person).values(id=no, email=f"p{no}@bench.example", name=f"人{no}", unit_id=unit)
        )
        session.execute(
            insert(Role).values(
                person_id=no,
                unit_id=unit,
                name=role,
                valid_from=datetime(2020, 1, 1).date(),  # noqa: DTZ001
            )
        )


def _c(session: Any, at: datetime) -> Context:
    return Context(session, system("bench"), at, LETTERHEAD)


def _many(connection: Connection, plans: int) -> None:
    if plans < 2:
        return
    numbers = select(literal(1, Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < plans - 1))
    copy = numbers.c.n
    tables = [Table.metadata.tables[name] for name in COPIED]
    held = {table.name: connection.scalar(select(func.max(_key(table)))) for table in tables}
    postgres = connection.dialect.name == "postgresql"
    for table in tables:
        rows = select(*(c.label(c.name) for c in table.columns)).subquery()
        if table.name == "chain_head":
            rows = select(rows).where(rows.c.chain > 0).subquery()
        columns = [_moved(table, column, rows, copy, held) for column in table.columns]
        places = rows.join(numbers, literal(1) == 1)
        source = select(*columns).select_from(places)
        connection.execute(insert(table).from_select(list(table.columns.keys()), source))
        if postgres and table.name != "chain_head":
            highest = select(func.max(_key(table))).scalar_subquery()
            connection.execute(select(func.setval(f"{table.name}_id_seq", highest)))


def _key(table: Rows) -> Any:
    return next(iter(table.primary_key.columns))


def _moved(
    table: Rows, column: Any, rows: Subquery, copy: ColumnElement[int], held: dict[str, Any]
) -> ColumnElement[Any]:
    """A column of a copy: ids moved on by as many as there are in the first place."""
    value = rows.c[column.name]
    above = {key.column.table.name for key in column.foreign_keys} & held.keys()
    if above:
        return value + copy * held[above.pop()]
    if column is _key(table):
        return value + copy * held["plan" if table.name == "chain_head" else table.name]
    if (table.name, column.name) in ALONE:
        return cast(copy, column.type) + literal("-") + value
    return value
