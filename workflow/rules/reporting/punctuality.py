"""报送及时性: how the paper of a report stands. A word, never a light, and never part of one.

Only the unit's own time counts. A report is filed when it leaves the unit: signed off (by a
supporting unit: submitted to its lead). From then until it is returned, the clock stands still;
a returned report has a date of its own by which to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from i18n import _, mark
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import ZONE, local_date

RETURN_WORKDAYS = 3


class PunctualityWord(StrEnum):
    """How the paper stands."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    NOT_DUE = "not_due"


WORDS = {
    PunctualityWord.ON_TIME: mark("on time"),
    PunctualityWord.LATE: mark("{n} workdays late"),
    PunctualityWord.MISSING: mark("not reported"),
    PunctualityWord.NOT_DUE: mark("not due yet"),
}


@dataclass(frozen=True)
class Punctuality:
    """The word, and by how many workdays the unit is or was over its date (0 unless late or
    missing)."""

    word: PunctualityWord
    workdays: int = 0

    def __str__(self) -> str:
        return _(WORDS[self.word], n=self.workdays)


@dataclass(frozen=True)
class Filing:
    """One version of a report on its way: the instant it left the unit and the instant it was
    returned (both aware), and the local date by which the return was to be answered."""

    filed_at: datetime
    returned_at: datetime | None = None
    answer_by: date | None = None


def punctuality(
    due: date,
    filings: Sequence[Filing],
    today: date,
    calendar: Calendar,
    *,
    return_workdays: int = RETURN_WORKDAYS,
    zone: str = ZONE,
) -> Punctuality:
    """How a report stands at the end of the local day `today`.

    `due` is the date as last extended; `filings` in order of time, the ones before `today` alone.
    The first must be filed by `due`; each one after a return by its answer date (without one,
    `return_workdays` workdays after the return), and never earlier than `due`. What goes over each
    date is added up; a day counts as over from the next on, and filing on a free day counts as
    filing on the workday after it. A returned report that is not answered yet is late once its
    answer date is over, never "not reported".
    """
    late = 0
    deadline = due
    waiting = True
    for filing in filings:
        late += _over(deadline, local_date(filing.filed_at, zone), calendar)
        waiting = filing.returned_at is not None
        if filing.returned_at is not None:
            answer_by = filing.answer_by or calendar.add_workdays(
                local_date(filing.returned_at, zone), return_workdays
            )
            deadline = max(due, answer_by)
    if waiting:
        late += _over(deadline, today, calendar)
    if not filings:
        return (
            Punctuality(PunctualityWord.MISSING, late)
            if late
            else Punctuality(PunctualityWord.NOT_DUE)
        )
    return Punctuality(PunctualityWord.LATE, late) if late else Punctuality(PunctualityWord.ON_TIME)


def _over(deadline: date, day: date, calendar: Calendar) -> int:
    if day <= deadline:
        return 0
    return calendar.workdays_between(deadline, calendar.next_workday(day))
