"""有出入: the data source does not vouch for a preliminary value, and says why."""

from __future__ import annotations

from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.indicators.words import SourceVerdict
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.indicators.judge_value import judge_value

LONGEST = 500


def object_to_indicator_value(c: Context, *, value_id: int, reason: str) -> None:
    """Object to the newest preliminary value of a year: it counts no more until another one is
    reported.

    Who: liaison, deputy head and head of the indicator's data source. Leaves an event. Raises
    NotFound, NotAllowed, Invalid without a reason, Conflict where another value was reported or a
    verdict is there, WrongState for an estimate.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(mark("Say what is not right, in no more than {n} characters."), n=LONGEST)
    value, plan_id = judge_value(
        c, value_id, Permission.OBJECT_TO_INDICATOR_VALUE, SourceVerdict.OBJECTED, said
    )
    c.record_event(
        plan_id, "object_to_indicator_value", "indicator_value", value_id,
        indicator=value.indicator_id, year=value.year,
    )  # fmt: skip
