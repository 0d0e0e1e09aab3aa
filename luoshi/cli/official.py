"""luoshi papers"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import mark
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    open_installation,
    who,
    write_file,
)
from workflow.rules.refusals import Invalid

if TYPE_CHECKING:
    from documents.official.paper import Paper
    from workflow.verbs.context import Context

    Written = tuple[Paper, int, int | None]
    """A paper, how many rows it has, and whose it is."""

group = CommandGroup(help="Official papers from the record, in the layout of GB/T 9704.")
PlanCode = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")]
Output = Annotated[
    Path, typer.Option("--output", "-o", readable=False, help="Ends with .docx or .pdf.")
]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="papers")


@group.command("circular")
def write_circular(
    plan: PlanCode, output: Output, as_person: AsPerson = "", as_of: AsOf = None
) -> None:
    """Write the circular (通报) of a plan's last period; the export is recorded."""
    from db.queries.papers.circular import circular
    from documents.official.circular import circular_paper

    def read(c: Context, plan_id: int, at: datetime) -> Written:
        found = circular(c.session, c.actor, plan_id, at, c.letterhead.zone)
        return circular_paper(found), len(found.tasks), None

    _write(plan, output, as_person, as_of, "circular", read)


@group.command("circulars")
def write_circulars(output: Output, as_person: AsPerson = "", as_of: AsOf = None) -> None:
    """Write one circular (通报) over all plans in force, each of its last period; the exports are
    recorded."""
    from db.queries.papers.circulars import circulars
    from db.queries.plans.choices import plans_in_force
    from documents.official.circular_of_plans import circular_of_plans
    from workflow.verbs.record.export import export

    _check(output)
    installation = open_installation()
    with installation.acting(who(installation, as_person)) as c:
        plans = [one.id for one in plans_in_force(c.session, c.actor, c.now)]
        found = circulars(c.session, c.actor, plans, as_of or c.now, c.letterhead.zone)
        for plan_id, one in found:
            export(c, plan_id=plan_id, what="circular", rows=len(one.tasks))
    _save(output, circular_of_plans([one for _id, one in found]))


@group.command("list")
def write_list(
    plan: PlanCode, output: Output, as_person: AsPerson = "", as_of: AsOf = None
) -> None:
    """Write the responsibility list (责任清单) of a plan; the export is recorded."""
    from db.queries.papers.responsibility import responsibility_list
    from documents.official.responsibility_list import responsibility_paper

    def read(c: Context, plan_id: int, at: datetime) -> Written:
        found = responsibility_list(c.session, c.actor, plan_id, at, c.letterhead.zone)
        return responsibility_paper(found), len(found.tasks), None

    _write(plan, output, as_person, as_of, "responsibility_list", read)


@group.command("debriefing")
def write_debriefing(
    plan: PlanCode,
    year: Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2999, help="The year.")],
    output: Output,
    unit: Annotated[str, typer.Option("--unit", metavar="U", help="Whose report it is.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Write the draft of a unit's yearly report (述职报告) from the record; the export is
    recorded."""
    from db.queries.papers.debriefing import debriefing
    from db.queries.record.naming import unit_named
    from documents.official.debriefing import debriefing_paper

    def read(c: Context, plan_id: int, at: datetime) -> Written:
        unit_id = unit_named(c.session, c.actor, unit)
        found = debriefing(c.session, c.actor, unit_id, plan_id, year, at, c.letterhead.zone)
        return debriefing_paper(found), len(found.promises), unit_id

    _write(plan, output, as_person, as_of, "debriefing", read)


@group.command("ledger")
def write_ledger(
    plan: PlanCode,
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="Ends with .xlsx.")
    ],
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Write the ledger of a plan's year (年度台账) with totals as formulas; the export is
    recorded."""
    from db.queries.assessment.assessment import ranking, runs
    from db.queries.papers.year_ledger import year_ledger
    from db.queries.record.naming import plan_named
    from documents.year_ledger import year_ledger_xlsx
    from workflow.verbs.record.export import export

    if output.suffix.lower() != ".xlsx":
        raise Invalid(mark("The file must end with .xlsx."))
    installation = open_installation()
    with installation.acting(who(installation, as_person)) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        found = year_ledger(c.session, c.actor, plan_id, as_of or c.now, c.letterhead.zone)
        newest = next(iter(runs(c.session, c.actor, plan_id, found.year)), None)
        scores = ranking(c.session, c.actor, newest.id) if newest else None
        export(c, plan_id=plan_id, what="year_ledger", rows=len(found.tasks))
    write_file(output, year_ledger_xlsx(found, scores))


@group.command()
def template(
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="Ends with .docx.")
    ],
) -> None:
    """Write the template of official papers, to be changed in Word or WPS and put into the folder
    that LUOSHI_PAPER_TEMPLATES names."""
    from documents.official.template import shipped

    if output.suffix.lower() != ".docx":
        raise Invalid(mark("The file must end with .docx."))
    write_file(output, shipped())


def _write(
    plan: str,
    output: Path,
    as_person: str,
    as_of: datetime | None,
    what: str,
    read: Callable[[Context, int, datetime], Written],
) -> None:
    """Read a paper and how many rows it has, put on record that it was taken out, write it."""
    from db.queries.record.naming import plan_named
    from workflow.verbs.record.export import export

    _check(output)
    installation = open_installation()
    with installation.acting(who(installation, as_person)) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        paper, rows, unit_id = read(c, plan_id, as_of or c.now)
        export(c, plan_id=plan_id, what=what, rows=rows, unit_id=unit_id)
    _save(output, paper)


def _check(output: Path) -> None:
    if output.suffix.lower() not in (".docx", ".pdf"):
        raise Invalid(mark("The file must end with .docx or .pdf."))


def _save(output: Path, paper: Paper) -> None:
    """The paper in the office's template."""
    from documents.official.pdf import as_pdf
    from documents.official.template import filled, own

    content = filled(paper, own(open_installation().settings.paper_templates, paper.kind))
    write_file(output, as_pdf(content) if output.suffix.lower() == ".pdf" else content)
