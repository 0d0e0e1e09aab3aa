"""luoshi review"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import AsOf, CommandGroup, Json, acting, answer, day
from workflow.rules.states import ReportStateName

group = CommandGroup(help="The reviewer's verdicts; more time, or letting off.")
Report = Annotated[
    str, typer.Argument(metavar="REPORT", help="The report's number, or the receipt's.")
]
Reviewer = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The reviewer.")]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="review")


@group.command("accept")
def accept_report(
    report: Report, reviewer: Reviewer, as_of: AsOf = None, json: Json = False
) -> None:
    """Accept the signed-off version of a report."""
    from db.queries.record.naming import report_named
    from workflow.verbs.reports.accept import accept

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        accept(c, report_id=found.report_id, version=found.version)
    answer(
        json,
        {"report": found.report_id, "state": ReportStateName.ACCEPTED},
        [_("The report is accepted.")],
    )


@group.command("return")
def send_back(
    report: Report,
    reviewer: Reviewer,
    reason: Annotated[str, typer.Option("--reason", help="What is to be put right.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Return the signed-off version of a report, with a reason."""
    from db.queries.record.naming import report_named
    from workflow.verbs.reports.return_report import return_report

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        return_report(c, report_id=found.report_id, version=found.version, reason=reason)
    answer(
        json,
        {"report": found.report_id, "state": ReportStateName.RETURNED},
        [_("The report is returned.")],
    )


@group.command("extend")
def give_time(
    report: Report,
    reviewer: Reviewer,
    until: Annotated[date, typer.Option("--until", parser=day, metavar="DATE",
                                        help="The new date.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Give a unit more time for one report; the unit is told by mail."""
    from db.queries.record.naming import report_named
    from workflow.verbs.reports.extend_report import extend_report

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        extend_report(
            c, report_id=found.report_id, version=found.version, due_on=until, reason=reason
        )
    text = _("The report is due on {day} now.", day=until)
    answer(json, {"report": found.report_id, "due_on": until}, [text])


@group.command("waive")
def let_off(
    report: Report,
    reviewer: Reviewer,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """No longer ask for a report: no reminders, not counted as missing."""
    from db.queries.record.naming import report_named
    from workflow.verbs.reports.waive import waive

    with acting(reviewer, as_of) as c:
        found = report_named(c.session, c.actor, report)
        waive(c, report_id=found.report_id, version=found.version, reason=reason)
    answer(
        json,
        {"report": found.report_id, "state": ReportStateName.WAIVED},
        [_("The report is let off.")],
    )
