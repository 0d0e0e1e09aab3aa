"""How far the record has come, as pages must know it: the number of the last event that changes
what a page shows."""

from __future__ import annotations

from collections.abc import Collection
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ChainHead, Event
from db.record import SYSTEM_CHAIN

SHOWS_NOTHING = frozenset(
    {
        "log_in", "log_out", "code_failed", "end_session", "end_sessions", "end_other_sessions",
        "ask_reset", "link_for", "look", "exported", "refused", "held_back",
        "log_in_failed", "page_refused", "file_refused", "origin_refused", "many_refused",
    }
)  # fmt: skip
"""Events that change no page but the auditor's: who came and went, looked, or took a table out."""


class ChangeMarks:
    """The last event of each chain that a page may show, looked up once for all pages.

    It holds numbers alone, so that readers of every scope may share it.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}
        self._lock = Lock()

    def of(self, session: Session, plan_ids: Collection[int] | None = None) -> tuple[int, ...]:
        """A mark that is another one as soon as anything that changes a page has happened in these
        plans (None: in any) or in the system itself."""
        wanted = select(ChainHead.chain, ChainHead.no).order_by(ChainHead.chain)
        if plan_ids is not None:
            wanted = wanted.where(ChainHead.chain.in_((SYSTEM_CHAIN, *plan_ids)))
        heads = session.execute(wanted).tuples().all()
        return tuple(self._last(session, chain, no) for chain, no in heads)

    def _last(self, session: Session, chain: int, head: int) -> int:
        seen, last = self._known.get(chain, (0, 0))
        if head == seen:
            return last
        # A reader may stand at an older moment than the one before; then all is looked through.
        since, last = (seen, last) if head > seen else (0, 0)
        newest = session.scalar(
            select(func.max(Event.no)).where(
                Event.chain == chain,
                Event.no > since,
                Event.no <= head,
                Event.action.not_in(SHOWS_NOTHING),
            )
        )
        last = newest or last
        with self._lock:
            if head > self._known.get(chain, (0, 0))[0]:
                self._known[chain] = head, last
        return last
