"""A year's assessment of many units: `python benchmarks/bench_assessing.py [units] [tasks]`.

Scores made-up facts by a shipped scheme in memory and by the command, and a year that was lived
through by the verbs from the database. Prints a table; with `--json` one JSON document follows.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from city import build

from documents.scheme_file import shipped_scheme
from documents.scored_file import scored
from workflow.rules.access.permissions import system
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.save_scheme import save_scheme

SCHEME = "quzhou"
LUOSHI = Path(sys.executable).with_name("luoshi")


def main() -> None:
    """Measure and print."""
    figures = [int(one) for one in sys.argv[1:] if one.isdigit()]
    units, tasks = [*figures, 60, 300][:2] if len(figures) > 1 else (60, 300)
    content = json.dumps(facts(units, tasks), ensure_ascii=False).encode()
    found = {
        "units": units,
        "tasks": tasks,
        "memory_seconds": _seconds(lambda: scored(SCHEME, content)),
        "command_seconds": _by_command(content),
        "database_seconds": _from_the_database(units, tasks),
    }
    print(f"{units} units, {tasks} tasks each, {len(content) / 2**20:.1f} MB of facts")
    for name in ("memory_seconds", "command_seconds", "database_seconds"):
        print(f"{name:>18}{found[name]:>8.2f}")
    if "--json" in sys.argv:
        print(json.dumps(found))


def facts(units: int, tasks: int) -> dict[str, Any]:
    """Facts of many units, each with as many tasks, measured numbers and steady work."""
    chance = random.Random(7)
    return {
        "schema": "luoshi.facts/1",
        "year": 2021,
        "as_of": "2021-12-31",
        "units": [_unit(no, tasks, chance) for no in range(units)],
    }


def _unit(no: int, tasks: int, chance: random.Random) -> dict[str, Any]:
    return {
        "unit": str(no),
        "name": f"市第{no}局",
        "kind": ("department", "county", "enterprise")[no % 3],
        "tasks": [_task(no, task, chance) for task in range(tasks)],
        "events": [{"id": "e", "kind": "criticised", "title": "通报", "evidence": ["merit:1"]}],
    }


def _task(unit: int, no: int, chance: random.Random) -> dict[str, Any]:
    measure = {
        "id": f"measure:{no}",
        "metric": "新引进大学生",
        "op": ">=",
        "unit": "人",
        "target": str(chance.randint(50, 9000)),
        "expected": str(chance.randint(20, 50)),
        "actual": str(chance.randint(0, 9000)),
        "evidence": [f"submission:{unit * 1000 + no}"],
    }
    return {
        "task": f"{no // 10 + 1}.{no % 10 + 1}",
        "title": f"引进培育高层次人才{no}",
        "role": ("lead", "support", "joint")[(unit + no) % 3],
        "kind": ("numbers", "steady")[no % 2],
        "light": chance.choice(("green", "yellow", "red")),
        "measures": [measure],
    }


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


def _by_command(content: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "facts.json")
        place.write_bytes(content)
        command = [LUOSHI, "assess", "score", "--scheme", SCHEME, "--facts", place, "--json"]
        return _seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def _from_the_database(units: int, tasks: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        city = build(Path(folder), tasks=tasks, units=units)
        with city.installation.acting(system("operator")) as c:
            save_scheme(c, shipped_scheme(SCHEME))
        began = time.perf_counter()
        with city.installation.acting(system("clock")) as c:
            assess(c, plan_id=city.plan_id, year=2021, scheme=SCHEME)
        return round(time.perf_counter() - began, 3)


if __name__ == "__main__":
    main()
