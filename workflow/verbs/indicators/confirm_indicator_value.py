"""核定: the data source vouches for a preliminary value."""

from __future__ import annotations

from workflow.rules.access.permissions import Permission
from workflow.rules.indicators.words import Firmness, SourceVerdict
from workflow.verbs.context import Context
from workflow.verbs.indicators.judge_value import judge_value


def confirm_indicator_value(c: Context, *, value_id: int) -> None:
    """Verify the newest preliminary value of a year: from now on it is 核定.

    Who: liaison, deputy head and head of the indicator's data source, but not who reported it.
    Leaves an event. Raises NotFound, NotAllowed, Conflict where another value was reported or a
    verdict is there, WrongState for an estimate and for one's own value.
    """
    value, plan_id = judge_value(
        c, value_id, Permission.CONFIRM_INDICATOR_VALUE, SourceVerdict.CONFIRMED
    )
    c.record_event(
        plan_id, "confirm_indicator_value", "indicator_value", value_id,
        Firmness.PRELIMINARY, Firmness.CONFIRMED, indicator=value.indicator_id, year=value.year,
    )  # fmt: skip
