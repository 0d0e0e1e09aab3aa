"""When a unit of the demo files its report, from how it usually behaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from luoshi.demo.year.agenda import Agenda
from luoshi.demo.year.story import Manner

_WORKDAYS = {"early": (-8, -5), "punctual": (-4, -1), "silent": (8, 10)}


def submitted_at(
    manner: Manner, opened_on: date, due: date, agenda: Agenda, dice: Random
) -> datetime:
    """The instant (UTC) at which the liaison submits a report that is due on a local day."""
    calendar = agenda.calendar
    if manner.kind == "last_day":
        return agenda.office_time(calendar.last_workday(due), dice, 9, 15)
    if manner.kind == "late":
        days = manner.days + dice.randrange(2)
        return agenda.office_time(calendar.add_workdays(due, days), dice)
    first, last = _WORKDAYS[manner.kind]
    day = calendar.add_workdays(due, dice.randrange(first, last + 1))
    return agenda.office_time(max(day, opened_on + timedelta(days=1)), dice, 9, 16)


def fourth_round(stage: str, year: int, agenda: Agenda, dice: Random) -> list[datetime]:
    """The instants of a report that has come to a stage by 25 November, 16:00: submission (of a
    draft: the draft), signature, verdict."""

    def on(first: int, last: int, until: int = 16) -> datetime:
        return agenda.office_time(date(year, 11, dice.randrange(first, last + 1)), dice, 9, until)

    return {
        "accepted": [on(16, 17), on(18, 19), on(22, 25, 15)],
        "returned": [on(16, 17), on(18, 19), on(23, 24)],
        "signed_off": [on(18, 19), on(22, 24)],
        "submitted": [on(23, 25, 15)],
        "drafts": [on(23, 25, 15)],
    }[stage]
