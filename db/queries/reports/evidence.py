"""Evidence files, for whom sees the report that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.models import Evidence, EvidenceNumbers, Report, SignOff, SubmissionEvidence
from db.queries.scope import visible_to
from documents.evidence_numbers import from_json
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.comparing import EvidenceNumber


@dataclass(frozen=True)
class EvidenceFile:
    """A file of a report; its content lies in the EvidenceStore under `sha`."""

    id: int
    plan_id: int
    report_id: int
    sha: str
    name: str
    size: int
    media_type: str
    at: datetime


_COLUMNS = (
    Evidence.id, Report.plan_id, Evidence.report_id, Evidence.sha, Evidence.name, Evidence.size,
    Evidence.media_type, Evidence.at,
)  # fmt: skip


def evidence_for(session: Session, actor: Actor, evidence_id: int) -> EvidenceFile:
    """One file. Raises NotFound where the actor does not see its report, or sees it from outside
    and the file went with no version that left its unit (signed off, or to the unit that collects).
    """
    with_a_version = SubmissionEvidence.evidence_id == Evidence.id
    signed = (SignOff.submission_id == SubmissionEvidence.submission_id, SignOff.consent)
    went = or_(
        exists().where(
            with_a_version, or_(Report.unit_id != Report.lead_unit_id, exists().where(*signed))
        ),
        exists().where(SignOff.scan_id == Evidence.id),
        Report.unit_id.in_(actor.unit_ids),
    )
    row = session.execute(
        select(*_COLUMNS)
        .join(Report, Report.id == Evidence.report_id)
        .where(Evidence.id == evidence_id, visible_to(actor, Report), went)
    ).one_or_none()
    if row is None:
        raise NotFound(mark("There is no such file."))
    return EvidenceFile(*row)


def names_of_files(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The names of those of these files that the actor may have."""
    rows = session.execute(
        select(Evidence.id, Evidence.name)
        .join(Report, Report.id == Evidence.report_id)
        .where(Evidence.id.in_(tuple(ids)), visible_to(actor, Report))
    )
    return {row.id: row.name for row in rows}


def attached(session: Session, actor: Actor, report_id: int) -> tuple[EvidenceFile, ...]:
    """The files that would go with the next submission of a report that the actor sees, in the
    order they came."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Report, Report.id == Evidence.report_id)
        .where(
            Evidence.report_id == report_id,
            Evidence.removed_at.is_(None),
            visible_to(actor, Report),
        )
        .order_by(Evidence.id)
    )
    return tuple(EvidenceFile(*row) for row in rows)


def sent_with(
    session: Session, submission_ids: Iterable[int]
) -> dict[int, tuple[EvidenceFile, ...]]:
    """The files of each of these submissions."""
    rows = session.execute(
        select(*_COLUMNS, SubmissionEvidence.submission_id)
        .join(Evidence, Evidence.id == SubmissionEvidence.evidence_id)
        .join(Report, Report.id == Evidence.report_id)
        .where(SubmissionEvidence.submission_id.in_(tuple(submission_ids)))
        .order_by(Evidence.id)
    )
    found: dict[int, tuple[EvidenceFile, ...]] = {}
    for row in rows:
        named = dict(row._mapping)
        named.pop("submission_id")
        file = EvidenceFile(**named)
        found[row.submission_id] = (*found.get(row.submission_id, ()), file)
    return found


def numbers_of_files(
    session: Session, shas: Iterable[str]
) -> dict[str, tuple[EvidenceNumber, ...]]:
    """By SHA-256, the numbers in these files; a file of which nothing could be read is missing."""
    rows = session.execute(
        select(EvidenceNumbers.sha, EvidenceNumbers.numbers).where(
            EvidenceNumbers.sha.in_(sorted(set(shas)))
        )
    )
    return {row.sha: from_json(row.numbers) for row in rows}
