"""A slot's shards: carried out here, or by the workers of a pool, on however many machines."""

from __future__ import annotations

from datetime import datetime

from db.queries.plans.shards import PLANS_IN_A_SHARD, plan_shards
from flows.engine.pool import carried_out_by_workers
from flows.engine.shards import Shard, shard_of_plans
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.verbs.record.end_slot import end_slot


def spread(installation: Installation, slot: str, now: datetime) -> int:
    """Carry out a slot for every plan in force; how many things it did.

    Raises what was raised for the first plan that failed, when all have had their turn.
    """
    with installation.reading(system(slot), now) as c:
        parts = list(plan_shards(c.session, c.actor, PLANS_IN_A_SHARD))
    shards = [
        Shard(slot, f"{n} of {len(parts)}", plans, now.isoformat())
        for n, plans in enumerate(parts, start=1)
    ]
    if installation.settings.work_pool:
        states = carried_out_by_workers(shards)
    else:
        states = [shard_of_plans(**shard.parameters, return_state=True) for shard in shards]
    done = sum(int(state.message or 0) for state in states if state.is_completed())
    failed = [state for state in states if not state.is_completed()]
    with installation.acting(system(slot), now) as c:
        end_slot(c, slot, done=done, failed=len(failed))
    for state in failed:
        state.result()
    return done
