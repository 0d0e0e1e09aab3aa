"""luoshi scheme"""

from __future__ import annotations

from dataclasses import asdict

from i18n import _
from luoshi.cli.frame import CommandGroup, File, Json, answer

group = CommandGroup(help="The rules of an assessment.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="scheme")


@group.callback()
def schemes() -> None:
    """The rules of an assessment."""


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
