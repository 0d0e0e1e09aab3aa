"""中期评估: what the figures suggest for an indicator; people decide."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from i18n import mark
from workflow.rules.indicators.forecast import Outlook
from workflow.rules.indicators.state import IndicatorState
from workflow.rules.progress.lights import Light


class Suggestion(StrEnum):
    """What may become of an indicator. That one is dropped is never suggested by figures."""

    KEEP = "keep"
    CHANGE = "change"
    DISCUSS = "discuss"


SUGGESTIONS: Mapping[str, str] = {
    Suggestion.KEEP: mark("keep"),
    Suggestion.CHANGE: mark("change (restate or adjust the target)"),
    Suggestion.DISCUSS: mark("to be discussed"),
}


def suggestion(state: IndicatorState, *, target_counts: bool) -> Suggestion:
    """Keep what is reached or on its way; change a target that counts by an earlier definition
    (`target_counts` is false) or was missed by more than chance; talk about all else."""
    if not target_counts:
        return Suggestion.CHANGE
    if state.reached or state.outlook == Outlook.REACHES:
        return Suggestion.KEEP
    if state.outlook == Outlook.MISSES:
        return Suggestion.CHANGE
    light = state.judgement.light
    return Suggestion.KEEP if light == Light.GREEN else Suggestion.DISCUSS
