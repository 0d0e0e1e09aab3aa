"""Plans of made-up places with what a person reads in them: the reader reads the same.

Each file of labels/ holds a short document and, beside it, its tasks: titles, units by their part,
numbers as "op value unit year" and days. The document is built in its own format and read.

The labels keep to the customs of catalogues: a bare number is met exactly (=), "-" stands for
a year that is not written beside the number, "by 2025" is the last day of 2025.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import yaml

from reading.paper import saved
from tasks_catalog.model import CatalogueTask
from tasks_catalog.reading.opening import read_content

LABELS = sorted((Path(__file__).parent / "labels").glob("*.yaml"))


def as_text(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()


def as_word(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def as_word_table(rows: list[list[str]]) -> bytes:
    """A title above a table."""
    document = docx.Document()
    document.add_paragraph(rows[0][0])
    table = document.add_table(len(rows) - 1, len(rows[1]))
    for row, texts in zip(table.rows, rows[1:], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def as_workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


FORMS: dict[str, Any] = {
    "txt": (as_text, "txt"), "docx": (as_word, "docx"), "table": (as_word_table, "docx"),
    "xlsx": (as_workbook, "xlsx"),
}  # fmt: skip

Facts = dict[str, Counter[tuple[str, ...]]]


def labelled(tasks: list[dict[str, Any]]) -> Facts:
    """What the labels say, fact by fact; each fact belongs to the task with its title."""
    found: Facts = {"tasks": Counter((task["title"],) for task in tasks)}
    found["units"] = Counter(
        (task["title"], role, name)
        for task in tasks for role in ("lead", "support", "joint") for name in task.get(role, ())
    )  # fmt: skip
    for kind in ("measures", "deadlines"):
        found[kind] = Counter((t["title"], str(one)) for t in tasks for one in t.get(kind, ()))
    return found


def read(tasks: tuple[CatalogueTask, ...]) -> Facts:
    """The same of what was read."""
    return {
        "tasks": Counter((task.title,) for task in tasks),
        "units": Counter((t.title, unit.role, unit.name) for t in tasks for unit in t.units),
        "measures": Counter(
            (t.title, f"{m.op} {m.value} {m.unit} {m.by_year or '-'}")
            for t in tasks for m in t.measures
        ),
        "deadlines": Counter(
            (t.title, one.date.isoformat()) for t in tasks for one in t.deadlines if one.date
        ),
    }  # fmt: skip


@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.stem)
def test_a_plan_is_read_as_a_person_reads_it(path: Path) -> None:
    one = yaml.safe_load(path.read_text("utf-8"))
    build, suffix = FORMS[one["form"]]
    found = read(read_content(build(one["lines"]), f"{path.stem}.{suffix}").tasks)
    expected = labelled(one["tasks"])
    missed = {kind: sorted((expected[kind] - found[kind]).elements()) for kind in expected}
    extra = {kind: sorted((found[kind] - expected[kind]).elements()) for kind in expected}
    assert (missed, extra) == ({kind: [] for kind in expected}, {kind: [] for kind in expected})


def test_the_labels_are_many_enough_to_tell() -> None:
    facts = [labelled(yaml.safe_load(path.read_text("utf-8"))["tasks"]) for path in LABELS]
    counted = {kind: sum(one[kind].total() for one in facts) for kind in facts[0]}
    assert len(LABELS) >= 4
    assert counted["tasks"] >= 30
    assert counted["units"] >= 60
    assert counted["measures"] >= 20
    assert counted["deadlines"] >= 15
