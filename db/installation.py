"""What kind of installation a database belongs to: named values, such as that it is a demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from db.models import ChainHead, InstallationValue
from workflow.rules.time.dates import ZONE

DEMO, DEMO_NOW, DEMO_SINCE = "demo", "demo_now", "demo_since"


@dataclass(frozen=True)
class DemoTime:
    """A demo's clock: it showed `now` at the real instant `since`, and goes on from there."""

    now: datetime
    since: datetime


EVENING = time(23, 0)


def showing(shown: DemoTime, wall: datetime) -> datetime:
    """What a demo's clock shows at a real instant: on from where it was set, but not past the
    evening of that local day; the next day comes only when somebody asks for it."""
    day = shown.now.astimezone(ZoneInfo(ZONE))
    evening = datetime.combine(day.date(), EVENING, day.tzinfo).astimezone(UTC)
    passed = max(wall - shown.since, timedelta(0))
    return max(shown.now, min(shown.now + passed, evening))


def value(session: Session, name: str) -> str:
    """A named value of this installation; "" where it was never set."""
    return (
        session.scalar(select(InstallationValue.value).where(InstallationValue.name == name)) or ""
    )


def set_value(session: Session, **values: str) -> None:
    """Set named values."""
    session.execute(delete(InstallationValue).where(InstallationValue.name.in_(values)))
    session.execute(insert(InstallationValue), [{"name": k, "value": v} for k, v in values.items()])


def is_demo(session: Session) -> bool:
    """Whether the database was made as a demo: only then may time run ahead of the real one."""
    return value(session, DEMO) == "1"


def demo_time(session: Session) -> DemoTime | None:
    """The demo's clock, or None in an installation that is no demo or whose clock was never set."""
    rows = session.execute(select(InstallationValue.name, InstallationValue.value))
    found = {row.name: row.value for row in rows}
    if found.get(DEMO) != "1" or DEMO_NOW not in found:
        return None
    return DemoTime(
        datetime.fromisoformat(found[DEMO_NOW]), datetime.fromisoformat(found[DEMO_SINCE])
    )


def set_demo_time(session: Session, time: DemoTime) -> None:
    """Set the demo's clock. Raises ValueError in an installation that is no demo."""
    if not is_demo(session):
        raise ValueError("only a demo's clock can be set")
    set_value(session, demo_now=time.now.isoformat(), demo_since=time.since.isoformat())


def latest_event(session: Session) -> datetime | None:
    """The instant of the last event of all chains; nothing may be dated before it."""
    return session.scalar(select(func.max(ChainHead.at)))
