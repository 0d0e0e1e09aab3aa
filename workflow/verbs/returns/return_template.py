"""The Excel return of a unit for one round: out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import and_

from db.models import Report, Round
from db.queries.collecting.replies import open_replies
from db.queries.places.places import about_unit
from db.queries.progress.timeliness import timeliness
from db.queries.reports.form import ReportForm, report_form
from db.queries.scope import visible_to
from documents.returns.return_sheets import draw
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.progress.quantities import shown
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.report_content import TYPED
from workflow.rules.states import UNFILED
from workflow.verbs.context import Context
from workflow.verbs.returns.tokens import new_token


@dataclass(frozen=True)
class ReturnTemplate:
    """A workbook and the name of the unit that it is for."""

    unit: str
    content: bytes


def return_template(c: Context, *, unit_id: int, period: str) -> ReturnTemplate:
    """An xlsx workbook with a row for each report that the unit still has to file for a period.

    Who may: the unit's liaison, deputy head or head, the office. What is drafted is filled in, but
    for what came by mail and nobody has confirmed. It carries a token, under which it may come back
    by mail. The export is an event. Raises NotFound where the unit has nothing to file for the
    period.
    """
    c.require(Permission.EXPORT, about_unit(c.session, unit_id))
    which = and_(Report.unit_id == unit_id, Round.period == period, visible_to(c.actor, Report))
    found = timeliness(c.session, which, c.now, sorted(UNFILED))
    if not found:
        raise NotFound(mark("There is nothing to report for {period}."), period=period)
    forms = [_form(c, paper.id) for paper in found]
    for plan_id in sorted({paper.plan_id for paper in found}):
        ids = [paper.id for paper in found if paper.plan_id == plan_id]
        c.record_event(
            plan_id, "export", "unit", unit_id, kind="returns", period=period, reports=ids
        )
    rows = (
        [_report(form) for form in forms],
        [row for form in forms for row in _numbers(form)],
        [row for form in forms for row in _milestones(form)],
    )
    content = draw(rows, new_token(c, unit_id=unit_id, period=period))
    return ReturnTemplate(forms[0].unit, content)


def _form(c: Context, report_id: int) -> ReportForm:
    """The form as its row shows it: what came by mail and was not confirmed is no draft of the
    unit's, and would go out with the row."""
    form = report_form(c.session, c.actor, report_id, c.today, c.now)
    return replace(form, content={}) if open_replies(c.session, c.actor, report_id) else form


def key_of(report_id: int, draft_version: int) -> str:
    """The number that a row carries: the report, and the version of its draft that was seen."""
    return f"R{report_id}-{draft_version}"


def _head(form: ReportForm) -> dict[str, str]:
    return {"key": key_of(form.paper.id, form.draft.version), "code": form.code}


def _report(form: ReportForm) -> dict[str, str]:
    # A report that nobody has begun stays empty: an untouched row is not sent.
    typed = form.content if form.draft.version else {}
    return {**_head(form), "title": form.title, **{name: typed.get(name, "") for name in TYPED}}


def _numbers(form: ReportForm) -> list[dict[str, str]]:
    typed = form.content if form.draft.version else {}
    return [
        {
            **_head(form),
            "measure": str(one.measure_id),
            "metric": one.metric,
            "unit": one.unit,
            "target": "" if one.target is None else shown(one.target),
            "last": one.last_written,
            "value": typed.get(f"value:{one.measure_id}", ""),
            "firmness": typed.get(f"firmness:{one.measure_id}", ""),
        }
        for one in form.measures
        if one.asked
    ]


def _milestones(form: ReportForm) -> list[dict[str, str]]:
    typed = form.content if form.draft.version else {}
    return [
        {
            **_head(form),
            "milestone": str(one.milestone_id),
            "title": one.title,
            "due": one.due.isoformat(),
            "reached": typed.get(f"reached:{one.milestone_id}", ""),
            "document": typed.get(f"document:{one.milestone_id}", ""),
        }
        for one in form.steps
        if one.reached_on is None
    ]
