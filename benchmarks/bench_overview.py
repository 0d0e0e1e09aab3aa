"""The overview of one plan among two thousand: `python benchmarks/bench_overview.py [tasks]`.

One city of 300 tasks, 60 units and four rounds with their reports is lived through by the verbs;
its plan is then doubled, row by row, until the database holds 600,000 tasks. Prints what the
overview of one plan takes before and after: in the database, and with every light judged.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from city import City, build
from copies import copy
from sqlalchemy import event

from db.queries.progress.overview import overview

COPIED = (
    "plan", "item", "clock", "round", "task", "task_version", "task_state", "measure",
    "measure_version", "assignment", "assignment_state", "report", "report_state", "submission",
    "submission_value", "sign_off", "verdict",
)  # fmt: skip
"""What the overview reads."""
RUNS = 15


def main() -> None:
    """Build, measure, copy, measure again."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 600_000
    with tempfile.TemporaryDirectory() as folder:
        city = build(Path(folder), tasks=300, units=60)
        print(f"{'tasks':>9}{'queries':>9}{'in the database, ms':>22}{'overview, ms':>15}")
        _measure(city, 300)
        began = time.monotonic()
        with city.installation.database.engine.execution_options(
            luoshi_writes=True
        ).begin() as connection:
            copies = copy(connection, COPIED, -(-wanted // 300))
            connection.exec_driver_sql("analyze")
        _measure(city, 300 * copies)
        size = sum(one.stat().st_size for one in Path(folder).iterdir() if one.is_file())
        took = time.monotonic() - began
        print(f"{copies} plans in {size / 2**30:.1f} GB, copied in {took:.0f} s")


def _measure(city: City, tasks: int) -> None:
    spent: list[float] = []
    engine = city.installation.database.engine

    def before(*given: Any) -> None:
        given[4].began = time.perf_counter()

    def after(*given: Any) -> None:
        spent.append(time.perf_counter() - given[4].began)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    wholes, queries = [], []
    for _ in range(RUNS):
        with city.installation.reading(city.reviewers[0]) as c:
            spent.clear()
            began = time.perf_counter()
            overview(c.session, c.actor, [city.plan_id], c.now, c.letterhead.zone)
            wholes.append(time.perf_counter() - began)
            queries.append(sum(spent))
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)
    print(
        f"{tasks:>9}{len(spent):>9}{1000 * statistics.median(queries):>22.1f}"
        f"{1000 * statistics.median(wholes):>15.0f}"
    )


if __name__ == "__main__":
    main()
