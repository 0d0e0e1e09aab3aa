"""沿用上期: where the path is met and nothing is new, a unit need not write (减负).

A unit is let off a round only where what was last accepted would still be on its path when the
round is due, so that no light turns later than it would have with a report.
"""

from __future__ import annotations

from datetime import date

from workflow.rules.progress.judging import TaskStatus, numbers_of, status_of
from workflow.rules.progress.lights import Light, WorkStatus, number_light

FINE = frozenset({WorkStatus.ON_TRACK, WorkStatus.DONE})


def may_stay_silent(task: TaskStatus, due: date) -> bool:
    """Whether one unit (`TaskStatus.of`) need not report on a task in a round due on a local day.

    It reported before and said that the work is on track; each of its numbers already is where its
    path will be on that day; and neither the task's own date nor a step not yet reached comes by
    then.
    """
    if not any(one.own for one in task.told) or status_of(task) not in FINE:
        return False
    reached = {step for one in task.told for step in one.reached}
    if any(step.due <= due and step.id not in reached for step in task.steps):
        return False
    if task.due is not None and task.due <= due:
        return False
    return all(
        number_light(number, task.thresholds).light == Light.GREEN
        for number in numbers_of(task, due, held_on=due)
        if number.point is not None
    )
