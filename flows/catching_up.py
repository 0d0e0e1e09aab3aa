"""The clock beside the served flows: catch up with what was missed, and say that all is alive.

Prefect keeps every run that fell due while nobody carried it out, and would carry out all of them
at once; and a run whose process was killed stays "running" for ever. Here such runs are struck or
called crashed, and each slot that was missed runs once, keyed by slot and date, so that a clock
that starts often makes one run.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import PrefectException
from prefect.states import Crashed, Scheduled

from db.installation import value
from db.queries.record.heartbeats import first_issued, last_runs
from db.queries.record.signs import give_sign
from flows.first_run import asking, resume_allowed
from i18n import mark
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.record.parts import SCHEDULER, SIGN_EVERY
from workflow.rules.refusals import Refused
from workflow.rules.time.timetable import LATE, missed
from workflow.verbs.reminders.first_run import ALLOWED

log = logging.getLogger(__name__)
SETTLING = timedelta(minutes=2)
"""So long the scheduler is given to plan the first runs of a deployment."""
PLANS_NOTHING = mark("plans no runs")


class SlotWatch:
    """Looks after the deployments of one installation: slot → the deployment's id."""

    def __init__(self, installation: Installation, slots: Mapping[str, UUID]) -> None:
        self._installation, self._slots = installation, slots
        self._began = installation.wall()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look now, and then again and again for as long as the block lasts."""
        stop = Event()
        with get_client(sync_client=True) as client:
            # No run has a process yet: what was begun has died, what is due waits for nobody.
            call_crashed(client, self._slots)
            self._look(client, grace=timedelta(0))
        Thread(target=self._keep_looking, args=(stop,), name="clock", daemon=True).start()
        try:
            yield
        finally:
            stop.set()

    def _keep_looking(self, stop: Event) -> None:
        while not stop.wait(SIGN_EVERY.total_seconds()):
            try:
                with get_client(sync_client=True) as client:
                    if self._are_known(client):
                        self._look(client)
                    else:
                        log.error("the scheduler has forgotten the deployments")
                        signal.raise_signal(signal.SIGTERM)  # started again, they are made anew
            except (httpx.HTTPError, PrefectException, Refused) as failed:
                log.error("the scheduler cannot be reached: %s", type(failed).__name__)

    def _look(self, client: SyncPrefectClient, grace: timedelta = LATE) -> None:
        now = self._installation.clock()
        with self._installation.reading(system("clock"), now) as c:
            allowed = value(c.session, ALLOWED) == c.today.isoformat()
        if allowed:
            resume_allowed(client, self._slots["remind"])
        strike_late(client, self._slots, now - grace)
        catch_up(client, self._installation, self._slots, now, grace)
        plans = self._installation.wall() - self._began < SETTLING or self._plans_runs(client)
        with self._installation.database.write() as session:
            trouble = "" if plans else PLANS_NOTHING
            give_sign(session, SCHEDULER, self._began, self._installation.wall(), trouble)

    def _are_known(self, client: SyncPrefectClient) -> bool:
        ids = DeploymentFilter(id=DeploymentFilterId(any_=list(self._slots.values())))
        return len(client.read_deployments(deployment_filter=ids)) == len(self._slots)

    def _plans_runs(self, client: SyncPrefectClient) -> bool:
        ahead = FlowRunFilterNextScheduledStartTime(after_=self._installation.clock())
        return bool(client.read_flow_runs(flow_run_filter=_waiting(self._slots, ahead), limit=1))


def call_crashed(client: SyncPrefectClient, slots: Mapping[str, UUID]) -> None:
    """Say of runs that were begun by a process which is no more that they crashed."""
    begun = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(slots.values())),
        state=_in_state(StateType.PENDING, StateType.RUNNING),
    )
    for run in client.read_flow_runs(flow_run_filter=begun):
        client.set_flow_run_state(run.id, Crashed(message="Its process is gone."), force=True)


def strike_late(client: SyncPrefectClient, slots: Mapping[str, UUID], until: datetime) -> None:
    """Strike the runs that should have begun before an instant (UTC) and have not."""
    late = _waiting(slots, FlowRunFilterNextScheduledStartTime(before_=until))
    while runs := client.read_flow_runs(flow_run_filter=late, limit=200):
        for run in runs:
            client.delete_flow_run(run.id)


def catch_up(
    client: SyncPrefectClient,
    installation: Installation,
    slots: Mapping[str, UUID],
    now: datetime,
    grace: timedelta = LATE,
) -> list[str]:
    """Let each slot that was missed run once, in the order of the timetable; their names. What
    waits for a person's answer is not begun again."""
    with installation.reading(system("clock"), now) as c:
        began = first_issued(c.session)
        if began is None:
            return []
        last = {name: beat.at for name, beat in last_runs(c.session).items()}
        zone = installation.settings.time_zone
        days = missed(installation.timetable, last, began, now - grace, c.calendar, zone)
    names = sorted(
        (name for name in days if not asking(client, slots[name])),
        key=lambda name: next(s.at for s in installation.timetable if s.name == name),
    )
    for place, name in enumerate(names):
        due: State[object] = Scheduled(scheduled_time=now + timedelta(milliseconds=place))
        _run_once(client, slots[name], f"{name} {days[name]}", due)
    return names


def _run_once(client: SyncPrefectClient, slot: UUID, key: str, due: State[object]) -> None:
    """Make the run with this key, unless there is one; one that crashed is followed by another."""
    while True:
        run = client.create_flow_run_from_deployment(
            slot, idempotency_key=key, state=due, tags=["caught up"]
        )
        if run.state is None or not run.state.is_crashed():
            return
        key = f"after {run.id}"


def _waiting(slots: Mapping[str, UUID], when: FlowRunFilterNextScheduledStartTime) -> FlowRunFilter:
    return FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(slots.values())),
        state=_in_state(StateType.SCHEDULED),
        next_scheduled_start_time=when,
    )


def _in_state(*types: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))
