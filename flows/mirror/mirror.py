"""Bringing the window up to the record, plan by plan, behind a cursor for each chain.

The cursor is noted on the plan's own run, when everything before it is shown: it is lost with what
it speaks of, and a window that was wiped, set back or filled from another record is seen at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from db.queries.record.tracked import (
    ChainPlace,
    Happened,
    happened,
    is_in_the_record,
    last_renaming,
    plan_heads,
    subjects_of,
    tracked_plan,
)
from db.turn import turn
from flows.mirror.differences import bring, differing, set_states
from flows.mirror.telling import events_of
from flows.mirror.window import Window
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.tracking.runs import (
    KEPT,
    Grain,
    TrackedPlan,
    TrackedRun,
    plan_key,
    plan_of,
    report_key,
    task_key,
    tracked_runs,
)
from workflow.rules.tracking.touched import Touched, changes_no_run, touched
from workflow.verbs.context import Context

MIRROR = system("mirror")


@dataclass(frozen=True)
class Cursor:
    """How far a plan is shown: its chain's place, the last renaming, and how fine."""

    no: int
    hash: str
    renaming: int
    grain: str


@dataclass(frozen=True)
class _Task:
    """What is to be shown of a plan: its runs, all or those that are looked at (`keys`), what
    happened, and the cursor behind it. `nothing`: what happened changed no run."""

    plan: TrackedPlan
    runs: dict[str, TrackedRun]
    keys: frozenset[str] | None
    happened: list[Happened]
    cursor: Cursor
    nothing: bool


class Mirror:
    """Shows one installation in one window."""

    def __init__(self, installation: Installation, window: Window) -> None:
        self._installation, self._window = installation, window
        self._grain = installation.settings.mirror
        self._cursors: dict[int, Cursor] | None = None
        self._plan_runs: dict[int, UUID] = {}

    def catch_up(self) -> int:
        """Bring the window up to the record; how many plans had something new."""
        with turn(self._installation.database, MIRROR.system):
            return self._catch_up()

    def rebuild(self) -> int:
        """Throw the window away and make it anew; how many plans it shows."""
        with turn(self._installation.database, MIRROR.system):
            self._window.remove_all()
            self._cursors = None
            return self._catch_up()

    def differences(self) -> int:
        """How many runs of the window differ from the record as it stands now."""
        with turn(self._installation.database, MIRROR.system):
            wanted: dict[str, TrackedRun] = {}
            for plan_id in self._heads()[0]:
                with self._installation.reading(MIRROR) as c:
                    wanted |= self._runs(c, plan_id)[1]
            return differing(wanted, self._window.everything()).wrong

    def _catch_up(self) -> int:
        heads, renaming = self._heads()
        cursors = self._noted()
        moved = 0
        for plan_id, head in heads.items():
            want = Cursor(head.no, head.hash, renaming, self._grain.value)
            if cursors.get(plan_id) != want:
                cursors[plan_id] = self._show(plan_id, cursors.get(plan_id))
                moved += 1
        for plan_id in cursors.keys() - heads.keys():
            self._forget(plan_id)
            del cursors[plan_id]
        return moved

    def _heads(self) -> tuple[Mapping[int, ChainPlace], int]:
        if self._grain == Grain.OFF:
            return {}, 0
        with self._installation.reading(MIRROR) as c:
            return plan_heads(c.session, c.actor), last_renaming(c.session, c.actor)

    def _noted(self) -> dict[int, Cursor]:
        """The cursors as the window has them; read once, for nobody else writes them."""
        if self._cursors is None:
            self._cursors = {}
            for run in self._window.plans():
                plan_id = plan_of(run.key)
                self._plan_runs[plan_id] = run.run_id
                self._cursors[plan_id] = _cursor(run.parameters)
        return self._cursors

    def _show(self, plan_id: int, cursor: Cursor | None) -> Cursor:
        task = self._task(plan_id, cursor)
        if task.nothing:
            return task.cursor
        if not self._stepped(task):
            self._bring(task)
        self._window.tell(events_of(plan_id, task.happened, task.runs))
        self._window.note(self._plan_runs[plan_id], asdict(task.cursor))
        return task.cursor

    def _stepped(self, task: _Task) -> bool:
        """Where reports took their steps and nothing else happened, as nearly always: set their
        states without looking at the runs before. False where that is not enough."""
        steps = [one for one in task.happened if not changes_no_run(one)]
        keys = {report_key(one.subject_id) for one in steps if one.subject == "report"}
        if task.keys is None or len(keys) < len({(s.subject, s.subject_id) for s in steps}):
            return False
        return keys <= task.runs.keys() and set_states(
            self._window, [task.runs[key] for key in sorted(keys)]
        )

    def _bring(self, task: _Task) -> None:
        shown = (
            self._window.of_plan(task.plan.code)
            if task.keys is None
            else self._window.with_keys(task.keys)
        )
        ids = bring(self._window, task.runs, shown)
        self._plan_runs[task.plan.plan_id] = ids[plan_key(task.plan.plan_id)]

    def _task(self, plan_id: int, cursor: Cursor | None) -> _Task:
        """What is to be shown of a plan, all of it seen at one moment."""
        with self._installation.reading(MIRROR) as c:
            head = plan_heads(c.session, c.actor, plan_id)[plan_id]
            renaming = last_renaming(c.session, c.actor)
            want = Cursor(head.no, head.hash, renaming, self._grain.value)
            news, looked_at = self._news(c, plan_id, cursor, want)
            only = None
            if not looked_at.whole:
                only = subjects_of(c.session, c.actor, looked_at.ids)
            plan, runs = self._runs(c, plan_id, only)
        keys = None
        if only is not None:
            tasks, reports = only
            keys = frozenset({*map(task_key, tasks), *map(report_key, reports), *runs})
        return _Task(plan, runs, keys, news, want, looked_at.nothing)

    def _news(
        self, c: Context, plan_id: int, cursor: Cursor | None, want: Cursor
    ) -> tuple[list[Happened], Touched]:
        """What happened since the cursor, and what is to be looked at; everything where the cursor
        is of another record or the window was made otherwise."""
        if cursor is None or cursor.grain != want.grain:
            return [], Touched(whole=True)
        place = ChainPlace(cursor.no, cursor.hash)
        if not is_in_the_record(c.session, c.actor, plan_id, place):
            return [], Touched(whole=True)
        news = happened(c.session, c.actor, plan_id, cursor.no)
        looked_at = touched(news)
        coarse = self._grain != Grain.TASK and not looked_at.nothing
        looked_at.whole = looked_at.whole or coarse or cursor.renaming != want.renaming
        return news, looked_at

    def _runs(
        self, c: Context, plan_id: int, only: tuple[set[int], set[int]] | None = None
    ) -> tuple[TrackedPlan, dict[str, TrackedRun]]:
        plan = tracked_plan(c.session, c.actor, plan_id, c.now - KEPT, only)
        return plan, tracked_runs(plan, self._grain, c.now)

    def _forget(self, plan_id: int) -> None:
        """Remove the runs of a plan that is shown no more."""
        for run in self._window.with_keys({plan_key(plan_id)}).values():
            tag = next(tag for tag in run.tags if tag.startswith("plan:"))
            shown = self._window.of_plan(tag.removeprefix("plan:"))
            self._window.remove([one.run_id for one in shown.values()])


def _cursor(noted: Mapping[str, Any]) -> Cursor:
    """The cursor of a plan's run; one that fits nothing where the run was made and no more."""
    return Cursor(
        no=int(noted.get("no", 0)),
        hash=str(noted.get("hash", "")),
        renaming=int(noted.get("renaming", 0)),
        grain=str(noted.get("grain", "")),
    )
