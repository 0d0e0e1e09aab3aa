"""luoshi assess give, take-back: facts of a unit's year that no report holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _, mark
from luoshi.cli.assess import PlanCode, Year, group
from luoshi.cli.frame import AsOf, AsPerson, CommandGroup, Json, acting, allow, answer
from workflow.rules.assessment.given import GivenKind
from workflow.rules.refusals import Invalid

if TYPE_CHECKING:
    from workflow.verbs.context import Context

Option = typer.Option


def join(_app: CommandGroup) -> None:
    """Add the commands to those of the assessment."""
    group.command()(give)
    group.command("take-back")(take_back)


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

    allow(as_person, "note_merit")
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

    allow(as_person, "note_merit")
    with acting(as_person, as_of) as c:
        take_back_fact(c, fact_id=fact)
    answer(False, None, [_("Fact {no} is taken back.", no=fact)])


def _of(c: Context, plan_id: int, task: str, measure: str) -> tuple[int | None, int | None]:
    """The task, or where a measure is named the measure of that task."""
    from db.queries.record.naming import measure_named, task_named

    if not task:
        return None, None
    task_id = task_named(c.session, c.actor, plan_id, task)
    if measure:
        return None, measure_named(c.session, task_id, measure)
    return task_id, None
