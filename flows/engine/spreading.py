"""A slot's shards: carried out here, or by the workers of a pool, on however many machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from db.queries.plans.shards import PLANS_IN_A_SHARD, plan_shards
from flows.engine.pool import carried_out_by_workers
from flows.engine.shards import Shard, said, shard_of_plans, understood
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.verbs.assessment.step_letters import remind_of_steps
from workflow.verbs.context import Context
from workflow.verbs.record.end_slot import end_slot

AT_END: Mapping[str, Callable[[Context], object]] = {"remind": remind_of_steps}
"""What a slot does once for the whole installation, when every plan had its turn."""


def spread(installation: Installation, slot: str, now: datetime) -> Mapping[str, int]:
    """Carry out a slot for every plan in force; how many things it did of each kind.

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
    done: Counter[str] = Counter()
    for state in states:
        done.update(understood(state.message or "") if state.is_completed() else {"failed": 1})
    with installation.acting(system(slot), now) as c:
        AT_END.get(slot, _nothing)(c)
        end_slot(c, slot, said(done), failed=bool(done["failed"]))
    for state in states:
        if not state.is_completed():
            state.result()
    return done


def _nothing(_c: Context) -> None:
    """Most slots have nothing else to do."""
