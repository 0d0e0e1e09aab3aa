"""How far the record has come, as pages must know it: the numbers of the last events that change
what a page shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import Session

from db.models import ChainHead, Event, Report
from db.record import SYSTEM_CHAIN

SHOWS_NOTHING = frozenset(
    {
        "log_in", "log_out", "code_failed", "end_session", "end_sessions", "end_other_sessions",
        "ask_reset", "link_for", "look", "exported", "refused", "held_back",
        "log_in_failed", "page_refused", "file_refused", "origin_refused", "many_refused",
    }
)  # fmt: skip
"""Events that change no page but the auditor's: who came and went, looked, or took a table out."""

Mark = tuple[int, ...]
"""Two marks of the same question are equal while nothing has happened that it asks for; of two
that are not, the later one is nowhere smaller."""


@dataclass(frozen=True)
class ChainMark:
    """One chain. `head`: its last event; `last`: the last that a page may show; `whole`: the last
    of these that is about more than one task; `tasks`: the last about each task since this process
    looks at the chain."""

    head: int = 0
    last: int = 0
    whole: int = 0
    tasks: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Marks:
    """Every chain at one moment. It holds numbers alone, so that readers of every scope may share
    it."""

    moved: int = 0
    chains: Mapping[int, ChainMark] = field(default_factory=dict)

    def of(self, plan_ids: Collection[int] | None = None) -> Mark:
        """Of anything in these plans (None: in any) or in the system itself."""
        if plan_ids is None:
            return (sum(one.last for one in self.chains.values()),)
        return tuple(self._of(chain).last for chain in (SYSTEM_CHAIN, *sorted(plan_ids)))

    def of_tasks(self, task_ids: Iterable[int], plan_ids: Collection[int] | None = None) -> Mark:
        """Of what happened to these tasks, to these plans as such (None: to any) or in the system.

        What is reported on a task is seen by nobody without a part in it but the office.
        """
        wanted = frozenset(task_ids)
        plans = [
            self._of(chain)
            for chain in (self.chains if plan_ids is None else plan_ids)
            if chain != SYSTEM_CHAIN
        ]
        whole = self._of(SYSTEM_CHAIN).last + sum(one.whole for one in plans)
        return whole, sum(one.tasks[task] for one in plans for task in one.tasks.keys() & wanted)

    def tasks_since(self, before: Marks, plan_id: int) -> frozenset[int] | None:
        """The tasks of a plan to which something has happened since; None where something happened
        to the plan as such or in the system."""
        if self.of_tasks((), (plan_id,)) != before.of_tasks((), (plan_id,)):
            return None
        then = before._of(plan_id).tasks
        return frozenset(
            task for task, no in self._of(plan_id).tasks.items() if then.get(task) != no
        )

    def _of(self, chain: int) -> ChainMark:
        return self.chains.get(chain, _NOTHING)


_NOTHING = ChainMark()


def moved() -> ScalarSelect[int]:
    """A number that grows with every event of any chain; part of a question asked anyway."""
    return select(func.coalesce(func.sum(ChainHead.no), 0)).scalar_subquery()


class ChangeMarks:
    """The marks of all chains, looked up once for all pages when something has happened."""

    def __init__(self) -> None:
        self._known = Marks()

    def at(self, session: Session, moved_to: int | None = None) -> Marks:
        """The marks at the moment of a reading session; `moved_to`: what `moved()` gave in it."""
        known = self._known
        if moved_to is None:
            moved_to = session.scalars(select(moved())).one()
        if known.moved == moved_to:
            return known
        heads = session.execute(select(ChainHead.chain, ChainHead.no)).all()
        chains = {chain: _mark(session, known.chains.get(chain), chain, no) for chain, no in heads}
        found = Marks(moved_to, chains)
        # A reader may stand at an older moment than another one did.
        if moved_to > self._known.moved:
            self._known = found
        return found


def _mark(session: Session, known: ChainMark | None, chain: int, head: int) -> ChainMark:
    if known is not None and known.head == head:
        return known
    shown = and_(Event.chain == chain, Event.no <= head, Event.action.not_in(SHOWS_NOTHING))
    if known is None or known.head > head:
        last = session.scalar(select(func.max(Event.no)).where(shown)) or 0
        return ChainMark(head, last, last)
    last, whole, tasks = known.last, known.whole, dict(known.tasks)
    for no, task_id in session.execute(
        select(Event.no, Report.task_id)
        .outerjoin(Report, and_(Event.subject == "report", Report.id == Event.subject_id))
        .where(shown, Event.no > known.head)
        .order_by(Event.no)
    ):
        last = no
        if task_id is None:
            whole = no
        else:
            tasks[task_id] = no
    return ChainMark(head, last, whole, tasks)
