"""One flow a slot of the timetable. All thin.

Every flow takes `as_of`, an ISO instant that stands for now; Prefect's schedule leaves it out.
A slot that works plan by plan is spread (`flows.engine`). What is not is not retried: a verb either
did everything or nothing, and its next run catches up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.engine.spreading import spread
from flows.first_run import may_go
from flows.installation import this_installation
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.time.dates import local_date
from workflow.rules.time.timetable import BACK_UP, DRILL, runs_on, slot_named
from workflow.verbs.mail.deliver import Acting
from workflow.verbs.record.backup import Vault
from workflow.verbs.record.checkpoint import checkpoint as send_heads
from workflow.verbs.record.drill import drill as try_backup
from workflow.verbs.record.keep_backup import keep_backup


def _with_its_day() -> str:
    """A run's name: its flow and the local date for which it runs."""
    installation = this_installation()
    instant = _instant(installation, flow_run.parameters.get("as_of"))
    return f"{flow_run.flow_name} {local_date(instant, installation.settings.time_zone)}"


@flow(name="open_rounds", flow_run_name=_with_its_day)
def open_rounds(as_of: str | None = None) -> int:
    """Open the rounds that are due; the number of rounds that gained reports."""
    return _by_plan("open_rounds", as_of)["rounds"]


@flow(name="close_rounds", flow_run_name=_with_its_day)
def close_rounds(as_of: str | None = None) -> int:
    """Close the rounds whose time is over; their number."""
    return _by_plan("close_rounds", as_of)["rounds"]


@flow(name="remind", flow_run_name=_with_its_day)
def remind(as_of: str | None = None) -> int:
    """Write the reminders that are due; the number of mails. Rests on free days, and waits for a
    person before a first run over a big backlog."""
    installation = this_installation()
    now = _instant(installation, as_of)
    with installation.reading(system("remind"), now) as c:
        if not runs_on(slot_named("remind"), c.today, c.calendar):
            return 0
    if not may_go(installation, now):
        return 0
    return spread(installation, "remind", now)["mails"]


@flow(name="assess", flow_run_name=_with_its_day)
def assess(as_of: str | None = None) -> int:
    """Work out the assessments of the year so far; their number."""
    return _by_plan("assess", as_of)["assessments"]


@flow(name="checkpoint", flow_run_name=_with_its_day)
def checkpoint(as_of: str | None = None) -> int:
    """Let the heads of the event chains leave the installation; their number."""
    installation = this_installation()
    with installation.acting(system("checkpoint"), _instant(installation, as_of)) as c:
        return len(send_heads(c))


@flow(name=BACK_UP, flow_run_name=_with_its_day)
def back_up(as_of: str | None = None) -> int:
    """Take the backup of the day; its number of rows."""
    reading, acting, vault = _keeping(BACK_UP, as_of)
    return keep_backup(reading, acting, vault).rows


@flow(name=DRILL, flow_run_name=_with_its_day)
def drill(as_of: str | None = None) -> int:
    """Try whether the newest backup can be restored; its number of rows."""
    _reading, acting, vault = _keeping(DRILL, as_of)
    return try_backup(acting, vault).rows


FLOWS: dict[str, Any] = {
    "open_rounds": open_rounds,
    "close_rounds": close_rounds,
    "remind": remind,
    "assess": assess,
    "checkpoint": checkpoint,
    BACK_UP: back_up,
    DRILL: drill,
}
"""The flow of every slot of the timetable, by the slot's name."""


def _by_plan(slot: str, as_of: str | None) -> Mapping[str, int]:
    """One flow run a shard of plans, one task run a plan."""
    installation = this_installation()
    return spread(installation, slot, _instant(installation, as_of))


def _keeping(name: str, as_of: str | None) -> tuple[Acting, Acting, Vault]:
    """How these flows read and write, in transactions of their own, and where backups lie."""
    installation = this_installation()
    now = _instant(installation, as_of)
    actor = system(name)
    return (
        partial(installation.reading, actor, now),
        partial(installation.acting, actor, now),
        installation.vault,
    )


def _instant(installation: Installation, as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of) if as_of else installation.clock()
