"""The one flow that waits for a person: a first run of reminders over a big backlog."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import deployment

from i18n import _, mark, speaking
from workflow.rules.access.permissions import system
from workflow.verbs.reminders.first_run import Backlog, allow_backlog, waiting_backlog

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient

    from luoshi.wiring import Installation

KEY = "first-run-of-reminders"
PATIENCE = 20 * 3600
"""Seconds that a run waits for its answer; the next morning another one asks."""
QUESTION = mark(
    "Nobody was reminded for two weeks or ever. This run would send at once mails: {mails}, with "
    "reminders: {reminders}. Nothing is sent until you say so, here or under operations."
)


class SendBacklog(RunInput):
    """What a person says to the backlog."""

    send: bool


def may_go(installation: Installation, now: datetime) -> bool:
    """Whether reminders may go today; suspends the run until a person has answered where they are a
    first run over a big backlog. A run without a deployment was started by a person."""
    with installation.reading(system("remind"), now) as c:
        waits = waiting_backlog(c, installation.settings.first_run_mails)
    if waits is None or deployment.id is None:
        return True
    said = preview(waits)
    create_markdown_artifact(said, key=KEY)
    answer = suspend_flow_run(
        wait_for_input=SendBacklog.with_initial_data(description=said, send=False),
        timeout=PATIENCE, key=KEY,
    )  # fmt: skip
    if answer.send:
        with installation.acting(system("remind"), now) as c:
            allow_backlog(c)
    return bool(answer.send)


def preview(waits: Backlog) -> str:
    """The question with what would be sent, by plan, as Markdown."""
    with speaking("zh"):
        head = _(QUESTION, mails=waits.mails, reminders=waits.reminders)
    lines = [f"- plan {plan}: {n}" for plan, n in sorted(waits.plans.items())]
    return "\n".join((head, "", *lines))


def asking(client: SyncPrefectClient, slot: UUID) -> list[UUID]:
    """The runs of a slot that wait for an answer."""
    waiting = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[slot]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
    )
    return [run.id for run in client.read_flow_runs(flow_run_filter=waiting)]


def resume_allowed(client: SyncPrefectClient, slot: UUID) -> int:
    """Let the runs of a slot go on that wait for an answer which was given under operations."""
    runs = asking(client, slot)
    for run in runs:
        client.resume_flow_run(run, run_input={"send": True})
    return len(runs)
