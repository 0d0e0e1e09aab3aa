"""Searching 600,000 tasks and what was reported on them.

    python benchmarks/bench_search.py [tasks] [--database sqlite|postgresql] [--json]

One city of 300 tasks, 60 units and four rounds with their reports is lived through by the verbs;
plan, units and index are then doubled, row by row, until the database holds so many tasks. Prints
what a search takes, all kinds together, for three readers: a reviewer of everything, the same
within one plan, and a unit's liaison; and how many entries a second are indexed anew. PostgreSQL is
a server of its own with its usual settings, of this machine's or of the wheel that the tests use.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from city import City, build
from copies import copy
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from db import portable
from db.engine import Database
from db.models import Assignment, Plan, SearchEntry, Task
from db.queries.search.search import search
from db.queries.search.sought import Sought
from db.search import index_all
from workflow.rules.access.permissions import Actor, Post, RoleName
from workflow.rules.search import words_of

sys.path.append(str(Path(__file__).parent.parent / "tests"))
import postgres

COPIED = (
    "unit", "plan", "item", "clock", "round", "task", "task_version", "task_state", "measure",
    "measure_version", "assignment", "assignment_state", "report", "report_state", "submission",
    "submission_value", "sign_off", "verdict",
)  # fmt: skip
TYPED = {
    "in everything": "人才",
    "in every report": "招聘会 签约",
    "in one task of each plan": "第137项",
    "a code": "14.3",
    "a number": "237人",
    "together nowhere": "第137项 第138项",
    "nowhere": "2.67万",
    "one letter": "招",
}
RUNS = 15


def main() -> None:
    """Build, copy, index, measure."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("tasks", nargs="?", type=int, default=600_000)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        city = build(Path(name), tasks=300, units=60)
        with _database(given.database, Path(name), city) as database:
            facts: dict[str, Any] = {"database": given.database, **_grow(database, given.tasks)}
            facts["milliseconds"] = dict(_measure(database, city.now))
    if given.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    print(
        f"{facts['database']}: {facts['tasks']} tasks, {facts['entries']} entries in "
        f"{facts['index_bytes'] / 2**30:.1f} of {facts['bytes'] / 2**30:.1f} GB; "
        f"{facts['indexed_a_second']} are indexed a second"
    )
    print(f"{'reader':<12}{'looks for':<28}{'found':>6}{'best, ms':>12}{'median, ms':>12}")
    for reader, typed in facts["milliseconds"].items():
        for said, took in typed.items():
            print(f"{reader:<12}{said:<28}{took['found']:>6}{took['best']:>12}{took['median']:>12}")


@contextmanager
def _database(kind: str, folder: Path, city: City) -> Iterator[Database]:
    """The city's own database, or its rows in one of PostgreSQL."""
    if kind == "sqlite":
        yield city.installation.database
        return
    with postgres.server() as server:
        postgres.admin(server, "create database bench")
        database = Database(postgres.named(server, "bench"))
        database.upgrade()
        with city.installation.database.read() as session:
            portable.write(session, partial(_put, folder))
        with database.write() as session:
            portable.read(session, folder)
        yield database
        database.dispose()


def _put(folder: Path, name: str, piece: bytes) -> None:
    with (folder / f"{name}.jsonl").open("ab") as file:
        file.write(piece)


def _grow(database: Database, tasks: int) -> dict[str, Any]:
    with database.write() as session:
        began = time.monotonic()
        entries = index_all(session)
        took = time.monotonic() - began
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        copy(connection, COPIED, -(-tasks // 300), _copy_entries)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("analyze"))
    with database.read() as session:
        return {
            "tasks": session.scalar(select(func.count()).select_from(Task)),
            "entries": session.scalar(select(func.count()).select_from(SearchEntry)),
            "indexed_a_second": round(entries / took),
            **_sizes(session),
        }


def _copy_entries(connection: Connection, steps: dict[str, int]) -> None:
    """Double the index: what its entries tell of, and of which plan."""
    if connection.dialect.name == "sqlite":
        plan = "cast(substr(grams, 6) as integer)"
        grams = f"substr(grams, 1, 5) || ({plan} + :plan) || substr(grams, 6 + length({plan}))"
    else:
        plan = "cast(substring(cast(grams as text) from 'plan([0-9]+)') as integer)"
        letter = "substring(cast(grams as text) from '([a-z])plan[0-9]')"
        token = f"array_to_tsvector(array[{letter} || 'plan' || ({plan} + :plan)])"
        grams = f"ts_delete(grams, {letter} || 'plan' || {plan}) || {token}"
    connection.execute(
        text(
            "insert into search_entry (kind, subject_id, text, grams) select kind, subject_id + "
            "case kind when 'plan' then :plan when 'task' then :task else :submission end, text, "
            f"{grams} from search_entry order by id"
        ),
        {name: steps[name] for name in ("plan", "task", "submission")},
    )


def _sizes(session: Session) -> dict[str, int]:
    """Bytes of the index and of the whole."""
    if session.get_bind().dialect.name == "sqlite":
        size = "select count(*) * (select page_size from pragma_page_size) from "
        names = "name like 'search_gram%' or name like '%search_entry%'"
        whole = "select page_count * page_size from pragma_page_count, pragma_page_size"
        part = f"{size} (select 1 from dbstat where {names})"
    else:
        part = "select pg_total_relation_size('search_entry')"
        whole = "select pg_database_size(current_database())"
    return {
        "index_bytes": session.execute(text(part)).scalar_one(),
        "bytes": session.execute(text(whole)).scalar_one(),
    }


def _measure(
    database: Database, now: datetime
) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    with database.read() as session:
        plan = session.scalars(select(Plan.id).order_by(Plan.id.desc())).first()
        unit = session.scalars(
            select(Assignment.unit_id).where(Assignment.plan_id == plan).limit(1)
        ).one()
    reviewer = Actor(1, frozenset({Post(RoleName.REVIEWER, None)}))
    liaison = Actor(2, frozenset({Post(RoleName.LIAISON, unit)}))
    for name, actor, within in (
        ("everything", reviewer, None), ("one plan", reviewer, plan), ("a unit", liaison, None),
    ):  # fmt: skip
        yield (
            name,
            {
                said: _run(database, now, actor, replace(Sought(words_of(typed)), plan_id=within))
                for said, typed in TYPED.items()
            },
        )


def _run(database: Database, now: datetime, actor: Actor, sought: Sought) -> dict[str, float]:
    spent, found = [], 0
    for _ in range(RUNS):
        with database.read() as session:
            began = time.perf_counter()
            hits = search(session, actor, sought, now, now.date())
            spent.append(1000 * (time.perf_counter() - began))
            found = sum(len(one.shown) for one in hits)
    return {
        "found": found,
        "best": round(min(spent), 1),
        "median": round(statistics.median(spent), 1),
    }


if __name__ == "__main__":
    main()
