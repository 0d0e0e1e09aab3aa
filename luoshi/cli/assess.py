"""luoshi assess"""

from __future__ import annotations

import os
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
    Json,
    acting,
    allow,
    answer,
    open_installation,
    say,
    who,
    write_file,
)
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound

if TYPE_CHECKING:
    from documents.official.paper import Paper
    from workflow.verbs.context import Context

group = CommandGroup(help="The year-end assessment.")
PlanCode = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")]
Year = Annotated[int, typer.Argument(metavar="YEAR", help="The year.")]
SchemeName = Annotated[
    str, typer.Option("--scheme", metavar="S", help="A file, or a scheme that is shipped or kept.")
]


class PaperFormat(StrEnum):
    """What a paper is written as."""

    XLSX = ".xlsx"
    DOCX = ".docx"


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="assess")


@group.command()
def run(
    plan: PlanCode,
    year: Year,
    scheme: SchemeName = "",
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Compute the year's assessment into the database."""
    from db.queries.record.naming import plan_named
    from workflow.verbs.assessment.assess import assess
    from workflow.verbs.assessment.save_scheme import save_scheme

    allow(as_person, Permission.ASSESS)
    data, text = _scheme(scheme)
    with acting(as_person, as_of) as c:
        if data is not None:
            save_scheme(c, data, text)
        code = data["code"] if data is not None else scheme
        done = assess(c, plan_id=plan_named(c.session, c.actor, plan), year=year, scheme=code)
    text = _("Version {no}: {n} units are scored; SHA-256 {sha}.",
             no=done.no, n=done.units, sha=done.sha)  # fmt: skip
    if not done.new:
        text = _("Nothing has changed since version {no}; SHA-256 {sha}.", no=done.no, sha=done.sha)
    if done.awaiting:
        say(
            _("{n} reports of the year await their review; they do not count yet.", n=done.awaiting)
        )
    answer(json, asdict(done), [text])


@group.command("score")
def score_facts(
    scheme: Annotated[str, typer.Option("--scheme", metavar="S",
                                        help="A file, or a scheme that is shipped.")],
    facts: Annotated[Path, typer.Option("--facts", metavar="F", readable=False,
                                        help="A file of facts, luoshi.facts/1.")],
    json: Json = False,
) -> None:  # fmt: skip
    """Score given facts by a scheme, without any database; same input, same bytes."""
    from documents.scored_file import scored
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of

    rules = content_of(Path(scheme)) if os.path.isfile(scheme) else scheme
    result = read_apart(scored, rules, content_of(facts))
    if json:
        sys.stdout.buffer.write(result.document + b"\n")
        return
    answer(False, None, result.lines)


@group.command()
def export(
    plan: PlanCode,
    year: Year,
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="Ends with .xlsx or .docx.")
    ],
    unit: Annotated[
        str, typer.Option("--unit", metavar="U", help="This unit's score sheet; else the ranking.")
    ] = "",
    as_person: AsPerson = "",
) -> None:
    """Write the newest result, or one unit's score sheet, as a paper; the export is recorded."""
    from db.queries.record.naming import plan_named
    from documents.official.template import filled, own

    try:
        paper = PaperFormat(output.suffix.lower())
    except ValueError:
        raise Invalid(mark("The file must end with .xlsx or .docx.")) from None
    installation = open_installation()
    with installation.acting(who(installation, as_person)) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        content = _paper(c, plan_id, year, unit, paper)
    if not isinstance(content, bytes):
        content = filled(content, own(installation.settings.paper_templates, content.kind))
    write_file(output, content)


def _paper(c: Context, plan_id: int, year: int, unit: str, form: PaperFormat) -> bytes | Paper:
    from db.queries.assessment.assessment import ranking, runs, sheet
    from db.queries.assessment.year_before import year_before
    from db.queries.papers.office import office_of
    from db.queries.places.places import reads_plan
    from db.queries.record.naming import unit_named
    from documents.official.assessment import ranking_paper, sheet_paper
    from documents.score_papers import result_xlsx, sheet_xlsx
    from workflow.rules.assessment.robustness import robustness_of
    from workflow.verbs.record.export import export as record

    newest = next(iter(runs(c.session, c.actor, plan_id, year)), None)
    if newest is None:
        raise NotFound(mark("{year} has not been assessed yet."), year=year)
    zone = c.letterhead.zone
    if not unit:
        places = ranking(c.session, c.actor, newest.id)
        record(c, plan_id=plan_id, what="assessment", rows=len(places.places))
        if form is PaperFormat.XLSX:
            return result_xlsx(places, zone)
        everything = reads_plan(c.session, c.actor, plan_id)
        firm = robustness_of(places) if everything else None
        earlier = year_before(c.session, c.actor, newest)
        office = office_of(c.session, c.actor, plan_id)
        return ranking_paper(places, firm, zone, earlier, office)
    unit_id = unit_named(c.session, c.actor, unit)
    lines = sheet(c.session, c.actor, newest.id, unit_id)
    record(c, plan_id=plan_id, what="score_sheet", rows=len(lines.lines), unit_id=unit_id)
    return sheet_xlsx(lines, zone) if form is PaperFormat.XLSX else sheet_paper(lines, zone)


def _scheme(name: str) -> tuple[Any, str]:
    """The data and text of a file or a shipped scheme; None where the name can only be one that is
    kept."""
    from documents.scheme_file import scheme_in, shipped_scheme, shipped_schemes, shipped_text
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of

    if os.path.isfile(name):
        content = content_of(Path(name))
        return read_apart(scheme_in, content), content.decode(errors="replace")
    if name in shipped_schemes():
        return shipped_scheme(name), shipped_text(name)
    return None, ""
