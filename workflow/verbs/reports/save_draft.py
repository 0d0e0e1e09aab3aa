"""Keep what is being typed into a report."""

from __future__ import annotations

from collections.abc import Mapping

from db import record
from db.models import Draft, Person, Report
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Conflict, WrongState
from workflow.rules.reporting.content import check_draft
from workflow.rules.reporting.report_content import draft_json
from workflow.rules.states import MAY_WRITE, ReportStateName
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, subject_of


def save_draft(c: Context, *, report_id: int, content: Mapping[str, str], version: int) -> int:
    """Save the whole draft as typed (fields as in rules/reporting/content); its new version.

    Who may: the unit's liaison, while the report is due, a draft, returned
    or stands as last accepted. `version` is the
    draft's as the page last saw it, 0 before the first. The first save of a due report makes it a
    draft, with an event; later ones leave none. Raises Conflict, naming who saved in the meantime,
    where the version is not the stored one: nothing is overwritten, the page keeps what was typed.
    """
    report = find_report(c, report_id)
    c.require(Permission.FILE, subject_of(c, report))
    check_draft(content)
    state = record.state_of(c.session, "report", report_id)
    if state not in MAY_WRITE:
        raise WrongState(mark("The report has been submitted; it is no draft any more."))
    saved = keep(c, report, content, version)
    if state in (ReportStateName.DUE, ReportStateName.AS_BEFORE):
        c.transition("report", report_id, "draft", chain=report.plan_id)
    return saved


def draft_of(c: Context, report: Report, version: int) -> Draft | None:
    """The stored draft, None before the first. Raises Conflict unless it has this version."""
    draft = c.session.get(Draft, report.id, populate_existing=True)
    if draft is not None and draft.version != version:
        raise Conflict(
            mark(
                "{name} has saved this report in the meantime. What you typed is still here: "
                "compare it with what was saved, then save again."
            ),
            name=c.session.get_one(Person, draft.person_id).name,
        )
    return draft


def keep(c: Context, report: Report, content: Mapping[str, str], version: int) -> int:
    """Write the draft where its version is still the one that was seen; the new version."""
    draft = draft_of(c, report, version)
    body = draft_json(content)
    assert c.actor.person_id is not None  # noqa: S101
    if draft is None:
        draft = Draft(report_id=report.id, version=0)
        c.session.add(draft)
    draft.person_id, draft.content, draft.saved_at = c.actor.person_id, body, c.now
    draft.version += 1
    c.session.flush()
    return draft.version
