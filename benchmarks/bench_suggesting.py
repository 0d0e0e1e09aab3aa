"""How often the lead of a task is among the first three suggestions, each item held out in turn.

`python benchmarks/bench_suggesting.py [--json] [FILE…]`: documents or catalogues whose leads are
known; else
the shipped plans that have any.
"""

from __future__ import annotations

import json
import sys

import tasks_catalog
from tasks_catalog.duties import duties_of, names_said
from tasks_catalog.model import Catalogue
from workflow.rules.preparing.suggesting import Assigned, Known, Suggestion, TaskToAssign, suggest


def held_out(catalogue: Catalogue) -> dict[str, tuple[Suggestion, ...]]:
    """The first three leads suggested for each task that has one, by its code, without what the
    tasks of its own item say."""
    names = [unit.name for unit in catalogue.units]
    words = duties_of(names), names_said(names)
    headings = {item.code: item.title for item in catalogue.items}
    found: dict[str, tuple[Suggestion, ...]] = {}
    for item in dict.fromkeys(task.item for task in catalogue.tasks):
        asked, rest = [], []
        for task in catalogue.tasks:
            parts = tuple((unit.name, unit.role) for unit in task.units)
            metrics = tuple(measure.metric for measure in task.measures)
            heading = headings.get(task.item or "", "")
            one = TaskToAssign(task.code, task.title, task.text, metrics, heading)
            if task.item == item:
                asked.append(one)
            else:
                rest.append(Assigned(one, "", parts, here=True))
        for code, made in suggest(asked, Known(rest, *words)).items():
            found[code] = tuple(one for one in made if one.role == "lead")[:3]
    return found


def leads(catalogue: Catalogue) -> dict[str, list[str]]:
    """Who answers for each task that anybody answers for."""
    found = {t.code: [u.name for u in t.units if u.role != "support"] for t in catalogue.tasks}
    return {code: names for code, names in found.items() if names}


def main() -> None:
    """Print a row for each plan."""
    files = [name for name in sys.argv[1:] if name != "--json"]
    rows = []
    named = {name: tasks_catalog.read(name) for name in files} or {
        name: tasks_catalog.sample(name) for name in tasks_catalog.samples()
    }
    print(f"{'plan':<40}{'tasks':>7}{'first':>7}{'in three':>10}{'':>8}")
    for name, catalogue in named.items():
        known = leads(catalogue)
        if not known:
            continue
        made = held_out(catalogue)
        first = sum(any(one.unit in known[code] for one in made[code][:1]) for code in known)
        three = sum(any(one.unit in known[code] for one in made[code]) for code in known)
        print(f"{name[-38:]:<40}{len(known):>7}{first:>7}{three:>10}{three / len(known):>8.0%}")
        rows.append({"plan": name, "tasks": len(known), "first": first, "in_three": three})
    if "--json" in sys.argv:
        print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
