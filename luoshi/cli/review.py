"""luoshi review"""

from __future__ import annotations

from typing import Annotated

import typer

from luoshi.cli.frame import Application, AsOf, Json, acting, answer
from luoshi.language import _

group = Application(help="The reviewer's verdicts.")
Report = Annotated[
    str, typer.Argument(metavar="REPORT", help="The report's number, or the receipt's.")
]
Reviewer = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The reviewer.")]


def join(app: Application) -> None:
    """Add the commands."""
    app.add_typer(group, name="review")


@group.command("accept")
def accept_report(
    report: Report, reviewer: Reviewer, as_of: AsOf = None, json: Json = False
) -> None:
    """Accept the signed-off version of a report."""
    from db.queries.naming import report_named
    from workflow.verbs.accept import accept

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        accept(c, report_id=found.report_id, version=found.version)
    answer(json, {"report": found.report_id, "state": "accepted"}, [_("The report is accepted.")])


@group.command("return")
def send_back(
    report: Report,
    reviewer: Reviewer,
    reason: Annotated[str, typer.Option("--reason", help="What is to be put right.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Return the signed-off version of a report, with a reason."""
    from db.queries.naming import report_named
    from workflow.verbs.return_report import return_report

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        return_report(c, report_id=found.report_id, version=found.version, reason=reason)
    answer(json, {"report": found.report_id, "state": "returned"}, [_("The report is returned.")])
