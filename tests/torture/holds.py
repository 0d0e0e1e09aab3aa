"""What holds of every record, whatever happened to it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Event,
    Evidence,
    MeasureVersion,
    Milestone,
    ReportState,
    RequestState,
    TaskState,
    TaskVersion,
)
from db.models.table import Interval, Table, tables_of
from db.queries.record.chains import heads
from db.types import FOREVER
from workflow.rules.access.permissions import system
from workflow.rules.states import INITIAL, TRANSITIONS
from workflow.verbs.context import Context
from workflow.verbs.record.verify_audit import verify_audit
from worlds import ISSUED, LETTERHEAD

STEPS = {(t.subject, before, t.after) for t in TRANSITIONS for before in t.before}
ACTIONS = {(t.subject, t.action) for t in TRANSITIONS}
HISTORIES: dict[str, tuple[Any, str]] = {
    "task": (TaskState, "task_id"),
    "assignment": (AssignmentState, "assignment_id"),
    "report": (ReportState, "report_id"),
    "request": (RequestState, "request_id"),
}
PROMISES: list[tuple[Any, tuple[str, ...]]] = [
    (TaskVersion, ("task_id",)),
    (MeasureVersion, ("measure_id",)),
    (Milestone, ("task_id", "no")),
    (Assignment, ("task_id", "unit_id")),
]
TABLES = Table.metadata.tables
Head = tuple[int, int, str]


def the_record_holds(database: Database, left: Iterable[Head] = ()) -> None:
    """Everything below. `left` are heads of chains (chain, number, hash) once seen."""
    the_chains_hold(database, left)
    every_state_is_reached_by_the_table_with_one_event(database)
    no_interval_overlaps_or_ends_before_it_begins(database)
    whoever_is_in_force_is_in_a_state_of_force(database)


def the_chains_hold(database: Database, left: Iterable[Head] = ()) -> None:
    with database.read() as session:
        c = Context(session, system("auditor"), ISSUED, LETTERHEAD)
        assert verify_audit(c, from_checkpoint=False, outside=left).broken is None


def heads_of(database: Database) -> list[Head]:
    with database.read() as session:
        return [(head.chain, head.no, head.hash) for head in heads(session)]


def every_state_is_reached_by_the_table_with_one_event(database: Database) -> None:
    events = defaultdict(list)
    for e in _rows(database, select(Event).order_by(Event.chain, Event.no)):
        if (e.subject, e.action) in ACTIONS:
            events[e.subject, e.subject_id].append((e.before, e.after, e.at))
    for subject, (table, key) in HISTORIES.items():
        histories = defaultdict(list)
        for row in _rows(database, select(table).order_by(table.id)):
            histories[getattr(row, key)].append(row)
        for subject_id, rows in histories.items():
            assert rows[0].state == INITIAL[subject]
            assert rows[-1].known_to == FOREVER
            told = events.pop((subject, subject_id), [])
            for old, new, (before, after, at) in zip(rows, rows[1:], told, strict=False):
                assert old.known_to == new.known_from <= at
                assert (old.state, new.state) == (before, after)
                assert (subject, old.state, new.state) in STEPS
            assert len(told) == len(rows) - 1
    assert not events


def no_interval_overlaps_or_ends_before_it_begins(database: Database) -> None:
    for name in tables_of(Interval):
        columns = TABLES[name].c
        wrong = select(func.count()).where(columns.known_to < columns.known_from)
        with database.read() as session:
            assert session.scalar(wrong) == 0, name
    for table, key in PROMISES:
        intervals = defaultdict(list)
        for row in _rows(database, select(table).order_by(table.known_from, table.id)):
            intervals[tuple(getattr(row, name) for name in key)].append(row)
        for rows in intervals.values():
            assert all(old.known_to <= new.known_from for old, new in pairwise(rows))


def whoever_is_in_force_is_in_a_state_of_force(database: Database) -> None:
    with database.read() as session:
        rows = session.execute(
            select(Assignment.known_to, AssignmentState.state)
            .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
            .where(AssignmentState.open())
        ).all()
    assert all((state == "ended") == (known_to != FOREVER) for known_to, state in rows)


def all_evidence_lies_where_it_should(database: Database, folder: Path) -> None:
    """Each row's file is there, and whatever bears a digest as its name has that content."""
    there = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, content in there.items():
        if re.fullmatch("[0-9a-f]{64}", name):
            assert hashlib.sha256(content).hexdigest() == name
    with database.read() as session:
        assert set(session.scalars(select(Evidence.sha))) <= set(there)


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables, as they are: what a transaction that failed must not change."""
    found = {}
    with database.read() as session:
        for name in TABLES:
            rows = session.connection().exec_driver_sql(f'select * from "{name}"').all()
            found[name] = sorted(map(repr, rows))
    return found


def _rows(database: Database, what: Any) -> list[Any]:
    with database.read() as session:
        return list(session.scalars(what).all())
