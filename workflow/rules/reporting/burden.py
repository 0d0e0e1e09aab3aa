"""减负一致性评估: how much a plan asks of each unit in a year, before it is asked.

The state's rules on relief for the grassroots want what is asked to be counted and nothing asked
twice (中办《整治形式主义为基层减负若干规定》, 2024). Minutes are a rule of thumb, named here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.rules.reporting.policy import PlanPolicy

TEXTS = 3
"""Fields of every report: how the work stands, what was done, what comes next."""
MINUTES_A_REPORT, MINUTES_A_NUMBER = 5, 1
"""Opening, reading and sending one; looking a number up and typing it."""


@dataclass(frozen=True)
class AskedTask:
    """What one task asks of one unit: the frequencies of its measures, and its open steps."""

    frequencies: tuple[str, ...]
    steps: int


@dataclass(frozen=True)
class Burden:
    """What a unit writes in a year: reports, fields in them, minutes."""

    reports: int = 0
    fields: int = 0
    minutes: int = 0


def burden(policy: PlanPolicy, tasks: Iterable[AskedTask]) -> Burden:
    """The burden of one unit under a policy, if it is let off nothing; a step is told once."""
    asked = list(tasks)
    reports = len(asked) * len(policy.rounds)
    numbers = sum(
        frequency in rule.asks
        for rule in policy.rounds
        for task in asked
        for frequency in task.frequencies
    )
    steps = sum(task.steps for task in asked)
    return Burden(
        reports,
        reports * TEXTS + numbers + steps,
        reports * MINUTES_A_REPORT + (numbers + steps) * MINUTES_A_NUMBER,
    )
