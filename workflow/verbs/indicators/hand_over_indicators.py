"""Another unit answers and vouches for the indicators of one that is merged into it."""

from __future__ import annotations

from sqlalchemy import or_, select

from db import record
from db.models import Indicator, IndicatorVersion
from workflow.verbs.context import Context

UNITS = ("responsible_unit_id", "source_unit_id")


def hand_over_indicators(c: Context, unit_id: int, successor_id: int) -> None:
    """Part of the merging of units: of each indicator in force that names the unit, its successor
    is named from now on, with an event in the plan's chain."""
    rows = c.session.execute(
        select(IndicatorVersion, Indicator.plan_id)
        .join(Indicator, Indicator.id == IndicatorVersion.indicator_id)
        .where(
            IndicatorVersion.open(),
            or_(*(getattr(IndicatorVersion, name) == unit_id for name in UNITS)),
        )
        .order_by(IndicatorVersion.id)
    ).all()
    for version, plan_id in rows:
        kept = {
            column.name: getattr(version, column.name)
            for column in IndicatorVersion.__table__.columns
            if column.name not in ("id", "known_from", "known_to")
        }
        named = {name: successor_id for name in UNITS if kept[name] == unit_id}
        which = [IndicatorVersion.id == version.id]
        record.replace_interval(c.session, IndicatorVersion, which, {**kept, **named}, c.now)
        c.record_event(
            plan_id, "set_indicator", "indicator", version.indicator_id, changed=sorted(named)
        )
