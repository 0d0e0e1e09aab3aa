"""Take evidence off a draft."""

from __future__ import annotations

from db import record
from db.models import Evidence
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import NotFound, WrongState
from workflow.rules.states import MAY_WRITE
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, subject_of


def detach(c: Context, *, evidence_id: int) -> None:
    """Take a file off what is being filled in; versions that were submitted with it keep it.

    Who may: the unit's liaison while the report is with the unit. Raises NotFound, NotAllowed,
    WrongState.
    """
    file = c.session.get(Evidence, evidence_id)
    if file is None or file.removed_at is not None:
        raise NotFound(mark("There is no such file."))
    report = find_report(c, file.report_id)
    c.require(Permission.FILE, subject_of(c, report))
    if record.state_of(c.session, "report", report.id) not in MAY_WRITE:
        raise WrongState(mark("Nothing can be taken off this report now."))
    file.removed_at = c.now
    c.record_event(report.plan_id, "detach", "evidence", evidence_id, report=report.id)
