"""When Luoshi runs by itself: one table for the flows, the demo's clock and the page of operations.

Times are local times of the city. A working day moved onto a weekend cannot be said in a rule of
recurrence, so a flow for working days is scheduled daily and asks `runs_on` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from i18n import mark
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import ZONE, local_date


class Days(StrEnum):
    """On which days a slot runs."""

    DAILY = "daily"
    WORKDAYS = "workdays"
    MONTHLY = "monthly"  # on the first


@dataclass(frozen=True)
class Slot:
    """One entry: the verb it calls, when, and what it does in words."""

    name: str
    at: time
    days: Days
    does: str

    @property
    def recurrence(self) -> str:
        """For the scheduler, in the city's zone: a rule of RFC 5545."""
        days = "MONTHLY;BYMONTHDAY=1" if self.days == Days.MONTHLY else "DAILY"
        return f"FREQ={days};BYHOUR={self.at.hour};BYMINUTE={self.at.minute};BYSECOND=0"


BACK_UP, DRILL = "back_up", "drill"
KEEPING = frozenset({BACK_UP, DRILL})
"""Slots that keep the record safe; a demo, which is thrown away, has no use for them."""

TIMETABLE: tuple[Slot, ...] = (
    Slot("close_rounds", time(0, 30), Days.DAILY, mark("Closes the rounds whose time is over")),
    Slot("open_rounds", time(6, 30), Days.DAILY, mark("Opens the rounds that are due")),
    Slot("remind", time(8, 30), Days.WORKDAYS, mark("Writes the reminders that are due")),
    Slot("assess", time(2, 0), Days.MONTHLY, mark("Works out the year's assessment so far")),
    Slot(
        "checkpoint",
        time(23, 30),
        Days.DAILY,
        mark("Keeps the seals of the audit record; mails them to its keepers once a week"),
    ),
    Slot(BACK_UP, time(3, 0), Days.DAILY, mark("Takes the backup of the day")),
    Slot(DRILL, time(4, 30), Days.DAILY, mark("Tries whether the newest backup can be restored")),
)

DELIVER = "deliver"
"""The delivery of mail is no slot but a loop that never ends."""
DELIVER_DOES = mark("Sends what is in the outbox")
COLLECT = "collect"
"""Taking in mail is no slot either: it runs every few minutes where a mailbox is set."""
COLLECT_DOES = mark("Takes in reports and answers by mail")
COLLECT_EVERY = timedelta(minutes=10)
RELAY = "relay"
"""The name of the heartbeat that tells when the mail relay last took a letter."""
ALARM = "alarm"
"""The name of the heartbeat of the operators' command or webhook."""
ALARM_DOES = mark("Tells the operators outside the mail")


LATE = timedelta(minutes=5)
"""How long after its time a run may begin before it counts as missed and is caught up."""
EARLY = timedelta(seconds=2)
"""The scheduler may begin a run this much before its time; that run is not missed either."""


def timetable_at(times: Mapping[str, time]) -> tuple[Slot, ...]:
    """The timetable with other local times for the slots named. Raises KeyError for a slot that
    does not exist."""
    if unknown := times.keys() - {slot.name for slot in TIMETABLE}:
        raise KeyError(min(unknown))
    return tuple(replace(slot, at=times.get(slot.name, slot.at)) for slot in TIMETABLE)


def slot_named(name: str) -> Slot:
    """The slot with this name. Raises KeyError where there is none."""
    return {slot.name: slot for slot in TIMETABLE}[name]


def runs_on(slot: Slot, day: date, calendar: Calendar) -> bool:
    """Whether a slot runs on a local day."""
    if slot.days == Days.WORKDAYS:
        return calendar.is_workday(day)
    return slot.days == Days.DAILY or day.day == 1


def slots_between(
    after: datetime,
    until: datetime,
    calendar: Calendar,
    zone: str = ZONE,
    timetable: Sequence[Slot] = TIMETABLE,
) -> Iterator[tuple[datetime, Slot]]:
    """The slots that fall due after one instant up to and including another, with their instants
    (UTC), in order of time. Raises ValueError for naive datetimes."""
    day, last = local_date(after, zone), local_date(until, zone)
    while day <= last:
        for slot in sorted(timetable, key=lambda slot: slot.at):
            instant = datetime.combine(day, slot.at, ZoneInfo(zone)).astimezone(UTC)
            if after < instant <= until and runs_on(slot, day, calendar):
                yield instant, slot
        day += timedelta(days=1)


def next_run(slot: Slot, after: datetime, calendar: Calendar, zone: str = ZONE) -> datetime:
    """The instant (UTC) at which a slot next runs after another instant."""
    horizon = after + timedelta(days=62)
    return next(at for at, _slot in slots_between(after, horizon, calendar, zone, [slot]))


def missed(
    timetable: Sequence[Slot],
    last: Mapping[str, datetime],
    began: datetime,
    until: datetime,
    calendar: Calendar,
    zone: str = ZONE,
) -> dict[str, date]:
    """The slots that should have run by `until` and have not: name → the local day of the latest
    run missed, for one run catches up with all of them.

    `last`: the last run of each slot that ever ran (UTC); nothing is expected before `began`.
    """
    found = {}
    for slot in timetable:
        ran = last.get(slot.name)
        since = max(ran + EARLY, began) if ran else began
        due = [at for at, _slot in slots_between(since, until, calendar, zone, [slot])]
        if due:
            found[slot.name] = local_date(due[-1], zone)
    return found
