"""What happened, as events of Prefect's: operators hang automations on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from db.queries.record.tracked import Happened
from workflow.rules.tracking.runs import TrackedRun
from workflow.rules.tracking.touched import changes_no_run

ROLES = ("plan", "task", "unit", "period", "place")
"""The tags of a run that its event names as related resources."""


def events_of(
    plan_id: int, happened: Iterable[Happened], runs: Mapping[str, TrackedRun]
) -> list[dict[str, Any]]:
    """The events to be sent for what happened to a plan; the same event has the same id for ever.

    `luoshi.report.accept` is of the resource `luoshi.report.12`, related to its plan, task, unit
    and round, as far as the window has a run of it.
    """
    plan = f"luoshi.plan.{plan_id}"
    return [
        {
            "id": str(uuid5(NAMESPACE_OID, f"luoshi {plan_id} {one.no} {one.hash}")),
            "occurred": one.at.isoformat(),
            "event": f"luoshi.{one.subject}.{one.action}",
            "resource": _resource(one, runs.get(f"{one.subject} {one.subject_id}")),
            "related": [
                {"prefect.resource.id": plan, "prefect.resource.role": "plan-of"},
                *_related(runs.get(f"{one.subject} {one.subject_id}")),
            ],
            "payload": {"no": one.no, "before": one.before, "after": one.after},
        }
        for one in happened
        if not changes_no_run(one)
    ]


def _resource(one: Happened, run: TrackedRun | None) -> dict[str, str]:
    named = {"prefect.resource.name": run.name} if run else {}
    return {"prefect.resource.id": f"luoshi.{one.subject}.{one.subject_id}", **named}


def _related(run: TrackedRun | None) -> Iterable[dict[str, str]]:
    for tag in run.tags if run else ():
        role, found, name = tag.partition(":")
        if found and role in ROLES:
            resource = f"luoshi.{role}.{name}"
            yield {"prefect.resource.id": resource, "prefect.resource.role": role}
