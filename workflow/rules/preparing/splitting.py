"""A plain task of a working copy taken apart into several, and one added by hand."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from workflow.rules.preparing.working_copy import Change, Plain

LONGEST_TITLE = 40
ROLES = ("lead", "joint", "support")
"""The higher one first."""
_FIRST = re.compile(r"[^。；;，,：:\n]+")
_NUMBERING = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）).、．](?!\d)|[①-⑳]|第[一二三四五六七八九十\d]+[条项])\s*"
)


def title_of(text: str) -> str:
    """The first words of a text as a title, its numbering left out."""
    bare = _NUMBERING.sub("", text.strip())
    first = _FIRST.search(bare)
    return (first[0] if first else bare).strip()[:LONGEST_TITLE]


def free_code(wanted: str, taken: Collection[str]) -> str:
    """The first code under `wanted` that no task has: 4.2 gives 4.2.1, 4.2.2 …"""
    number = 1
    while f"{wanted}.{number}" in taken:
        number += 1
    return f"{wanted}.{number}"


def split(task: Plain, texts: Sequence[str], taken: Collection[str]) -> tuple[Change, ...]:
    """The changes that replace a task by one for each text, in order.

    Each keeps units, dates, heading and place; a number or a result goes where its words stand, and
    to the first where they stand nowhere.
    """
    pieces = [text.strip() for text in texts if text.strip()]
    codes: list[str] = []
    for _piece in pieces:
        codes.append(free_code(task["code"], {*taken, *codes}))
    made = [
        {**task, "code": code, "title": title_of(piece), "text": piece,
         "measures": [], "deliverables": [], "doubts": []}
        for code, piece in zip(codes, pieces, strict=True)
    ]  # fmt: skip
    for entry in made:
        entry.pop("doubt_details", None)
    for field in ("measures", "deliverables"):
        for one in task.get(field, ()):
            home = (n for n, piece in enumerate(pieces) if one.get("text") and one["text"] in piece)
            made[next(home, 0)][field].append(one)
    for entry in made:
        entry["kind"] = _kind(task, entry)
        if not entry["deliverables"]:
            del entry["deliverables"]
    return (
        Change(task["code"], "task", task, None),
        *(Change(entry["code"], "task", None, entry) for entry in made),
    )


def join(task: Plain, following: Plain) -> tuple[Change, ...]:
    """The changes that make one task of two, under the first one's code.

    Words, numbers, dates and results of both stay, with their places; a unit keeps the higher role,
    the later date is the due one.
    """
    units = {unit["name"]: unit for unit in task["units"]}
    for unit in following["units"]:
        known = units.get(unit["name"])
        if known is None or ROLES.index(unit["role"]) < ROLES.index(known["role"]):
            units[unit["name"]] = unit
    due, due_text = max(
        ((one.get("due") or "", one.get("due_text")) for one in (task, following)),
        key=lambda told: told[0],
    )
    both = {field: [*task.get(field, ()), *following.get(field, ())]
            for field in ("measures", "deadlines", "deliverables", "leaders")}  # fmt: skip
    made = {
        **task, **both, "text": "\n".join(filter(None, (task["text"], following["text"]))),
        "units": list(units.values()), "due": due or None, "due_text": due_text, "doubts": [],
        "source": _over(task.get("source"), following.get("source")),
    }  # fmt: skip
    made.pop("doubt_details", None)
    made["kind"] = _kind(task, {**made})
    if not made["deliverables"]:
        del made["deliverables"]
    return (
        Change(following["code"], "task", following, None),
        Change(task["code"], "task", task, made),
    )


def _over(first: Plain | None, second: Plain | None) -> Plain | None:
    """The place from the beginning of the one to the end of the other."""
    if not first or not second or not first.get("line") or not second.get("line"):
        return first or second
    end = second.get("line_end") or second["line"]
    return {**first, "line_end": end} if end > first["line"] else first


def _kind(task: Plain, entry: Plain) -> str:
    if entry["measures"]:
        return "numbers"
    if entry["deliverables"]:
        return "deliverable"
    return "steady" if task["kind"] in ("numbers", "deliverable") else str(task["kind"])


def new_task(code: str, text: str, item: str | None, lines: Sequence[str]) -> Change:
    """A task added by hand; where its words stand in the document, it knows its place."""
    text = text.strip()
    at = next((no for no, line in enumerate(lines, 1) if text and text in line), None)
    entry: Plain = {
        "code": code, "item": item, "kind": "steady", "title": title_of(text), "text": text,
        "units": [], "leaders": [], "frequency": None, "due": None, "due_text": None,
        "deadlines": [], "measures": [], "doubts": [],
        "source": {"line": at, "page": None} if at else None,
    }  # fmt: skip
    return Change(code, "task", None, entry)
