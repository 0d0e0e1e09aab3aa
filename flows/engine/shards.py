"""One shard of a slot: some plans, a task each, each task one transaction.

A task is retried where the database did not answer. That does no harm, nor does a shard that is
carried out twice or by two machines: what was done is under unique keys and not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from db.engine import Unreachable
from flows.installation import this_installation
from workflow.rules.access.permissions import system
from workflow.verbs.assessment.assess import assess_all
from workflow.verbs.context import Context
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

BY_PLAN: Mapping[str, Callable[[Context, int], int]] = {
    "open_rounds": lambda c, plan_id: len(open_rounds(c, plan_id)),
    "close_rounds": lambda c, plan_id: len(close_rounds(c, plan_id)),
    "assess": lambda c, plan_id: len(assess_all(c, plan_id)),
}
"""What a slot does for one plan, by the slot's name; how many things it did."""


@dataclass(frozen=True)
class Shard:
    """Some plans of a slot (code → id), as of an ISO instant. They are a part of all plans in
    force; nothing else is known of what they have in common."""

    slot: str
    name: str
    plans: Mapping[str, int]
    as_of: str

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "slot": self.slot,
            "shard": self.name,
            "plans": dict(self.plans),
            "as_of": self.as_of,
        }


@flow(name="shard", flow_run_name="{slot} {shard}")
def shard_of_plans(slot: str, shard: str, plans: dict[str, int], as_of: str) -> State[int]:  # noqa: ARG001 - names the run
    """Carry out a slot for these plans (code → id) as of an ISO instant, one after the other; the
    state's message says how many things were done. What fails for one plan stops no other."""
    states = [
        work_on_plan(slot=slot, plan=code, plan_id=plan_id, as_of=as_of, return_state=True)
        for code, plan_id in plans.items()
    ]
    done = sum(state.result() for state in states)
    return Completed(message=str(done))


def _may_pass(_task: Any, _run: Any, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), Unreachable)


@task(
    task_run_name="{slot} {plan}",
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def work_on_plan(slot: str, plan: str, plan_id: int, as_of: str) -> int:
    """What the slot does for one plan, in one transaction."""
    with this_installation().acting(system(slot), datetime.fromisoformat(as_of)) as c:
        done = BY_PLAN[slot](c, plan_id)
    if done:
        get_run_logger().info("%s %s: %s", slot, plan, done)
    return done
