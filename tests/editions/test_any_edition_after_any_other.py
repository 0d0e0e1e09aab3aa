"""Whatever edition follows whatever other, the plan demands what the last one says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Measure,
    MeasureVersion,
    Milestone,
    Task,
    TaskState,
    TaskVersion,
)
from db.types import FOREVER
from tasks_catalog.comparing import take_all
from tasks_catalog.model import Catalogue, Deadline, Deliverable, TaskUnit
from tasks_catalog.model import CatalogueMeasure as Number
from tasks_catalog.model import CatalogueTask as Demand
from workflow.rules.access.permissions import system
from workflow.verbs.editions.compare_editions import preview_edition
from workflow.verbs.editions.load_edition import load_edition
from workflow.verbs.record.verify_audit import verify_audit
from worlds import (
    COUNTIES,
    ISSUED,
    LABOUR,
    OFFICE,
    OTHERS,
    SCIENCE,
    World,
    empty_city,
    little_catalogue,
    load,
)

BASE = little_catalogue()
TITLES = [
    "引进领军人才",
    "引进领军人才团队",
    "出台人才安居办法",
    "修订人才安居办法",
    "建设人才公园",
]
METRICS = ["领军人才", "青年人才", "高层次人才占比"]
DAYS = [None, date(2022, 6, 30), date(2023, 12, 31)]
numbers = count(1)

measures = st.builds(
    Number,
    metric=st.sampled_from(METRICS), op=st.just(">="), kind=st.sampled_from(["new", "annual"]),
    value=st.sampled_from([Decimal(10), Decimal("2.5")]), unit=st.sampled_from(["人", "%"]),
    by_year=st.sampled_from([None, 2024, 2025]),
)  # fmt: skip
supports = st.lists(st.sampled_from([SCIENCE, LABOUR, COUNTIES, OTHERS]), max_size=3, unique=True)
leads = st.lists(
    st.sampled_from([OFFICE, SCIENCE, LABOUR, COUNTIES]), min_size=1, max_size=2, unique=True
)


@st.composite
def tasks(draw: st.DrawFn) -> Demand:
    named = [(name, "lead") for name in draw(leads)]
    named += [(name, "support") for name in draw(supports) if name not in dict(named)]
    groups = (COUNTIES, OTHERS)
    when = draw(st.lists(st.sampled_from(["开工", "投用"]), max_size=2, unique=True))
    return Demand(
        "", draw(st.sampled_from(TITLES)),
        draw(st.sampled_from(["numbers", "deliverable", "milestones", "steady"])),
        draw(st.sampled_from([None, "1", "2"])), draw(st.sampled_from(["", "抓好落实。"])),
        tuple(TaskUnit(name, name, role, name in groups) for name, role in named),
        due=draw(st.sampled_from(DAYS)),
        deadlines=tuple(Deadline(w, date(2022, 1, 1), "by", w) for w in when),
        deliverables=draw(st.sampled_from([(), (Deliverable("办法"),)])),
        measures=tuple(draw(st.lists(measures, max_size=3))),
    )  # fmt: skip


@st.composite
def editions(draw: st.DrawFn) -> Catalogue:
    made = draw(st.lists(tasks(), min_size=1, max_size=4))
    codes = draw(st.permutations(["1.1", "1.2", "1.3", "2.1"]))
    numbered = tuple(replace(t, code=c) for t, c in zip(made, codes, strict=False))
    last = draw(st.sampled_from([2025, 2026]))
    return replace(BASE, tasks=numbered, plan=replace(BASE.plan, last_year=last))


@contextmanager
def a_world(template: Path, place: Path) -> Iterator[World]:
    path = place / f"{next(numbers)}.db"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    yield empty_city(database)
    database.dispose()


def demands(world: World) -> dict[str, Any]:
    """What the plan demands of whom today, by code."""
    found: dict[str, Any] = {}
    of_task: dict[int, str] = {}
    with world.database.read() as s:
        gone = TaskState.state.in_(("terminated", "dropped"))
        columns = [getattr(TaskVersion, n) for n in ("title", "text", "kind", "due", "due_text")]
        for task_id, code, *words in s.execute(
            select(Task.id, Task.code, *columns)
            .join(TaskVersion, TaskVersion.task_id == Task.id)
            .join(TaskState, TaskState.task_id == Task.id)
            .where(TaskVersion.open(), TaskState.open(), ~gone)
        ):
            of_task[task_id], found[code] = code, [tuple(words), [], [], []]
        version = MeasureVersion
        for place, rows in (
            (1, select(Measure.task_id, version.metric, version.value, version.unit,
                       version.by_year, version.kind)
                .join(version, version.measure_id == Measure.id).where(version.open())),
            (2, select(Milestone.task_id, Milestone.title, Milestone.due, Milestone.deliverable)
                .where(Milestone.open())),
            (3, select(Assignment.task_id, Assignment.unit_id, Assignment.role,
                       Assignment.collects, AssignmentState.state)
                .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
                .where(Assignment.open(), AssignmentState.open())),
        ):  # fmt: skip
            for task_id, *row in s.execute(rows):
                if task_id in of_task:
                    found[of_task[task_id]][place].append(str(row))
    return {code: [rows[0], *map(sorted, rows[1:])] for code, rows in found.items()}


def histories(world: World) -> list[tuple[Any, ...]]:
    """Every closed interval of a promise, by what it was of."""
    with world.database.read() as s:
        return [
            (table.__tablename__, row.id, row.known_from, row.known_to)
            for table in (TaskVersion, MeasureVersion, Milestone, Assignment)
            for row in s.scalars(select(table))
            if row.known_to != FOREVER
        ]


def test_the_last_edition_is_what_the_plan_demands(sqlite_template: Path, tmp_path: Path) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(editions(), min_size=2, max_size=4), st.booleans())
    def follow(some: list[Catalogue], issued: bool) -> None:
        with a_world(sqlite_template, tmp_path) as grown, a_world(sqlite_template, tmp_path) as new:
            load(grown, some[0], issued=issued)
            for day, catalogue in enumerate(some[1:], 1):
                before = histories(grown)
                known = ids(grown)
                now = ISSUED + timedelta(days=day)
                with grown.reading(grown.administrator, at=now) as c:
                    shown = preview_edition(c, plan_id=grown.plan_id, catalogue=catalogue)
                given = {"confirmed": take_all(shown.differences), "document": "批1号"}
                grown.do(
                    grown.administrator, load_edition, at=now,
                    plan_id=grown.plan_id, catalogue=catalogue, **given,
                )  # fmt: skip
                assert set(before) <= set(histories(grown))
                assert known <= ids(grown)
            load(new, some[-1], issued=issued)
            assert demands(grown) == demands(new)
            with grown.reading(system("auditor")) as c:
                assert verify_audit(c, from_checkpoint=False).broken is None

    follow()


def ids(world: World) -> set[int]:
    with world.database.read() as s:
        return set(s.scalars(select(Task.id)))
