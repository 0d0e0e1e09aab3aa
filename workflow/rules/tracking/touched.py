"""Which tracked runs an event may have changed, so that the mirror looks at these alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from workflow.rules.tracking.runs import REPORTS

CHANGES_NO_RUN = frozenset(
    {
        "allow_backlog", "ask", "chase", "close_round", "consult", "end_pause", "exported", "look",
        "pause_reminders", "record_call", "remind", "unreached",
    }
)  # fmt: skip
"""Actions that leave every state, name and date of tasks and reports as they were."""
HAVE_NO_RUN = frozenset(
    {
        "assessment", "evidence", "indicator", "indicator_value", "measure", "merit", "objection",
        "objection_file", "outbox", "person", "result_use", "working_copy",
    }
)  # fmt: skip
"""Subjects that are no part of what a run shows."""
NAMES = frozenset({"unit", "unit_group", "place"})
"""Subjects of the system's own chain whose names stand in runs."""
NARROW = frozenset({"report", "task", "assignment", "round"})
"""Subjects whose events concern no other tasks and reports than their own."""


@dataclass
class Touched:
    """What is to be looked at again: some subjects by their ids, or the whole plan."""

    whole: bool = False
    ids: dict[str, set[int]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not self.whole and not self.ids


class Step(Protocol):
    """An event of a plan's chain, as far as it matters here."""

    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def subject_id(self) -> int: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


def touched(events: Iterable[Step]) -> Touched:
    """What events of a plan's chain may have changed. One that nobody has thought of here may have
    changed anything."""
    found = Touched()
    for event in events:
        if changes_no_run(event):
            continue
        if event.subject in NARROW:
            found.ids.setdefault(event.subject, set()).add(event.subject_id)
        else:
            found.whole = True
    return found


def changes_no_run(event: Step) -> bool:
    """Whether an event leaves every run as it was; operators are not told of it either."""
    if event.subject == "report" and event.before and event.after:
        return REPORTS[event.before] == REPORTS[event.after]
    return event.action in CHANGES_NO_RUN or event.subject in HAVE_NO_RUN
