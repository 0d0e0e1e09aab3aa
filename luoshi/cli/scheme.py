"""luoshi scheme"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    File,
    Json,
    acting,
    allow,
    answer,
)
from workflow.rules.access.permissions import Permission

group = CommandGroup(help="The rules of an assessment.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="scheme")


@group.callback()
def schemes() -> None:
    """The rules of an assessment."""


@group.command()
def approve(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The scheme's code.")],
    document: Annotated[str, typer.Option("--document", help="The document that approves it.")],
    as_person: AsPerson,
    version: Annotated[int, typer.Option("--version", help="Else the newest.")] = 0,
    as_of: AsOf = None,
) -> None:
    """Approve a kept version of a scheme; years are assessed by the one approved last."""
    from db.queries.assessment.schemes import version_named
    from workflow.verbs.assessment.approve_scheme import approve_scheme

    allow(as_person, Permission.APPROVE_SCHEME)
    with acting(as_person, as_of) as c:
        found = version_named(c.session, code, version)
        approve_scheme(c, version_id=found.id, document=document)
    answer(False, None, [_("Version {no} of {code} is approved.", no=found.no, code=code)])


@group.command()
def check(file: File, json: Json = False) -> None:
    """Check a scheme: errors by line and column, its cases, items that rules forbid."""
    from documents.scheme_file import checked_file
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of

    found = read_apart(checked_file, content_of(file))
    lines = [
        _("{title} ({code}, {year}) can be used: {rules} rules, {n} example cases hold.",
          title=found.title, code=found.code, year=found.year, rules=found.rules,
          n=found.examples)
    ]  # fmt: skip
    for one in found.flags:
        lines.append(
            _("line {line}, {code}: “{words}”. {why} ({source})", line=one.line, code=one.code,
              words=one.words, why=_(one.message), source=one.source)
        )  # fmt: skip
    document = asdict(found)
    for flag in document["flags"]:
        flag["message"] = _(flag["message"])
    answer(json, document, lines)
