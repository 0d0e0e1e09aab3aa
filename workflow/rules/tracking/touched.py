"""Which tracked runs an event may have changed, so that the mirror looks at these alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

CHANGES_NO_RUN = frozenset(
    {"ask", "close_round", "consult", "exported", "look", "record_call", "remind"}
)
"""Actions that leave every state, name and date of tasks and reports as they were."""
HAVE_NO_RUN = frozenset(
    {
        "assessment", "evidence", "indicator", "indicator_value", "measure", "merit", "objection",
        "outbox", "person", "working_copy",
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


def touched(events: Iterable[tuple[str, str, int]]) -> Touched:
    """What events of a plan's chain, each as (action, subject, id), may have changed.

    An event that nobody has thought of here may have changed anything.
    """
    found = Touched()
    for action, subject, subject_id in events:
        if changes_no_run(action, subject):
            continue
        if subject in NARROW:
            found.ids.setdefault(subject, set()).add(subject_id)
        else:
            found.whole = True
    return found


def changes_no_run(action: str, subject: str) -> bool:
    """Whether an event leaves every run as it was; operators are not told of it either."""
    return action in CHANGES_NO_RUN or subject in HAVE_NO_RUN
