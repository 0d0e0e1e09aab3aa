"""What a flow run shows of its plan on Prefect's own page; the record itself is the database."""

from __future__ import annotations

from datetime import datetime

from prefect.artifacts import create_table_artifact

from db.queries.progress.overview import overview
from i18n import _
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.states import STATES
from workflow.verbs.context import Context


def show_tasks(installation: Installation, plan_id: int, now: datetime) -> None:
    """A table of the plan's tasks: code, title, lead units, state, due date and light."""
    with installation.reading(system("show_tasks"), now) as c:
        rows = _rows(c, plan_id)
    create_table_artifact(key=f"plan-{plan_id}-tasks", table=rows, description=now.isoformat())


def _rows(c: Context, plan_id: int) -> list[dict[str, str]]:
    seen = overview(c.session, c.actor, [plan_id], c.now, c.letterhead.zone)
    return [
        {
            _("Code"): task.code,
            _("Task"): task.title,
            _("Lead units"): _(", ").join(task.leads),
            _("State"): _(STATES["task"][task.state]),
            _("Due"): task.due.isoformat() if task.due else "",
            _("Light"): task.judgement.light.value,
        }
        for item in seen.items
        for task in item.tasks
    ]
