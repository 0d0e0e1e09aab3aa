"""From the states that a report went through to the times it left its unit and came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from workflow.rules.reporting.punctuality import Filing
from workflow.rules.states import ReportStateName


def filings(states: Iterable[tuple[str, datetime]], to_lead: bool) -> tuple[Filing, ...]:
    """The filings of a report, from its states with the instants at which they began, in order.

    A report leaves its unit signed off, one that another unit collects submitted. A return that was
    undone never happened, nor did a filing that was withdrawn.
    """
    leaves = ReportStateName.SUBMITTED if to_lead else ReportStateName.SIGNED_OFF
    found: list[Filing] = []
    before = ""
    for state, at in states:
        if state == leaves and before == ReportStateName.RETURNED and not to_lead:
            found[-1] = replace(found[-1], returned_at=None)
        elif state == leaves and before not in (ReportStateName.ACCEPTED, leaves):
            found.append(Filing(at))
        elif state == ReportStateName.RETURNED and before == leaves:
            found[-1] = replace(found[-1], returned_at=at)
        elif state == ReportStateName.DRAFT and to_lead and before == leaves:
            found.pop()
        before = state
    return tuple(found)
