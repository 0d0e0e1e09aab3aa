"""底稿: a reading with the changes that people made to it, folded in order.

A catalogue here is plain: the mappings of `luoshi.catalogue/1` with every field written out, its
numbers int or Decimal, its dates ISO text. A change names what it is about and the value it was
made on, so that nothing is overwritten unseen:

| code | field | value |
|---|---|---|
| "" | a field of the plan's head | as in the catalogue |
| a task's code | a field of `TASK_FIELDS` | as in the catalogue |
| a task's code | "task" | the whole task; None before it is added and after it is removed |
| "item:" and an item's code | `ITEM_FIELDS`; "item" for the whole | as in the catalogue |
| "unit:" and a unit's name | "unit" | the whole entry of `units`, or None |
| "finding:3", "doubt:1.2:1" | "settled" | the reason; None where it is open |

Findings and the doubts of a task are counted from 1, as they were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from i18n import mark
from workflow.rules.assignments import AssignmentRole
from workflow.rules.refusals import Conflict, Invalid, Problem

Plain = dict[str, Any]

HEAD_FIELDS = (
    "code", "title", "issuer", "document_number", "published", "first_year", "last_year",
)  # fmt: skip
TASK_FIELDS = (
    "title", "text", "kind", "item", "due", "due_text", "deadlines", "measures", "deliverables",
    "units", "leaders", "frequency",
)  # fmt: skip
ITEM_FIELDS = ("title", "parent", "measures")
SETTLED = "settled"
_LISTS = frozenset({"deadlines", "measures", "deliverables", "units", "leaders"})
# Fields that the catalogue writes only where they say something.
_SPARE = frozenset({"deliverables"})
_PARTS = {"task": "tasks", "item": "items", "unit": "units"}
_FIELDS = {"task": TASK_FIELDS, "item": ITEM_FIELDS, "unit": ()}

UNFITTING = mark("The change cannot be taken.")


@dataclass(frozen=True)
class Change:
    """One change: see the table above."""

    code: str
    field: str
    before: object
    after: object


def inverse(change: Change) -> Change:
    """The change that takes another one back."""
    return Change(change.code, change.field, change.after, change.before)


def finding_key(no: int) -> str:
    """The code of a finding, counted from 1 in the reading."""
    return f"finding:{no}"


def doubt_key(code: str, no: int) -> str:
    """The code of a doubt, counted from 1 in its task."""
    return f"doubt:{code}:{no}"


def fold(plain: Mapping[str, Any], changes: Iterable[Change]) -> Plain:
    """The catalogue with the changes made; the one given stays as it is.

    Raises Conflict for a change made on another value than the one that stands, Invalid for one
    about nothing that is there.
    """
    copy = _Copy(plain)
    for change in changes:
        copy.take(change)
    return copy.plain()


def current(plain: Mapping[str, Any], code: str, field: str) -> object:
    """The value that a change of this field must name. Raises Invalid where there is no field."""
    return _Copy(plain).value(code, field)


def settled(changes: Iterable[Change]) -> dict[str, str]:
    """What was settled, by its code, with the reason."""
    found: dict[str, str] = {}
    for change in changes:
        if change.field == SETTLED:
            _settle(found, change)
    return found


def _settle(found: dict[str, str], change: Change) -> None:
    if found.get(change.code) != change.before:
        raise stale(change, found.get(change.code))
    if change.after is None:
        found.pop(change.code, None)
    else:
        found[change.code] = str(change.after)


def stale(change: Change, now: object) -> Conflict:
    """What the second writer is told; `fields` hold the code, the field and what stands now."""
    return Conflict(
        mark(
            "“{code}” was changed by somebody else in the meantime ({field}). Nothing was "
            "overwritten: look at what stands there now and decide again."
        ),
        code=change.code,
        field=change.field,
        now=now,
    )


def _missing(code: str, field: str) -> Invalid:
    problem = Problem(code, mark("the working copy has no “{field}” here"), field=field)
    return Invalid(UNFITTING, (problem,))


class _Copy:
    """A catalogue taken apart so that a change is one step: by part, entries by their key."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._given = plain
        self._head: Plain = dict(plain["plan"])
        self._entries: dict[str, dict[str, Plain]] = {
            kind: {entry[_key(kind)]: entry for entry in plain.get(part, ())}
            for kind, part in _PARTS.items()
        }
        self._settled: dict[str, str] = {}

    def value(self, code: str, field: str) -> object:
        if field == SETTLED:
            return self._settled.get(code)
        if code == "" and field in HEAD_FIELDS:
            return self._head.get(field)
        kind, key = _about(code)
        entry = self._entries[kind].get(key)
        if field == kind:
            return entry
        if entry is None or field not in _FIELDS[kind]:
            raise _missing(code, field)
        return entry.get(field, [] if field in _LISTS else None)

    def take(self, change: Change) -> None:
        if change.field == SETTLED:
            _settle(self._settled, change)
            return
        now = self.value(change.code, change.field)
        if now != change.before:
            raise stale(change, now)
        if change.code == "":
            self._head[change.field] = change.after
            return
        kind, key = _about(change.code)
        entries = self._entries[kind]
        if change.field != kind:
            entries[key] = _with(entries[key], change.field, change.after)
        elif change.after is None:
            entries.pop(key, None)
        else:
            entry = cast(Plain, change.after)
            if entry.get(_key(kind)) != key:
                raise _missing(change.code, change.field)
            entries[key] = entry

    def plain(self) -> Plain:
        made = {**self._given, "plan": self._head}
        for kind, part in _PARTS.items():
            rank = _ranks(kind, [entry[_key(kind)] for entry in self._given.get(part, ())])
            entries = self._entries[kind]
            made[part] = [entries[key] for key in sorted(entries, key=rank)]
        return made


def _about(code: str) -> tuple[str, str]:
    """What kind of entry a code names, and its key."""
    for kind in ("item", "unit"):
        if code.startswith(f"{kind}:"):
            return kind, code.removeprefix(f"{kind}:")
    return "task", code


def _key(kind: str) -> str:
    return "name" if kind == "unit" else "code"


def _with(entry: Plain, field: str, value: object) -> Plain:
    kept = {**entry, field: value}
    if field in _SPARE and not value:
        del kept[field]
    return kept


Rank = tuple[int, tuple[tuple[int, int, str], ...]]


def _ranks(kind: str, read: list[str]) -> Any:
    """Where an entry stands: as it was read; one that was added behind the last whose code comes
    before its own. So the order does not depend on the order of the changes."""
    places = {key: place for place, key in enumerate(read)}
    natural = [_natural(key) for key in read]

    def rank(key: str) -> Rank:
        if key in places:
            return places[key], ()
        own = _natural(key)
        if kind == "unit":
            return len(read), own
        before = [place for place, other in enumerate(natural) if other < own]
        return (before[-1] if before else -1), own

    return rank


def _natural(key: str) -> tuple[tuple[int, int, str], ...]:
    """A code in pieces that sort as people count: 1.9 before 1.10."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.findall(r"\d+|[^\d.]+", key)
    )


@dataclass(frozen=True)
class Coverage:
    """How far a copy is: its tasks, those with a unit that answers, what is still to be looked at.

    `open_errors` are findings of severity error that nobody settled.
    """

    tasks: int
    led: int
    doubts: int
    open_doubts: int
    findings: int
    open_findings: int
    open_errors: int


def coverage(plain: Mapping[str, Any], done: Mapping[str, str]) -> Coverage:
    """Count a folded catalogue; `done` is what was settled."""
    tasks = plain["tasks"]
    doubts = [doubt_key(task["code"], no) for task in tasks for no in _places(task.get("doubts"))]
    findings = {finding_key(no): plain["findings"][no - 1] for no in _places(plain.get("findings"))}
    still = [finding for key, finding in findings.items() if key not in done]
    return Coverage(
        tasks=len(tasks),
        led=sum(answered(task) for task in tasks),
        doubts=len(doubts),
        open_doubts=sum(key not in done for key in doubts),
        findings=len(findings),
        open_findings=len(still),
        open_errors=sum(finding["severity"] == "error" for finding in still),
    )


def _places(entries: list[object] | None) -> range:
    return range(1, len(entries or ()) + 1)


def answered(task: Mapping[str, Any]) -> bool:
    """Whether a plain task names a unit that leads it or answers for it with others."""
    return any(unit["role"] != AssignmentRole.SUPPORT for unit in task.get("units", ()))
