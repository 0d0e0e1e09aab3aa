"""Planning a morning over many places: `python benchmarks/bench_planning.py PLANS`.

Each plan has 210 tasks and 60 units, with supports, deputy heads and reviewers, in a place of its
own. Measures what a morning writes on which reports, their supports' reports and reviews are due,
and the day after, on which nothing new is. `--database URL` names an empty database (else SQLite in
a folder of its own); with `--json` one JSON document follows.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context

from country import LETTERHEAD, TASKS, build
from sqlalchemy import func, select

from db.engine import Database
from db.models import Digest, Reminder
from workflow.rules.access.permissions import system
from workflow.verbs.context import Context
from workflow.verbs.reminders.remind_by_shard import remind_by_shard

MORNING = datetime(2021, 4, 1, 0, 30, tzinfo=UTC)
QUIET = datetime(2021, 4, 2, 0, 30, tzinfo=UTC)


def main() -> None:
    """Build, measure and print."""
    plans = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 64
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        if "--database" in sys.argv:
            url = sys.argv[sys.argv.index("--database") + 1]
        # In a process of its own, so that its memory is not counted.
        builder = get_context("spawn").Process(target=_build, args=(url, plans))
        builder.start()
        builder.join()
        if builder.exitcode:
            raise SystemExit("the places could not be built")
        found = measure(Database(url), plans)
    for name, figure in found.items():
        print(f"{name:>24}  {figure}")
    if "--json" in sys.argv:
        print(json.dumps(found))


def _build(url: str, plans: int) -> None:
    build(Database(url), plans)


def measure(database: Database, plans: int) -> dict[str, object]:
    """A morning and the quiet day after it."""
    seconds, busy = _day(database, MORNING)
    quiet, idle = _day(database, QUIET)
    with database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Reminder))
        digests = session.scalar(select(func.count()).select_from(Digest))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "plans": plans,
        "tasks": plans * TASKS,
        "ledger_rows": rows,
        "digests": digests,
        "seconds": round(seconds, 2),
        "quiet_seconds": round(quiet, 2),
        "processor_seconds": round(busy, 2),
        "quiet_processor_seconds": round(idle, 2),
        "peak_mib": round(peak),
        "database": database.engine.dialect.name,
    }


def _day(database: Database, at: datetime) -> tuple[float, float]:
    """The seconds that a day's run takes, and of the processor in this process."""

    @contextmanager
    def acting() -> Iterator[Context]:
        with database.write() as session:
            yield Context(session, system("remind"), at, LETTERHEAD)

    @contextmanager
    def reading() -> Iterator[Context]:
        with database.read() as session:
            yield Context(session, system("remind"), at, LETTERHEAD)

    began, used = time.perf_counter(), time.process_time()
    remind_by_shard(acting, reading)
    return time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
