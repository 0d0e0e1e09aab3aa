"""Let a piece of evidence leave the installation, on record."""

from __future__ import annotations

from db.queries.reports.evidence import EvidenceFile, evidence_for
from workflow.verbs.context import Context


def download(c: Context, *, evidence_id: int) -> EvidenceFile:
    """The file's place and name, for the route that sends it; who took it is an event.

    Who may: whoever sees the report. Raises NotFound for anybody else.
    """
    file = evidence_for(c.session, c.actor, evidence_id)
    c.record_event(
        file.plan_id, "download", "evidence", evidence_id, report=file.report_id, sha=file.sha
    )
    return file
