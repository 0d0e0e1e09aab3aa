"""沿用上期: reports that need not be written, because nothing is new and the path is met."""

from __future__ import annotations

from sqlalchemy import select

from db.models import Plan, Report, ReportState, Round, Task
from db.queries.progress.progress import tasks_progress
from workflow.rules.reporting.policy import YEARLY, PlanPolicy
from workflow.rules.reporting.silence import may_stay_silent
from workflow.rules.states import ReportStateName
from workflow.verbs.context import Context


def let_stand(c: Context, plan: Plan, to: Round) -> int:
    """Where the plan's policy says so, let what was last accepted stand for the reports of a round
    that its units need not write (see `may_stay_silent`); how many.

    Never in a round that asks for the numbers of the year. Whoever has news still reports: the
    report is there, nobody is reminded of it and it counts nowhere. One event a report.
    """
    policy = PlanPolicy.from_json(plan.policy)
    rule = {rule.code: rule for rule in policy.rounds}.get(to.period[4:])
    if not policy.quiet or rule is None or YEARLY in rule.asks:
        return 0
    owed = c.session.execute(
        select(Report.id, Report.task_id, Report.unit_id)
        .join(ReportState, ReportState.report_id == Report.id)
        .where(
            Report.round_id == to.id,
            Report.unit_id == Report.lead_unit_id,
            ReportState.open(),
            ReportState.state == ReportStateName.DUE,
        )
    ).all()
    tasks = tasks_progress(c.session, Task.id.in_({row.task_id for row in owed}), c.now)
    quiet = [
        row.id
        for row in owed
        if may_stay_silent(tasks[row.task_id].standing.of(row.unit_id), to.due_on)
    ]
    c.transition_all("report", quiet, "let_stand", chain=plan.id)
    return len(quiet)
