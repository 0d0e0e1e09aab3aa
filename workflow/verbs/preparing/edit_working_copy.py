"""Changing a working copy: numbers, dates, units, and what was settled."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import insert

from db.models import WorkingEdit
from db.queries.preparing.working_copies import exact
from i18n import mark
from tasks_catalog.exchange import checked
from tasks_catalog.plain import json_text, number, to_plain
from workflow.rules.preparing.working_copy import (
    SETTLED,
    UNFITTING,
    Change,
    Plain,
    current,
    doubt_key,
    finding_key,
    fold,
    settled,
)
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.preparing.find_copy import CopyFound, copy_to_write


def edit_working_copy(c: Context, *, copy_id: int, changes: Sequence[Change]) -> int:
    """Make changes to a working copy, all or none; its revision then.

    Who: the office. Each change names the value it was made on and is refused if another stands
    there by now; changes of other fields in between do no harm. Each field at most once in a call.
    A change that changes nothing is left out. Numbers are Decimal or int, dates ISO text. No mail.
    Raises NotFound, NotAllowed, WrongState where the copy was set aside, Conflict, and Invalid with
    the place of what a catalogue cannot hold.
    """
    copy = copy_to_write(c, copy_id)
    wanted = [_exact(change) for change in changes]
    _refuse_doubles(wanted)
    settled([*(edit.change for edit in copy.edits), *wanted])
    _refuse_unknown(copy, wanted)
    made = fold(copy.plain, [change for change in wanted if change.field != SETTLED])
    normal = exact(json_text(to_plain(checked(_touched(made, wanted)))))
    wanted = [_as_kept(change, normal) for change in wanted]
    wanted = [change for change in wanted if change.before != change.after]
    if not wanted:
        return copy.revision
    rows = [
        {
            "working_copy_id": copy_id,
            "no": no,
            "at": c.now,
            "person_id": c.actor.person_id,
            "code": change.code,
            "field": change.field,
            "before": json_text(change.before),
            "after": json_text(change.after),
        }
        for no, change in enumerate(wanted, copy.revision + 1)
    ]
    c.session.execute(insert(WorkingEdit), rows)
    words = [[row["no"], row["code"], row["field"], row["after"]] for row in rows]
    sha = hashlib.sha256(json_text(words).encode()).hexdigest()
    revision = copy.revision + len(rows)
    c.record_event(
        copy.chain, "edit", "working_copy", copy_id,
        first=copy.revision + 1, last=revision, sha=sha,
    )  # fmt: skip
    return revision


def _exact(change: Change) -> Change:
    """The change with values as the record gives them back. Raises Invalid for what is no number
    of a plan."""
    before, after = (
        json.loads(json_text(value), parse_float=number, parse_constant=number)
        for value in (change.before, change.after)
    )
    if change.field == SETTLED and isinstance(after, str):
        after = after.strip()
    return Change(change.code, change.field, before, after)


def _as_kept(change: Change, normal: Plain) -> Change:
    """The change with its value written out as a catalogue is."""
    if change.field == SETTLED or change.after is None:
        return change
    return Change(
        change.code, change.field, change.before, current(normal, change.code, change.field)
    )


def _touched(made: Plain, changes: Sequence[Change]) -> Plain:
    """As much of the catalogue as the changes can have made unfit: a page waits for this.

    Tasks are judged all where an item went, for those that it grouped.
    """
    codes = {change.code for change in changes}
    whole = any(change.field == "item" and change.after is None for change in changes)
    return {
        "schema": made["schema"],
        "plan": made["plan"],
        "items": made["items"],
        "tasks": [task for task in made["tasks"] if whole or task["code"] in codes],
        "units": [unit for unit in made["units"] if f"unit:{unit['name']}" in codes],
    }


def _refuse_doubles(changes: Sequence[Change]) -> None:
    often = Counter((change.code, change.field) for change in changes)
    whole = {change.code for change in changes if change.field in ("task", "item", "unit")}
    problems = [
        Problem(code, mark("“{field}” is changed twice at once"), field=field)
        for (code, field), times in often.items()
        if times > 1 or (code in whole and field not in ("task", "item", "unit"))
    ]
    if problems:
        raise Invalid(UNFITTING, tuple(problems))


def _refuse_unknown(copy: CopyFound, changes: Sequence[Change]) -> None:
    """Refuse to settle what was never read, or without a reason."""
    known = {finding_key(no) for no in range(1, len(copy.read["findings"]) + 1)}
    for task in copy.read["tasks"]:
        known |= {doubt_key(task["code"], no) for no in range(1, len(task["doubts"]) + 1)}
    problems = []
    for change in changes:
        if change.field != SETTLED:
            continue
        if change.code not in known:
            problems.append(Problem(change.code, mark("there is nothing of this to settle")))
        elif change.after is not None and not (isinstance(change.after, str) and change.after):
            problems.append(Problem(change.code, mark("the reason is missing")))
    if problems:
        raise Invalid(UNFITTING, tuple(problems))
