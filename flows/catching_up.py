"""The clock beside the served flows: catch up with what was missed, and say that all is alive.

Prefect keeps every run that fell due while nobody carried it out, and would carry out all of them
at once. Here they are struck, and each slot that was missed runs once, keyed by slot and date, so
that two clocks, or one that starts often, make one run.
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
from prefect.client.schemas.objects import StateType
from prefect.exceptions import PrefectException
from prefect.states import Scheduled

from db.queries.heartbeats import beats, first_issued
from db.queries.signs import give_sign
from luoshi.language import mark
from luoshi.wiring import House
from workflow.rules.parts import SCHEDULER, SIGN_EVERY
from workflow.rules.permissions import system
from workflow.rules.refusals import Refused
from workflow.rules.timetable import LATE, missed

log = logging.getLogger(__name__)
SETTLING = timedelta(minutes=2)
"""So long the scheduler is given to plan the first runs of a deployment."""
PLANS_NOTHING = mark("plans no runs")


class Clock:
    """Looks after the deployments of one installation: slot → the deployment's id."""

    def __init__(self, house: House, slots: Mapping[str, UUID]) -> None:
        self._house, self._slots = house, slots
        self._began = house.wall()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look now, and then again and again for as long as the block lasts."""
        stop = Event()
        self._look()

        def keep_looking() -> None:
            while not stop.wait(SIGN_EVERY.total_seconds()):
                self._look()

        Thread(target=keep_looking, name="clock", daemon=True).start()
        try:
            yield
        finally:
            stop.set()

    def _look(self) -> None:
        try:
            with get_client(sync_client=True) as client:
                if not self._are_known(client):
                    log.error("the scheduler has forgotten the deployments; they are made anew")
                    signal.raise_signal(signal.SIGTERM)
                    return
                now = self._house.clock()
                strike_late(client, self._slots, now)
                catch_up(client, self._house, self._slots, now)
                plans = self._house.wall() - self._began < SETTLING or self._plans_runs(client)
            with self._house.database.write() as session:
                trouble = "" if plans else PLANS_NOTHING
                give_sign(session, SCHEDULER, self._began, self._house.wall(), trouble)
        except (httpx.HTTPError, PrefectException, Refused) as failed:
            log.error("the scheduler cannot be reached: %s", type(failed).__name__)

    def _are_known(self, client: SyncPrefectClient) -> bool:
        ids = DeploymentFilter(id=DeploymentFilterId(any_=list(self._slots.values())))
        return len(client.read_deployments(deployment_filter=ids)) == len(self._slots)

    def _plans_runs(self, client: SyncPrefectClient) -> bool:
        ahead = FlowRunFilterNextScheduledStartTime(after_=self._house.clock())
        return bool(client.read_flow_runs(flow_run_filter=_waiting(self._slots, ahead), limit=1))


def strike_late(client: SyncPrefectClient, slots: Mapping[str, UUID], now: datetime) -> None:
    """Strike the runs that should have begun long before `now` (UTC) and have not."""
    late = _waiting(slots, FlowRunFilterNextScheduledStartTime(before_=now - LATE))
    while runs := client.read_flow_runs(flow_run_filter=late, limit=200):
        for run in runs:
            client.delete_flow_run(run.id)


def catch_up(
    client: SyncPrefectClient, house: House, slots: Mapping[str, UUID], now: datetime
) -> list[str]:
    """Let each slot that was missed run once, in the order of the timetable; their names."""
    with house.reading(system("clock"), now) as c:
        began = first_issued(c.session)
        if began is None:
            return []
        last = {name: beat.at for name, beat in beats(c.session).items()}
        zone = house.settings.time_zone
        days = missed(house.timetable, last, began, now, c.calendar, zone)
    names = sorted(days, key=lambda name: next(s.at for s in house.timetable if s.name == name))
    for place, name in enumerate(names):
        client.create_flow_run_from_deployment(
            slots[name],
            idempotency_key=f"{name} {days[name]}",
            state=Scheduled(scheduled_time=now + timedelta(milliseconds=place)),
            tags=["caught up"],
        )
    return names


def _waiting(slots: Mapping[str, UUID], when: FlowRunFilterNextScheduledStartTime) -> FlowRunFilter:
    return FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(slots.values())),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        next_scheduled_start_time=when,
    )
