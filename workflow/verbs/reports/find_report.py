"""The report that a verb is about, read through the actor's scope and held until the end."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from db import record
from db.models import Clock, Plan, Report, Round, Submission, Task, TaskVersion, Unit, Verdict
from db.queries.places.places import about_unit
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Subject
from workflow.rules.refusals import Invalid, NotFound, WrongState
from workflow.rules.reporting.content import may_still_file
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.verdicts import VerdictOutcome
from workflow.rules.states import ReportStateName
from workflow.verbs.context import Context


def find_report(c: Context, report_id: int) -> Report:
    """The report, its row locked. Raises NotFound where the actor may not see it."""
    found = c.session.scalar(
        select(Report)
        .where(Report.id == report_id, visible_to(c.actor, Report))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found


def subject_of(c: Context, report: Report) -> Subject:
    """The report as far as permission depends on it."""
    return about_unit(c.session, report.unit_id, report.lead_unit_id)


def goes_to_lead(report: Report) -> bool:
    """Whether the report is collected by another unit, without sign-off and without review."""
    return report.lead_unit_id != report.unit_id


def must_go(report: Report, to_lead: bool) -> None:
    """Raises WrongState where the report goes the other way than the verb thinks."""
    if goes_to_lead(report) and not to_lead:
        raise WrongState(mark("This report goes to the lead unit, which receives it."))
    if to_lead and not goes_to_lead(report):
        raise WrongState(mark("This report is signed off in its unit and reviewed by the office."))


def may_be_filed(c: Context, report: Report) -> bool:
    """Whether the report can be submitted today: see `may_still_file`."""
    to = c.session.get_one(Round, report.round_id)
    due = {
        clock.id: clock.due_on
        for clock in c.session.scalars(
            select(Clock).where(Clock.id.in_((report.clock_id, report.first_clock_id)))
        )
    }
    closed = to.closed_at is not None or to.closes_on < c.today
    returned = record.state_of(c.session, "report", report.id) == ReportStateName.RETURNED
    came_back = returned or last_verdict(c, report) is not None
    return may_still_file(
        closed, c.today, due[report.first_clock_id], due[report.clock_id], came_back
    )


def changed(c: Context, report: Report, version: int) -> None:
    """Compare and set the report's version. Raises Conflict for the second writer."""
    record.compare_and_set(c.session, Report, report.id, version)


def last_submission(c: Context, report: Report) -> Submission:
    """The newest version that was submitted. Raises WrongState where there is none."""
    found = c.session.scalar(
        select(Submission).where(Submission.report_id == report.id).order_by(Submission.no.desc())
    )
    if found is None:
        raise WrongState(mark("Nothing has been submitted yet."))
    return found


def last_verdict(c: Context, report: Report) -> Verdict | None:
    """The newest word of a reviewer or lead on any version of the report."""
    return c.session.scalar(
        select(Verdict)
        .join(Submission, Submission.id == Verdict.submission_id)
        .where(Submission.report_id == report.id)
        .order_by(Verdict.id.desc())
    )


def take(c: Context, report: Report, version: int, action: str) -> None:
    """Accept the newest version, for the verbs that do."""
    changed(c, report, version)
    submission = last_submission(c, report)
    c.session.add(
        Verdict(
            submission_id=submission.id,
            person_id=c.actor.person_id,
            at=c.now,
            outcome=VerdictOutcome.ACCEPTED,
        )
    )
    c.transition("report", report.id, action, chain=report.plan_id, submission=submission.id)


def hand_back(c: Context, report: Report, version: int, action: str, reason: str) -> date:
    """Return the newest version with a reason, for the verbs that do; the local date by which the
    unit is to answer: so many workdays from now, but never before the report's own date."""
    changed(c, report, version)
    submission = last_submission(c, report)
    own = c.session.get_one(Clock, report.clock_id).due_on
    answer = max(own, c.calendar.add_workdays(c.today, policy_of(c, report).return_workdays))
    report.answer_due_on = answer
    c.session.add(
        Verdict(
            submission_id=submission.id,
            person_id=c.actor.person_id,
            at=c.now,
            outcome=VerdictOutcome.RETURNED,
            reason=reason,
            answer_due_on=answer,
        )
    )
    c.transition(
        "report", report.id, action, chain=report.plan_id,
        submission=submission.id, answer_due_on=answer,
    )  # fmt: skip
    return answer


def with_reason(reason: str) -> str:
    """The reason without blanks around it. Raises Invalid where there is none."""
    if not reason.strip():
        raise Invalid(mark("A reason is needed."))
    return reason.strip()


def policy_of(c: Context, report: Report) -> PlanPolicy:
    """The policy of the report's plan."""
    return PlanPolicy.from_json(c.session.get_one(Plan, report.plan_id).policy)


def facts_of(c: Context, report: Report) -> dict[str, object]:
    """What every mail about a report says of it."""
    code, title, period, unit = c.session.execute(
        select(Task.code, TaskVersion.title, Round.period, Unit.name)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Round, Round.id == report.round_id)
        .join(Unit, Unit.id == report.unit_id)
        .where(Task.id == report.task_id, TaskVersion.open())
    ).one()
    return {"report": report.id, "code": code, "title": title, "period": period, "unit": unit}


def versions_of(c: Context, report: Report) -> int:
    """How many versions have been submitted."""
    return c.session.scalar(select(func.max(Submission.no)).filter_by(report_id=report.id)) or 0
