"""新版生效: a working copy of a newer edition comes into force."""

from __future__ import annotations

from collections.abc import Mapping

from db.models import WorkingStep
from db.queries.preparing.working_copies import LAID_DOWN
from i18n import mark
from workflow.rules.refusals import WrongState
from workflow.verbs.context import Context
from workflow.verbs.editions.load_edition import Applied, load_edition
from workflow.verbs.preparing.find_copy import copy_to_write


def apply_copy(
    c: Context,
    *,
    copy_id: int,
    revision: int,
    document: str = "",
    confirmed: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Applied:
    """Apply a working copy of a newer edition, as it is at the revision that was shown.

    Who: administrators. Everything else as in `load_edition`; the copy remembers it. Raises what
    that raises, Conflict where the copy was changed since, WrongState where it was set aside or is
    no newer edition of a plan that stands.
    """
    copy = copy_to_write(c, copy_id, revision)
    plan_id = copy.row.plan_id
    if plan_id is None:
        raise WrongState(mark("This is a plan of its own. Lay it down as a draft instead."))
    applied = load_edition(
        c,
        plan_id=plan_id,
        catalogue=copy.catalogue,
        document=document,
        confirmed=confirmed,
        version=version,
    )
    if applied.outcome == "applied":
        c.session.add(
            WorkingStep(
                working_copy_id=copy_id,
                step=LAID_DOWN,
                revision=revision,
                plan_id=plan_id,
                at=c.now,
                person_id=c.actor.person_id,
            )
        )
        c.record_event(plan_id, "lay_down", "working_copy", copy_id, revision=revision)
    return applied
