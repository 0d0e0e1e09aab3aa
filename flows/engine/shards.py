"""One shard of a slot: some plans, a task each, each task one transaction.

A task is retried where the database did not answer. That does no harm, nor does a shard that is
carried out twice or by two machines: what was done is under unique keys and not done again.
"""

from __future__ import annotations

from collections import Counter
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
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

Counts = dict[str, int]
"""How many things were done, by their kind, as a heartbeat tells of them."""


def _remind(c: Context, plan_id: int) -> Counts:
    done = remind(c, [plan_id])
    return {"reminders": done.reminders, "mails": done.people}


BY_PLAN: Mapping[str, Callable[[Context, int], Counts]] = {
    "open_rounds": lambda c, plan_id: {"rounds": len(open_rounds(c, plan_id))},
    "close_rounds": lambda c, plan_id: {"rounds": len(close_rounds(c, plan_id))},
    "remind": _remind,
    "assess": lambda c, plan_id: {"assessments": len(assess_all(c, plan_id))},
}
"""What a slot does for one plan, by the slot's name."""


def said(counts: Mapping[str, int]) -> str:
    """Counts as the message of a state."""
    return " ".join(f"{kind}={n}" for kind, n in counts.items())


def understood(message: str) -> Counts:
    """The counts that such a message says."""
    return {kind: int(n) for kind, _is, n in (one.partition("=") for one in message.split())}


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
def shard_of_plans(slot: str, shard: str, plans: dict[str, int], as_of: str) -> State[Any]:  # noqa: ARG001 - names the run
    """Carry out a slot for these plans (code → id) as of an ISO instant, one after the other; the
    state's message holds the counts. What fails for one plan stops no other."""
    states = [
        work_on_plan(slot=slot, plan=code, plan_id=plan_id, as_of=as_of, return_state=True)
        for code, plan_id in plans.items()
    ]
    done: Counter[str] = Counter()
    for state in states:
        done.update(state.result())
    return Completed(message=said(done))


def _may_pass(_task: Any, _run: Any, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), Unreachable)


@task(
    task_run_name="{slot} {plan}",
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def work_on_plan(slot: str, plan: str, plan_id: int, as_of: str) -> Counts:
    """What the slot does for one plan, in one transaction."""
    with this_installation().acting(system(slot), datetime.fromisoformat(as_of)) as c:
        done = BY_PLAN[slot](c, plan_id)
    if any(done.values()):
        get_run_logger().info("%s %s: %s", slot, plan, said(done))
    return done
