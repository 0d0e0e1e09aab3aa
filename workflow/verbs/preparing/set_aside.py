"""搁置底稿: a working copy that is no longer worked on, and back."""

from __future__ import annotations

from db.models import WorkingStep
from db.queries.preparing.working_copies import SET_ASIDE, TAKEN_UP
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.refusals import WrongState
from workflow.verbs.context import Context
from workflow.verbs.preparing.find_copy import copy_to_write, find_copy


def set_aside(c: Context, *, copy_id: int, revision: int) -> None:
    """Set a working copy aside, as at the revision that was shown; nothing in it is lost.

    Who: the office. Raises NotFound, NotAllowed, Conflict where it was changed since, WrongState
    where it is set aside already.
    """
    copy = copy_to_write(c, copy_id, revision)
    _step(c, copy_id, SET_ASIDE, copy.chain, revision)


def take_up(c: Context, *, copy_id: int) -> None:
    """Take a working copy up again that was set aside.

    Who: the office. Raises NotFound, NotAllowed, WrongState where it is at work.
    """
    copy = find_copy(c, copy_id)
    c.require(Permission.PREPARE, Subject(copy.row.place_id))
    if copy.stage.name != SET_ASIDE:
        raise WrongState(mark("This working copy is being worked on."))
    _step(c, copy_id, TAKEN_UP, copy.chain, copy.revision)


def _step(c: Context, copy_id: int, step: str, chain: int, revision: int) -> None:
    c.session.add(
        WorkingStep(
            working_copy_id=copy_id,
            step=step,
            revision=revision,
            at=c.now,
            person_id=c.actor.person_id,
        )
    )
    c.record_event(chain, step, "working_copy", copy_id, revision=revision)
