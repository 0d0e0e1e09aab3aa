"""luoshi plan"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from luoshi.cli.frame import (
    Application,
    AsOf,
    AsPerson,
    Json,
    acting,
    answer,
    day,
)
from luoshi.language import _

group = Application(help="Plans: send round for comment, issue.")
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")]


def join(app: Application) -> None:
    """Add the commands."""
    app.add_typer(group, name="plan")


@group.command("consult")
def send_round(
    plan: Plan,
    due: Annotated[date, typer.Option("--due", parser=day, metavar="DATE",
                                      help="The day by which units comment.")],
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Send the work list round for comment."""
    from db.queries.naming import plan_named
    from workflow.verbs.consult import consult

    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        sent = consult(c, plan_id=plan_id, comments_due_on=due)
    text = _("Sent to {units} units for comment until {due}.", units=sent.units, due=due)
    answer(json, asdict(sent), [text])


@group.command("issue")
def make_binding(
    plan: Plan,
    document: Annotated[str, typer.Option("--document", help="The number of the document.")],
    issued_on: Annotated[date | None, typer.Option("--date", parser=day, metavar="DATE",
                                                   help="Its date; else today.")] = None,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Issue every assigned task to its units."""
    from db.queries.naming import plan_named
    from workflow.verbs.issue import issue

    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        issued = issue(c, plan_id=plan_id, document=document, document_date=issued_on)
    text = _("Issued {tasks} tasks to {units} units.", tasks=issued.tasks, units=issued.units)
    answer(json, asdict(issued), [text])
