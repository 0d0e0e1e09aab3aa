"""The working copy that a verb is about, as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from db.models import WorkingCopy
from db.queries.preparing.working_copies import (
    SET_ASIDE,
    EditRow,
    Stage,
    edits_of,
    exact,
    stages_of,
)
from db.queries.scope import visible_to
from db.record import SYSTEM_CHAIN
from i18n import mark
from tasks_catalog.model import Catalogue
from tasks_catalog.plain import from_plain
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.preparing.working_copy import Plain, fold, settled
from workflow.rules.refusals import Conflict, NotFound, WrongState
from workflow.verbs.context import Context


@dataclass(frozen=True)
class CopyFound:
    """A copy with its edits; `read` is the plain catalogue without them."""

    row: WorkingCopy
    read: Plain
    edits: tuple[EditRow, ...]
    stage: Stage

    @property
    def revision(self) -> int:
        return len(self.edits)

    @property
    def chain(self) -> int:
        """The chain of its events: of its plan, or the system's while it has none."""
        return self.row.plan_id or SYSTEM_CHAIN

    @cached_property
    def settled(self) -> dict[str, str]:
        return settled(edit.change for edit in self.edits)

    @cached_property
    def plain(self) -> Plain:
        """The plain catalogue of today."""
        return self.at(self.revision)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of today."""
        return from_plain(self.plain)

    def at(self, revision: int) -> Plain:
        """The plain catalogue after the first `revision` edits."""
        return fold(self.read, (edit.change for edit in self.edits[:revision]))


def find_copy(c: Context, copy_id: int) -> CopyFound:
    """The copy for reading. Raises NotFound."""
    return _found(c, copy_id, lock=False)


def copy_to_write(c: Context, copy_id: int, revision: int | None = None) -> CopyFound:
    """The copy, held until the end of the transaction.

    Raises NotFound, NotAllowed, WrongState where it was set aside, Conflict where it is not at the
    revision that a page showed.
    """
    copy = _found(c, copy_id, lock=True)
    c.require(Permission.PREPARE, Subject(copy.row.place_id))
    if copy.stage.name == SET_ASIDE:
        raise WrongState(mark("This working copy was set aside. Take it up again first."))
    if revision is not None and revision != copy.revision:
        raise Conflict(
            mark(
                "Somebody else has changed this working copy in the meantime. Look at what stands "
                "there now and decide again."
            )
        )
    return copy


def _found(c: Context, copy_id: int, *, lock: bool) -> CopyFound:
    wanted = select(WorkingCopy).where(WorkingCopy.id == copy_id, visible_to(c.actor, WorkingCopy))
    # A lock on the copy, which itself never changes, keeps the numbers of its edits in order.
    row = c.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    stage = stages_of(c.session, [copy_id])[copy_id]
    return CopyFound(row, exact(row.catalogue), edits_of(c.session, copy_id), stage)
