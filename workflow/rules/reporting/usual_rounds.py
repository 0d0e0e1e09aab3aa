"""The rounds that plans usually have, by how often their units report."""

from __future__ import annotations

from collections.abc import Mapping

from i18n import mark
from workflow.rules.reporting.policy import (
    EACH,
    HALF_YEARLY,
    NEXT_YEAR,
    QUARTERLY,
    YEARLY,
    RoundRule,
)

_BY_MONTH = {6: (EACH, HALF_YEARLY), 12: (EACH, HALF_YEARLY, YEARLY)}
MONTHLY = tuple(
    RoundRule(
        f"M{month:02}",
        f"{month:02}-25",
        f"{month + 1:02}-05" if month < 12 else f"{NEXT_YEAR}01-05",
        _BY_MONTH.get(month, (EACH,)),
    )
    for month in range(1, 13)
)
"""Each month, by the fifth of the month after."""

USUAL_ROUNDS: Mapping[str, tuple[RoundRule, ...]] = {
    mark("monthly"): MONTHLY,
    mark("quarterly"): QUARTERLY,
    mark("half-yearly"): (
        RoundRule("H1", "06-10", "06-25", (EACH, HALF_YEARLY)),
        RoundRule("H2", "11-15", "11-30", (EACH, HALF_YEARLY, YEARLY)),
    ),
    mark("yearly"): (RoundRule("Y", "11-15", "11-30", (EACH, HALF_YEARLY, YEARLY)),),
}
"""By how often units report; data to begin with, which a plan changes as it likes."""
