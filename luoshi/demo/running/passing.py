"""Letting time pass in the running demo: slots fall due, units go on with their work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from i18n import mark
from luoshi.demo.clock import DemoClock
from luoshi.demo.slots import Ran, run_slot
from luoshi.demo.year.acts import STORYTELLER
from luoshi.demo.year.agenda import Agenda, at_local
from luoshi.demo.year.lives import living
from luoshi.demo.year.participants import running_rounds
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation
from workflow.rules.refusals import Refused
from workflow.rules.reporting.policy import PlanPolicy, round_dates
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.timetable import KEEPING, slots_between

MORNING = 9
"""The hour of a new day: after the reminders of the morning."""


@dataclass(frozen=True)
class NextDate:
    """The next day on which something is due, with an English message that says what."""

    day: date
    what: str


def next_date(today: date, calendar: Calendar) -> NextDate:
    """The next local date of the usual rounds that somebody would want to see."""
    found = []
    for year in (today.year, today.year + 1):
        for rule in PlanPolicy().rounds:
            dates = round_dates(PlanPolicy(), year, rule, calendar)
            found += [
                NextDate(dates.opens_on, mark("the round opens")),
                NextDate(calendar.add_workdays(dates.due_on, -2), mark("two workdays before")),
                NextDate(dates.due_on, mark("the due date")),
                NextDate(calendar.add_workdays(dates.due_on, 1), mark("the first day overdue")),
                NextDate(calendar.add_workdays(dates.due_on, 3), mark("whom to phone")),
                NextDate(dates.review_due_on, mark("reviews are due")),
                NextDate(dates.closes_on + timedelta(days=1), mark("the round is closed")),
            ]
    return min((one for one in found if one.day > today), key=lambda one: one.day)


class Passing:
    """Lets days pass, one call at a time. `run` runs one slot of the timetable on the last of them;
    what falls due before, on a leap of weeks, runs by its verb alone, which takes no time."""

    def __init__(
        self,
        installation: Installation,
        clock: DemoClock,
        story: Story,
        spared: frozenset[str],
        run: Callable[[Installation, str, datetime], Ran],
    ) -> None:
        self.installation, self.clock, self.run = installation, clock, run
        self.last: tuple[tuple[datetime, Ran], ...] = ()
        self.calendar = Calendar()
        self._lock = Lock()
        self._turn = 0
        self._agenda = Agenda(self.calendar)
        self._lives = living(installation, story, self._agenda, spared, clock())

    def next(self) -> NextDate:
        """The date to which the second button leads."""
        return next_date(self.installation.today(), self.calendar)

    def a_day(self) -> None:
        """Let one day pass."""
        self.to(self.installation.today() + timedelta(days=1))

    def to_next_date(self) -> None:
        """Let days pass until the next date."""
        self.to(self.next().day)

    def to(self, day: date) -> None:
        """Let time pass to the morning of a local day, running what falls due in order.

        Raises Refused while another visitor lets time pass, or where the day is not ahead.
        """
        if not self._lock.acquire(blocking=False):
            raise Refused(mark("Time is passing already; look again in a moment."))
        try:
            self._pass(at_local(day, MORNING))
        finally:
            self._lock.release()

    def _pass(self, until: datetime) -> None:
        start = self.clock()
        if until <= start:
            raise Refused(mark("In the demo time only goes forward."))
        ran: list[tuple[datetime, Ran]] = []
        self._turn += 1
        turn = self._turn

        def slot(name: str) -> Callable[[datetime], None]:
            def happen(at: datetime) -> None:
                # Left over from a turn that failed; this turn has put its own in.
                if turn != self._turn:
                    return
                run = self.run if at > until - timedelta(days=1) else run_slot
                ran.append((at, run(self.installation, name, at)))
                if name == "open_rounds":
                    self._go_on(at)

            return happen

        self._go_on(start)
        for at, one in slots_between(
            start, until, self.calendar, self.installation.settings.time_zone
        ):
            if one.name not in KEEPING:
                self._agenda.put(at, slot(one.name))
        for at in self._agenda.until(until):
            if at > self.clock():
                self.clock.set(at)
        self.clock.set(until)
        self.last = tuple(ran)

    def _go_on(self, now: datetime) -> None:
        for plan_id, reporting in self._lives.items():
            with self.installation.reading(STORYTELLER, now) as c:
                periods = running_rounds(c.session, plan_id)
            for period in periods:
                reporting.go_on(period, now)
