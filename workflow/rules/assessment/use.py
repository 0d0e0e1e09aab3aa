"""结果应用: what may follow from a year's result, and which of it asks for a task with a date."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from i18n import mark


class Use(StrEnum):
    """What is decided for a unit."""

    PRAISE = "praise"
    REWARD = "reward"
    FUNDS = "funds"
    CADRES = "cadres"
    TALK = "talk"
    RECTIFY = "rectify"
    CRITICISE = "criticise"


USES: Mapping[Use, str] = {
    Use.PRAISE: mark("praised in a circular"),
    Use.REWARD: mark("put forward for an award"),
    Use.FUNDS: mark("counts for the share of funds"),
    Use.CADRES: mark("counts for the appraisal of cadres"),
    Use.TALK: mark("called in for a talk"),
    Use.RECTIFY: mark("to be put right by a date"),
    Use.CRITICISE: mark("named in a circular"),
}
WITH_TASK = frozenset({Use.TALK, Use.RECTIFY})
"""What is not done with the decision: it asks for a task and its last day."""
