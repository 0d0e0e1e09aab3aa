"""形成草案: a working copy becomes the draft plan."""

from __future__ import annotations

from db.models import WorkingStep
from db.queries.preparing.working_copies import LAID_DOWN
from i18n import mark
from workflow.rules.refusals import WrongState
from workflow.verbs.context import Context
from workflow.verbs.plans.load_catalogue import LoadResult, load_catalogue
from workflow.verbs.preparing.find_copy import copy_to_write


def lay_down(c: Context, *, copy_id: int, revision: int) -> LoadResult:
    """Make a working copy, as it is at the revision that was shown, the draft plan of its code.

    Who: administrators. Everything as in `load_catalogue`: the draft that has the code is replaced
    where it differs, laying down the same again changes nothing. The copy remembers it. No mail.
    Raises NotFound, NotAllowed, Conflict where the copy was changed since, WrongState where it was
    set aside, is a newer edition of a running plan, or its plan is issued, and Invalid.
    """
    copy = copy_to_write(c, copy_id, revision)
    if copy.row.plan_id is not None:
        raise WrongState(
            mark("This is a newer edition of a plan that stands. Compare and apply it instead.")
        )
    loaded = load_catalogue(c, copy.catalogue)
    c.session.add(
        WorkingStep(
            working_copy_id=copy_id,
            step=LAID_DOWN,
            revision=revision,
            plan_id=loaded.plan_id,
            at=c.now,
            person_id=c.actor.person_id,
        )
    )
    c.record_event(loaded.plan_id, "lay_down", "working_copy", copy_id, revision=revision)
    return loaded
