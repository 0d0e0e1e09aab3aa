"""luoshi assess give, take-back, begin, step: given facts, and the year-end procedure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _, mark
from luoshi.cli.assess import PlanCode, Year, group
from luoshi.cli.frame import AsOf, AsPerson, CommandGroup, Json, acting, allow, answer, day
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.given import GivenKind
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.states import STATES

if TYPE_CHECKING:
    from workflow.verbs.context import Context

Option = typer.Option
Until = Annotated[
    date | None,
    Option("--until", metavar="DATE", parser=day, help="The last day of the new step."),
]


def join(_app: CommandGroup) -> None:
    """Add the commands to those of the assessment."""
    group.command()(give)
    group.command("take-back")(take_back)
    group.command()(begin)
    group.command()(step)


def give(
    plan: PlanCode,
    year: Year,
    kind: Annotated[GivenKind, typer.Argument(help="What is given.")],
    name: Annotated[str, typer.Argument(help="What it is called; for points the rule's code.")],
    values: Annotated[
        list[str], typer.Argument(metavar="UNIT=VALUE…", help="市科技局=95 92 88")
    ],
    basis: Annotated[str, Option("--basis", help="The document that says so.")],
    raters: Annotated[str, Option("--raters", help="Who gave marks or votes.")] = "",
    period: Annotated[str, Option("--period", help="Such as 2020; without it, the year.")] = "",
    task: Annotated[str, Option("--task", metavar="CODE", help="Of which task.")] = "",
    measure: Annotated[str, Option("--measure", help="Of which measure of the task.")] = "",
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Give units a number, rank, marks, votes or points of their year."""
    from db.queries.record.naming import plan_named, unit_named
    from workflow.verbs.assessment.give_fact import FactHead, give_fact

    allow(as_person, Permission.NOTE_MERIT)
    said = [one.partition("=") for one in values]
    if any(not sign and kind is not GivenKind.CLEARED for _unit, sign, _value in said):
        raise Invalid(mark("Write each as UNIT=VALUE, such as 市科技局=4.5."))
    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        task_id, measure_id = _of(c, plan_id, task, measure)
        head = FactHead(kind, name, basis, raters, period, measure_id, task_id)
        by_unit = {unit_named(c.session, c.actor, unit): value for unit, _sign, value in said}
        ids = give_fact(c, plan_id=plan_id, year=year, head=head, values=by_unit)
    answer(json, list(ids), [_("{n} facts are noted.", n=len(ids))])


def take_back(
    fact: Annotated[int, typer.Argument(metavar="FACT", help="Its number, as give --json says.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Take a given fact back; it stays to read and counts no more."""
    from workflow.verbs.assessment.give_fact import take_back_fact

    allow(as_person, Permission.NOTE_MERIT)
    with acting(as_person, as_of) as c:
        take_back_fact(c, fact_id=fact)
    answer(False, None, [_("Fact {no} is taken back.", no=fact)])


def begin(
    plan: PlanCode,
    year: Year,
    until: Until = None,
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Begin the year-end procedure with the self-assessment."""
    from db.queries.record.naming import plan_named
    from workflow.verbs.assessment.take_step import begin_procedure

    allow(as_person, Permission.KEEP_PROCEDURE)
    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        begin_procedure(c, plan_id=plan_id, year=year, until=until)
    answer(False, None, [_("The procedure of {year} has begun.", year=year)])


def step(
    plan: PlanCode,
    year: Year,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="As docs/states.md names it: show_draft …")
    ],
    until: Until = None,
    document: Annotated[str, Option("--document", help="By which document, or why.")] = "",
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Take the year-end procedure to its next step, or back."""
    from db.queries.assessment.procedure import procedure_of
    from db.queries.record.naming import plan_named
    from workflow.verbs.assessment.take_step import take_step

    with acting(as_person, as_of) as c:
        found = procedure_of(c.session, c.actor, plan_named(c.session, c.actor, plan), year)
        if found is None:
            raise NotFound(mark("The procedure of {year} has not begun."), year=year)
        now = take_step(c, procedure_id=found.id, action=action, until=until, document=document)
    text = _("It is now: {step}.", step=_(STATES["procedure"][now]))
    answer(False, None, [text])


def _of(c: Context, plan_id: int, task: str, measure: str) -> tuple[int | None, int | None]:
    """The task, or where a measure is named the measure of that task."""
    from db.queries.record.naming import measure_named, task_named

    if not task:
        return None, None
    task_id = task_named(c.session, c.actor, plan_id, task)
    if measure:
        return None, measure_named(c.session, c.actor, task_id, measure)
    return task_id, None
