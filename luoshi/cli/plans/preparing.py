"""luoshi plan begin, copies, show, change, settle, suggest, send-out, take-back, lay-down, …"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from i18n import _, mark
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    DryRun,
    File,
    Json,
    acting,
    allow,
    answer,
    reading,
    write_file,
)
from luoshi.cli.plans.plan import group
from workflow.rules.access.permissions import Permission
from workflow.rules.assignments import AssignmentRole

if TYPE_CHECKING:
    from workflow.rules.preparing.suggesting import Suggestion
    from workflow.rules.preparing.working_copy import Change, Coverage

Copy = Annotated[int, typer.Argument(metavar="COPY", help="The working copy's number.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="A task's code; '' for the plan's head.")]
Codes = Annotated[
    list[str] | None, typer.Argument(metavar="[CODE]…", help="Codes of tasks; else all.")
]
STAGES = {
    "open": mark("being prepared"),
    "laid_down": mark("laid down as a draft"),
    "set_aside": mark("set aside"),
}


def join(app: CommandGroup) -> None:  # noqa: ARG001 (the group is another's, the signature common)
    """Add the commands to those about plans."""
    for name, command in (
        ("begin", begin), ("copies", copies), ("show", show), ("change", change),
        ("settle", settle), ("suggest", suggest), ("send-out", send_out),
        ("take-back", take_back), ("lay-down", lay), ("set-aside", aside), ("take-up", again),
    ):  # fmt: skip
        group.command(name)(command)


def begin(
    file: File,
    title: Annotated[str, typer.Option("--title", help="Else the document's own.")] = "",
    newer_of: Annotated[
        str, typer.Option("--newer-of", metavar="PLAN", help="A running plan's code.")
    ] = "",
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Read a document and keep it as a working copy, to be corrected and assigned."""
    import tasks_catalog
    from db.queries.record.naming import plan_named
    from documents.untrusted.containers import content_of
    from workflow.verbs.preparing.start_working_copy import start_working_copy

    allow(as_person, Permission.PREPARE)
    catalogue, lines = tasks_catalog.read_with_text(content_of(file), file.name)
    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, newer_of) if newer_of else None
        made = start_working_copy(
            c, catalogue=catalogue, source_lines=lines, file_name=file.name, title=title,
            plan_id=plan_id,
        )  # fmt: skip
    words = {
        "created": mark("Working copy {copy} was made with {n} tasks."),
        "present": mark("This was read before: it is working copy {copy} with {n} tasks."),
    }
    answer(json, asdict(made), [_(words[made.outcome], copy=made.copy_id, n=made.tasks)])


def copies(as_person: AsPerson = "", json: Json = False) -> None:
    """List the working copies, the last changed first."""
    from db.queries.preparing.working_copies import working_copies

    with reading(as_person) as c:
        rows = working_copies(c.session, c.actor)
    lines = [
        "\t".join([str(row.id), _(STAGES[row.stage.name]), row.title, _covered(row.coverage)])
        for row in rows
    ]
    answer(json, [asdict(row) for row in rows], lines)


def _covered(coverage: Coverage | None) -> str:
    return "" if coverage is None else _(
        "Tasks led: {led} of {tasks}; open doubts: {open}, open findings: {findings}",
        led=coverage.led, tasks=coverage.tasks, open=coverage.open_doubts,
        findings=coverage.open_findings,
    )  # fmt: skip


def show(copy: Copy, as_person: AsPerson = "", json: Json = False) -> None:
    """Show a working copy: how far it is, its tasks, and what stands in the way of issuing."""
    from db.queries.preparing.working_copies import working_copy
    from workflow.verbs.preparing.advise import find_obstacles

    with reading(as_person) as c:
        sheet = working_copy(c.session, c.actor, copy)
        ahead = find_obstacles(c, copy_id=copy)
    obstacles = [{"code": one.code, "message": str(one), "stops": one.stops} for one in ahead]
    document = {
        "id": sheet.id, "title": sheet.title, "file_name": sheet.file_name,
        "plan_id": sheet.plan_id, "revision": sheet.revision, "stage": asdict(sheet.stage),
        "coverage": asdict(sheet.coverage), "settled": sheet.settled, "obstacles": obstacles,
        "edits": [asdict(edit) for edit in sheet.edits], "catalogue": sheet.catalogue,
    }  # fmt: skip
    lines = [
        f"{sheet.title}\t{_(STAGES[sheet.stage.name])}",
        _covered(sheet.coverage),
        *(f"{task['code']}\t{task['title']}\t{_units(task)}" for task in sheet.catalogue["tasks"]),
        *(f"{'!' if one.stops else '?'}\t{one.code}\t{one}" for one in ahead),
    ]
    answer(json, document, lines)


def _units(task: dict[str, Any]) -> str:
    return "、".join(
        unit["name"] for unit in task["units"] if unit["role"] != AssignmentRole.SUPPORT
    )


def change(
    copy: Copy,
    code: Code,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="As in the catalogue.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="JSON, or plain words.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Change one field of a task, of the plan's head (code ''), of item:CODE or unit:NAME."""
    import json as plain_json

    from tasks_catalog.plain import number

    try:
        after = plain_json.loads(value, parse_float=number, parse_constant=number)
    except ValueError:
        after = value
    _edit(copy, code, field, after, as_person, as_of, json)


def settle(
    copy: Copy,
    code: Annotated[str, typer.Argument(metavar="CODE", help="finding:3 or doubt:1.2:1.")],
    reason: Annotated[str, typer.Argument(help="Why it is settled.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Settle a finding or a doubt with its reason."""
    _edit(copy, code, "settled", reason, as_person, as_of, json)


def _edit(
    copy: int, code: str, field: str, after: object, as_person: str, as_of: Any, json: bool
) -> None:
    from db.queries.preparing.working_copies import working_copy
    from workflow.rules.preparing.working_copy import Change, current
    from workflow.verbs.preparing.edit_working_copy import edit_working_copy

    with acting(as_person, as_of) as c:
        sheet = working_copy(c.session, c.actor, copy)
        stands = (
            sheet.settled.get(code) if field == "settled" else current(sheet.catalogue, code, field)
        )
        made = [Change(code, field, stands, after)]
        revision = edit_working_copy(c, copy_id=copy, changes=made)
    answer(json, {"copy_id": copy, "revision": revision}, [_at(revision)])


def _at(revision: int) -> str:
    return _("The working copy is at revision {revision}.", revision=revision)


def suggest(
    copy: Copy,
    codes: Codes = None,
    as_person: AsPerson = "",
    json: Json = False,
) -> None:
    """Suggest units to lead and to support tasks, with the reason for each."""
    from workflow.verbs.preparing.advise import suggestions

    with reading(as_person) as c:
        made = suggestions(c, copy_id=copy, codes=codes or None)
    document = {code: [_suggested(one) for one in found] for code, found in made.items()}
    lines = [
        f"{code}\t{one['role']}\t{one['unit']}\t{one['reason']}"
        for code, found in document.items()
        for one in found
    ]
    answer(json, document, lines)


def _suggested(one: Suggestion) -> dict[str, str]:
    return {
        "unit": one.unit, "role": one.role, "reason": str(one.reason), "weight": f"{one.weight:.3f}"
    }  # fmt: skip


def send_out(
    copy: Copy,
    output: Annotated[Path, typer.Option("--output", "-o", readable=False, help="An xlsx file.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Write a working copy as an xlsx work list that can be filled in and taken back."""
    from workflow.verbs.preparing.exchange_working_copy import export_working_copy

    with acting(as_person, as_of) as c:
        content = export_working_copy(c, copy_id=copy)
    write_file(output, content)


def take_back(
    copy: Copy,
    file: File,
    dry_run: DryRun = False,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Take what was filled in in a work list that was sent out; conflicts stay as they are here."""
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of
    from tasks_catalog.worklist.returned import read_copy
    from workflow.verbs.preparing.edit_working_copy import edit_working_copy
    from workflow.verbs.preparing.exchange_working_copy import preview_returned

    allow(as_person, Permission.PREPARE)
    returned = read_apart(read_copy, content_of(file))
    with acting(as_person, as_of) as c:
        found = preview_returned(c, copy_id=copy, returned=returned)
        revision = found.revision
        if not dry_run:
            revision = edit_working_copy(c, copy_id=copy, changes=found.changes)
    where = {(one.code, one.field): found.where[one.code, one.field] for one in found.changes}
    document = {
        "changes": [{**asdict(one), "where": where[one.code, one.field]} for one in found.changes],
        "conflicts": [str(one) for one in found.conflicts],
        "revision": revision,
    }
    lines = [_line(one, where[one.code, one.field]) for one in found.changes]
    answer(json, document, [*lines, *map(str, found.conflicts), _at(revision)])


def _line(made: Change, where: str) -> str:
    return f"{made.code}\t{made.field}\t{where}"


def lay(copy: Copy, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False) -> None:
    """Make a working copy the draft plan of its code."""
    from db.queries.preparing.working_copies import working_copy
    from workflow.verbs.preparing.lay_down import lay_down

    with acting(as_person, as_of) as c:
        revision = working_copy(c.session, c.actor, copy).revision
        loaded = lay_down(c, copy_id=copy, revision=revision)
    words = {
        "created": mark("The draft plan {code} was made with {n} tasks."),
        "replaced": mark("The draft plan {code} was replaced by {n} tasks."),
        "unchanged": mark("The plan {code} holds the same {n} tasks already; nothing was changed."),
    }
    answer(json, asdict(loaded), [_(words[loaded.outcome], code=loaded.code, n=loaded.tasks)])


def aside(copy: Copy, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False) -> None:
    """Set a working copy aside; nothing in it is lost."""
    from db.queries.preparing.working_copies import working_copy
    from workflow.verbs.preparing.set_aside import set_aside

    with acting(as_person, as_of) as c:
        set_aside(c, copy_id=copy, revision=working_copy(c.session, c.actor, copy).revision)
    answer(json, {"copy_id": copy}, [_("Working copy {copy} was set aside.", copy=copy)])


def again(copy: Copy, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False) -> None:
    """Take up a working copy that was set aside."""
    from workflow.verbs.preparing.set_aside import take_up

    with acting(as_person, as_of) as c:
        take_up(c, copy_id=copy)
    answer(json, {"copy_id": copy}, [_("Working copy {copy} was taken up again.", copy=copy)])
