"""The slots of the timetable, each by its verb: what the flows call, without Prefect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.verbs.assessment.assess import assess_all
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds


@dataclass(frozen=True)
class Ran:
    """What a slot did: its count for people, and the plans and periods of rounds that it opened."""

    name: str
    count: int
    opened: tuple[tuple[int, str], ...] = ()


def run_slot(installation: Installation, name: str, at: datetime) -> Ran:
    """Run one slot of the timetable at an instant (UTC) by its verb."""
    with installation.acting(system(name), at) as c:
        match name:
            case "open_rounds":
                opened = open_rounds(c)
                return Ran(
                    name, len(opened), tuple((one.plan_id, one.period) for one in opened if one.new)
                )
            case "close_rounds":
                return Ran(name, len(close_rounds(c)))
            case "remind":
                return Ran(name, remind(c).people)
            case "checkpoint":
                return Ran(name, len(checkpoint(c)))
            case _:
                return Ran(name, len(assess_all(c)))
