"""luoshi plan"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    Json,
    acting,
    allow,
    answer,
    day,
    reading,
)
from workflow.rules.access.permissions import Permission

group = CommandGroup(help="Plans: send round for comment, issue, settings.")
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's code.")]


def join(app: CommandGroup) -> None:
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
    from db.queries.record.naming import plan_named
    from workflow.verbs.plans.consult import consult

    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        sent = consult(c, plan_id=plan_id, comments_due_on=due)
    text = _("Sent to {n} units for comment until {due}.", n=sent.units, due=due)
    answer(json, asdict(sent), [text, *_unreached(sent.unreached)])


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
    from db.queries.record.naming import plan_named
    from workflow.verbs.plans.issue import issue

    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        issued = issue(c, plan_id=plan_id, document=document, document_date=issued_on)
    text = _("Issued: tasks {tasks}, units {units}.", tasks=issued.tasks, units=issued.units)
    answer(json, asdict(issued), [text, *_unreached(issued.unreached)])


def _unreached(units: tuple[int, ...]) -> list[str]:
    """What is still to be done for units that heard nothing."""
    said = _("{n} units have no liaison and got no mail; name one for each.", n=len(units))
    return [said] if units else []


@group.command("settings")
def run_by(
    plan: Plan,
    file: Annotated[
        Path | None,
        typer.Option("--from", readable=False, help="The settings to be taken, JSON."),
    ] = None,
    as_person: AsPerson = "",
    as_of: AsOf = None,
) -> None:
    """Print how a plan is run, as JSON; with --from, take what was printed and changed."""
    from db.queries.plans.settings import plan_settings
    from db.queries.record.naming import plan_named
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of
    from workflow.rules.reporting.policy import policy_in
    from workflow.verbs.plans.change_plan import change_plan

    asked = None
    if file is not None:
        allow(as_person, Permission.CHANGE_PLAN)
        asked = read_apart(policy_in, content_of(file))
    with (acting if file else reading)(as_person, as_of) as c:
        found = plan_settings(c.session, c.actor, plan_named(c.session, c.actor, plan))
        policy = found.policy
        if asked is not None:
            policy = asked
            change_plan(c, plan_id=found.plan_id, version=found.version, policy=policy)
    answer(True, asdict(policy))
