"""Approve a version of the rules of a year's assessment."""

from __future__ import annotations

from sqlalchemy import select

from db.models import SchemeApproval, SchemeVersion
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.refusals import Conflict, Invalid, NotFound
from workflow.verbs.context import Context

LONGEST = 200


def approve_scheme(c: Context, *, version_id: int, document: str) -> int:
    """Approve a version by a document; years are assessed by the version approved last; its id.

    Who may: administrators and leaders. Leaves an event on the system's chain. Raises NotFound,
    NotAllowed, Invalid without the document, Conflict where it is approved already.
    """
    c.require(Permission.APPROVE_SCHEME, INSTALLATION)
    if c.session.get(SchemeVersion, version_id) is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    paper = document.strip()
    if not 0 < len(paper) <= LONGEST:
        raise Invalid(
            mark("Say by which document, or why, in no more than {n} characters."), n=LONGEST
        )
    if c.session.scalar(
        select(SchemeApproval.id).where(SchemeApproval.scheme_version_id == version_id)
    ):
        raise Conflict(mark("This version is approved already."))
    made = SchemeApproval(
        scheme_version_id=version_id, person_id=c.actor.person_id, document=paper, at=c.now
    )
    c.session.add(made)
    c.session.flush()
    c.record_event(SYSTEM_CHAIN, "approve_scheme", "scheme_version", version_id)
    return made.id
