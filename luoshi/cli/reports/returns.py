"""luoshi returns"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from i18n import _
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
    write_file,
)
from workflow.rules.access.permissions import Permission

group = CommandGroup(help="The Excel return: out, and in again.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="returns")


@group.command()
def template(
    unit: Annotated[str, typer.Option("--unit", metavar="U", help="The unit's name.")],
    period: Annotated[str, typer.Option("--round", metavar="R", help="Such as 2021Q3.")],
    output: Annotated[Path, typer.Option("--output", "-o", readable=False, help="An xlsx file.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Write the workbook with a row for each report that a unit still has to file."""
    from db.queries.record.naming import unit_named
    from workflow.verbs.returns.return_template import return_template

    with acting(as_person, as_of) as c:
        made = return_template(c, unit_id=unit_named(c.session, c.actor, unit), period=period)
    write_file(output, made.content)


@group.command("import")
def take_in(
    file: File,
    liaison: Annotated[str, typer.Option("--as", metavar="EMAIL", help="The unit's liaison.")],
    dry_run: DryRun = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Submit every report that is filled in; errors by sheet, row and column."""
    from documents.returns.return_file import read_return
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of
    from documents.uploads import LARGEST
    from workflow.rules.mail.returns import ReturnWay
    from workflow.verbs.collecting.record_return import record_return, result_of
    from workflow.verbs.returns.import_return import import_return

    allow(liaison, Permission.FILE)
    read = read_apart(read_return, content_of(file, LARGEST))
    with acting(liaison, as_of) as c:
        done = import_return(c, file=read, dry_run=dry_run)
        if not dry_run:
            record_return(c, ReturnWay.COMMAND, result_of(c, done, read))
    text = _("Reports submitted: {n}; rows left empty: {empty}.",
             n=len(done.receipts), empty=done.empty)  # fmt: skip
    lines = [_("Only tried: {text}", text=text) if dry_run else text]
    receipts = [] if dry_run else [_("Receipt {receipt}", receipt=one) for one in done.receipts]
    document = {
        "receipts": done.receipts,
        "empty": done.empty,
        "repeated": done.repeated,
        "dry_run": dry_run,
    }
    answer(json, document, [*lines, *receipts])
