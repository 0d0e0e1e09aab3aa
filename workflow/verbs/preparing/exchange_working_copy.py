"""A working copy as an xlsx work list: out, and what is changed in the one that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from db.queries.preparing.working_copies import exact
from i18n import mark
from tasks_catalog.exchange import load
from tasks_catalog.model import Catalogue
from tasks_catalog.plain import from_plain, json_text, to_plain
from tasks_catalog.worklist.returned import (
    NO_COPY,
    ReturnedWorkList,
    write_copy,
)
from tasks_catalog.worklist.sheets import INDICATORS
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.preparing.working_copy import (
    HEAD_FIELDS,
    ITEM_FIELDS,
    TASK_FIELDS,
    Change,
    Plain,
    current,
)
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.preparing.find_copy import CopyFound, find_copy


@dataclass(frozen=True)
class CopyPreview:
    """What a returned work list would change. `changes` can be given to `edit_working_copy` as they
    are; `conflicts` name what cannot be taken, by sheet, row and column.

    `exported_at` is the revision at which the list went out, `revision` the present one; `where`:
    (code, field) → the change's place in the file.
    """

    copy_id: int
    exported_at: int
    revision: int
    changes: tuple[Change, ...]
    conflicts: tuple[Problem, ...]
    where: dict[tuple[str, str], str]


def export_working_copy(c: Context, *, copy_id: int) -> bytes:
    """A working copy as an xlsx work list that remembers its revision.

    Who: the office. Leaves an event. Raises NotFound, NotAllowed.
    """
    copy = find_copy(c, copy_id)
    c.require(Permission.PREPARE, Subject(copy.row.place_id))
    rows = len(copy.catalogue.tasks)
    c.record_event(
        copy.chain, "exported", "working_copy", copy_id, revision=copy.revision, rows=rows
    )
    return write_copy(copy.catalogue, copy_id, copy.revision)


def preview_returned(c: Context, *, copy_id: int, returned: ReturnedWorkList) -> CopyPreview:
    """Compare a work list that came back (`read_copy`) with the copy as it went out; changes
    nothing.

    Who: the office. What was changed in the file and here too, to another value, is a conflict and
    stays as it is here. Rows that are gone from the file are removals. Raises NotFound, NotAllowed,
    Invalid for a file of another copy or with what cannot be read, by sheet, row and column.
    """
    copy = find_copy(c, copy_id)
    c.require(Permission.PREPARE, Subject(copy.row.place_id))
    if returned.copy_id != copy_id or not 0 <= returned.revision <= copy.revision:
        message = mark("the file is of working copy {copy}, revision {revision}")
        problem = Problem("", message, copy=returned.copy_id, revision=returned.revision)
        raise Invalid(NO_COPY, (problem,))
    sent = _as_exported(copy, returned)
    made, refused, where = [], [], {}
    for change in _changes(copy.at(returned.revision), sent, returned.catalogue):
        kind, key = _about(change)
        place = returned.where(kind, key, change.field)
        now = _now(copy.plain, change)
        if now == change.before:
            made.append(change)
            where[change.code, change.field] = place
        elif now != change.after:
            message = mark("was changed here too since it was exported; what stands here was kept")
            refused.append(Problem(place, message))
    if sent.indicators != returned.catalogue.indicators:
        # Indicators are of the document: whoever changed them in the list is told.
        message = mark("changes on this sheet are not taken; correct the document")
        refused.append(Problem(INDICATORS.name, message))
    return CopyPreview(
        copy_id, returned.revision, copy.revision, tuple(made), tuple(refused), where
    )  # fmt: skip


def _about(change: Change) -> tuple[str, str]:
    kind, _colon, key = change.code.partition(":")
    if kind in ("item", "unit") and key:
        return kind, key
    return ("task", change.code) if change.code else ("plan", "")


def _now(plain: Plain, change: Change) -> object:
    try:
        return current(plain, change.code, change.field)
    except Invalid:
        return None


def _plain(catalogue: Catalogue) -> Plain:
    made: Plain = exact(json_text(to_plain(catalogue)))
    return made


def _as_exported(copy: CopyFound, returned: ReturnedWorkList) -> Catalogue:
    """What the file held when it went out: cells strip and order what they hold."""
    out = from_plain(copy.at(returned.revision))
    return load(write_copy(out, returned.copy_id, returned.revision))


def _changes(raw: Plain, sent: Catalogue, back: Catalogue) -> Iterator[Change]:
    """What came back otherwise than it was sent, with the values that the copy had then."""
    old, new = _plain(sent), _plain(back)
    for field in HEAD_FIELDS:
        if old["plan"][field] != new["plan"][field]:
            yield Change("", field, current(raw, "", field), new["plan"][field])
    for part, kind, fields in (
        ("items", "item", ITEM_FIELDS),
        ("tasks", "task", TASK_FIELDS),
        ("units", "unit", ()),
    ):
        key = "name" if kind == "unit" else "code"
        yield from _entries(raw, kind, fields, _by(old[part], key), _by(new[part], key))


def _by(entries: list[Plain], key: str) -> dict[str, Plain]:
    return {entry[key]: entry for entry in entries}


def _entries(
    raw: Plain, kind: str, fields: tuple[str, ...], old: dict[str, Plain], new: dict[str, Plain]
) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        code = key if kind == "task" else f"{kind}:{key}"
        before, after = old.get(key), new.get(key)
        if before is None or after is None or not fields:
            if before != after:
                yield Change(code, kind, current(raw, code, kind), after)
            continue
        for field in fields:
            if _value(before, field) != _value(after, field):
                yield Change(code, field, current(raw, code, field), _value(after, field))


def _value(entry: Plain, field: str) -> Any:
    return entry.get(field) or ([] if field == "deliverables" else entry.get(field))
