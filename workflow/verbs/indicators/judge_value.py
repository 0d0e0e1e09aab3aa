"""What confirming a value and objecting to it have in common."""

from __future__ import annotations

from sqlalchemy import select

from db.models import IndicatorValue, IndicatorVerdict
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.indicators.words import Firmness, SourceVerdict
from workflow.rules.refusals import NotFound, WrongState
from workflow.verbs.context import Context
from workflow.verbs.indicators.find_indicator import hold_indicator, last_value, overtaken


def judge_value(
    c: Context, value_id: int, action: Permission, outcome: SourceVerdict, reason: str = ""
) -> tuple[IndicatorValue, int]:
    """Keep the source's verdict on a value; the value and its plan. See the verbs for what is
    raised."""
    value = c.session.get(IndicatorValue, value_id)
    if value is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    held = hold_indicator(c, value.indicator_id)
    source = held.version.source_unit_id
    c.require(action, about_unit(c.session, source))
    assert source is not None  # noqa: S101 (nobody may judge for no unit)
    if last_value(c, value.indicator_id, value.year) is not value:
        raise overtaken()
    if value.firmness != Firmness.PRELIMINARY:
        raise WrongState(mark("An estimate is not verified; it waits for a preliminary value."))
    if c.session.scalar(select(IndicatorVerdict.id).where(IndicatorVerdict.value_id == value_id)):
        raise overtaken()
    if outcome == SourceVerdict.CONFIRMED and value.person_id == c.actor.person_id:
        raise WrongState(mark("Whoever reported a value does not verify it; somebody else of the "
                              "data source does."))  # fmt: skip
    c.session.add(
        IndicatorVerdict(
            value_id=value_id, outcome=outcome, reason=reason, unit_id=source,
            person_id=c.actor.person_id, at=c.now,
        )
    )  # fmt: skip
    c.session.flush()
    return value, held.plan.id
