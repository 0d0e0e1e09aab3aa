"""Shards carried out by the workers of a pool.

A worker that dies with a shard says nothing. But in a shard that lives a task begins or ends every
moment: one in which none has for a while is called crashed and given away again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import State
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import TaskRunSort
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.engine.shards import Shard, shard_of_plans

log = logging.getLogger(__name__)
POOLED = "pooled"
"""The name of the deployment by which workers find the shards."""
LOOK_EVERY = 2.0
SILENT = timedelta(minutes=2)
"""A shard in which nothing has happened for so long has died with its worker."""
ATTEMPTS = 3


def open_pool(name: str) -> None:
    """See to it that there is a pool of this name for processes, and that its workers know how a
    shard is carried out."""
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            log.debug("the work pool is there")
    made: Any = shard_of_plans.to_deployment(
        name=POOLED, work_pool_name=name, entrypoint_type=EntrypointType.MODULE_PATH
    )
    made.apply()


def carried_out_by_workers(shards: Iterable[Shard]) -> list[State[Any]]:
    """Give the shards away and wait until each has ended, well or not; their final states.

    A shard that crashed is given away again, some times. Where there is no worker they wait.
    """
    final: list[State[Any]] = []
    waiting = [(shard, 1, _given_away(shard)) for shard in shards]
    with get_client(sync_client=True) as client:
        while waiting:
            time.sleep(LOOK_EVERY)
            looked_at, waiting = waiting, []
            for shard, attempt, run_id in looked_at:
                state = _state(client, run_id)
                if not state.is_final():
                    waiting.append((shard, attempt, run_id))
                elif state.is_crashed() and attempt < ATTEMPTS:
                    log.error("%s %s crashed and is given away again", shard.slot, shard.name)
                    waiting.append((shard, attempt + 1, _given_away(shard)))
                else:
                    final.append(state)
    return final


def _given_away(shard: Shard) -> UUID:
    run: Any = run_deployment(
        f"{shard_of_plans.name}/{POOLED}", parameters=shard.parameters, timeout=0
    )
    return UUID(str(run.id))


def _state(client: SyncPrefectClient, run_id: UUID) -> State[Any]:
    """The state of a shard's run; one in which nothing happens any more is called crashed."""
    run = client.read_flow_run(run_id)
    if run.state is None or not (run.state.is_running() or run.state.is_pending()):
        return run.state or Crashed()
    if datetime.now(UTC) - _last_sign(client, run) < SILENT:
        return run.state
    gone: State[Any] = Crashed(message="Its worker is gone.")
    client.set_flow_run_state(run_id, gone, force=True)
    return gone


def _last_sign(client: SyncPrefectClient, run: FlowRun) -> datetime:
    """When (UTC) the run or its newest task last came to another state."""
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    newest = client.read_task_runs(flow_run_filter=of_run, sort=TaskRunSort.ID_DESC, limit=1)
    states = [run.state, *(one.state for one in newest)]
    return max(state.timestamp for state in states if state)
