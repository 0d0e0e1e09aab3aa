"""What every verb is given: the open transaction, who acts, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from db import record
from db.queries.record.calendar import overrides
from notifications.letterhead import Letterhead
from workflow.rules.access.permissions import Actor, Permission, Subject, require
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date
from workflow.rules.time.timetable import TIMETABLE, Slot


@dataclass(frozen=True)
class Context:
    """One verb's surroundings. The edge opens it and commits; a verb never does.

    `now` is an aware instant; `today` is the local date of it in the installation's time zone.
    """

    session: Session
    actor: Actor
    now: datetime
    letterhead: Letterhead
    timetable: Sequence[Slot] = TIMETABLE

    def __post_init__(self) -> None:
        # Rows that no event tells of are sealed as this actor's all the same (db.record).
        self.session.info["by"] = (self.actor, self.now)

    @property
    def today(self) -> date:
        return local_date(self.now, self.letterhead.zone)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(overrides(self.session))

    def require(self, action: Permission, subject: Subject) -> None:
        """Raise NotAllowed unless the actor may do this."""
        require(self.actor, action, subject)

    def record_event(
        self,
        chain: int,
        action: str,
        subject: str,
        subject_id: int,
        before: str = "",
        after: str = "",
        **payload: object,
    ) -> None:
        """Leave an event without a change of state; `chain` is the plan's id, 0 for the system."""
        record.record_event(
            self.session, chain, self.actor, self.now, action, subject, subject_id, before, after,
            **payload,
        )  # fmt: skip

    def transition(
        self,
        subject: str,
        subject_id: int,
        action: str,
        *,
        chain: int,
        more: dict[str, object] | None = None,
        **payload: object,
    ) -> str:
        """Take a subject through the transition table; the new state."""
        return record.change_state(
            self.session, subject, subject_id, action, self.actor, self.now,
            chain=chain, more=more, **payload,
        )  # fmt: skip

    def transition_all(
        self,
        subject: str,
        subject_ids: Sequence[int],
        action: str,
        *,
        chain: int,
        **payload: object,
    ) -> None:
        """Take many subjects through the same row of the transition table, each with its event."""
        record.change_states(
            self.session, subject, subject_ids, action, self.actor, self.now,
            chain=chain, **payload,
        )  # fmt: skip
