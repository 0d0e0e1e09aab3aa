"""Put evidence on a report."""

from __future__ import annotations

from sqlalchemy import select

from db import record
from db.evidence import StoredFile
from db.models import Evidence, EvidenceNumbers, Report
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, WrongState
from workflow.rules.states import MAY_WRITE, ReportStateName
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, subject_of

MOST_FILES = 20


def may_attach(c: Context, *, report_id: int, scan: bool = False) -> Report:
    """The report, where the actor may attach a file to it now: asked before the file is looked at.

    Raises NotFound, NotAllowed, WrongState.
    """
    report = find_report(c, report_id)
    c.require(Permission.SIGN_OFF_ON_PAPER if scan else Permission.FILE, subject_of(c, report))
    state = record.state_of(c.session, "report", report_id)
    if state not in ({ReportStateName.SUBMITTED} if scan else MAY_WRITE):
        raise WrongState(mark("Nothing can be attached to this report now."))
    return report


def attach(c: Context, *, report_id: int, file: StoredFile, scan: bool = False) -> int:
    """Attach a file that lies in the store already (`EvidenceStore.take_in`); its evidence id.

    Who may: the unit's liaison while the report is with the unit; with `scan` (a signature on
    paper) liaison and deputy head while it awaits sign-off. The same file twice is one. It goes
    with the next submission. Raises NotFound, NotAllowed, WrongState, and Invalid for too many.
    """
    report = may_attach(c, report_id=report_id, scan=scan)
    present = c.session.scalars(
        select(Evidence).where(Evidence.report_id == report_id, Evidence.removed_at.is_(None))
    ).all()
    for one in present:
        if one.sha == file.sha:
            return one.id
    if len(present) >= MOST_FILES:
        raise Invalid(mark("No more than {n} files go with a report."), n=MOST_FILES)
    made = Evidence(
        report_id=report_id, sha=file.sha, name=file.name, size=file.size,
        media_type=file.media_type, person_id=c.actor.person_id, at=c.now, removed_at=None,
    )  # fmt: skip
    c.session.add(made)
    if file.numbers and c.session.get(EvidenceNumbers, file.sha) is None:
        c.session.add(EvidenceNumbers(sha=file.sha, numbers=file.numbers))
    c.session.flush()
    c.record_event(
        report.plan_id, "attach", "evidence", made.id,
        report=report_id, sha=file.sha, size=file.size, scan=scan,
    )  # fmt: skip
    return made.id
