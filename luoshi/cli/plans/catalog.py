"""luoshi catalog"""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from i18n import _, mark
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    File,
    Json,
    acting,
    allow,
    answer,
    reading,
    write_file,
)
from luoshi.cli.plans.heads import (
    Code,
    FirstYear,
    Issuer,
    LastYear,
    Number,
    Published,
    Title,
    with_head,
)
from workflow.rules.access.permissions import Permission

if TYPE_CHECKING:
    from tasks_catalog.model import Finding

group = CommandGroup(help="Work lists: read, check, load, export.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="catalog")


class CatalogueFormat(StrEnum):
    """In which a catalogue travels."""

    YAML = "yaml"
    JSON = "json"
    XLSX = "xlsx"


@group.command("read")
def read_document(file: File, json: Json = False) -> None:
    """Read a document; --json prints a catalogue. Writes nothing."""
    import tasks_catalog

    catalogue = tasks_catalog.read(file)
    if json:
        sys.stdout.buffer.write(tasks_catalog.dump(catalogue, "json"))
        return
    lines = [
        _("Items: {items}, tasks: {tasks}, units: {units}, indicators: {indicators}.",
          items=len(catalogue.items), tasks=len(catalogue.tasks), units=len(catalogue.units),
          indicators=len(catalogue.indicators)),
        *(f"{task.code}\t{task.title}" for task in catalogue.tasks),
    ]  # fmt: skip
    answer(False, None, [*lines, *map(_finding_line, catalogue.findings)])


@group.command()
def check(
    files: Annotated[list[Path], typer.Argument(readable=False, help="The files.")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are any.")] = False,
    json: Json = False,
) -> None:
    """List contradictions and doubts inside and between documents or catalogues."""
    import tasks_catalog

    found = tasks_catalog.check([tasks_catalog.read(file) for file in files])
    lines = [_finding_line(one) for one in found] or [_("No contradictions were found.")]
    answer(json, {"findings": [asdict(one) for one in found]}, lines)
    if strict and found:
        raise typer.Exit(1)


@group.command("load")
def load_plan(
    file: File,
    code: Code = None,
    title: Title = None,
    number: Number = None,
    issuer: Issuer = None,
    published: Published = None,
    first_year: FirstYear = None,
    last_year: LastYear = None,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Load a catalogue or a document as a draft plan; loading twice changes nothing."""
    import tasks_catalog
    from workflow.verbs.plans.load_catalogue import load_catalogue

    allow(as_person, Permission.LOAD_PLAN)
    catalogue = with_head(
        tasks_catalog.read(file), code=code, title=title, document_number=number, issuer=issuer,
        published=published, first_year=first_year, last_year=last_year,
    )  # fmt: skip
    with acting(as_person, as_of) as c:
        loaded = load_catalogue(c, catalogue)
    words = {
        "created": mark("The draft plan {code} was made with {n} tasks."),
        "replaced": mark("The draft plan {code} was replaced by {n} tasks."),
        "unchanged": mark("The plan {code} holds the same {n} tasks already; nothing was changed."),
    }
    text = _(words[loaded.outcome], code=loaded.code, n=loaded.tasks)
    answer(json, asdict(loaded), [text])


@group.command()
def export(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")],
    format: Annotated[
        CatalogueFormat, typer.Option("--format", help="How it is written.")
    ] = CatalogueFormat.YAML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", readable=False, help="Else on stdout.")
    ] = None,
    as_person: AsPerson = "",
) -> None:
    """Write a plan's catalogue as it was last loaded; loaded again it gives the same bytes."""
    import tasks_catalog
    from db.queries.record.naming import plan_named
    from workflow.verbs.plans.load_catalogue import export_catalogue

    with reading(as_person) as c:
        catalogue = export_catalogue(c, plan_named(c.session, c.actor, plan))
    content = tasks_catalog.dump(catalogue, format.value)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    write_file(output, content)


def _finding_line(finding: Finding) -> str:
    from tasks_catalog.model import SEVERITIES

    places: list[Any] = [place.line for place in finding.where if place.line is not None]
    where = ",".join(map(str, places))
    return f"{_(SEVERITIES[finding.severity])}\t{where}\t{finding.message}"
