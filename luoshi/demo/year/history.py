"""A year of the demo, lived day by day by the same verbs that people use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from db.installation import set_value
from luoshi.demo.slots import run_slot
from luoshi.demo.year.acts import STORYTELLER, Acts
from luoshi.demo.year.agenda import Agenda, at_local
from luoshi.demo.year.cast import PASSWORD
from luoshi.demo.year.county import County, Joined
from luoshi.demo.year.opening import Opening, find_people, found_city
from luoshi.demo.year.participants import steps_between
from luoshi.demo.year.reporting import Reporting
from luoshi.demo.year.scripts import county_stories, second_story
from luoshi.demo.year.second import load_second
from luoshi.demo.year.story import Story
from luoshi.demo.year.turns import Turns
from luoshi.wiring import Installation
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date
from workflow.rules.time.timetable import KEEPING, slots_between

DELIVERED = (time(9, 0), time(13, 0), time(18, 0))
"""When the mails of a simulated day leave; in the running demo they leave at once."""


def begins_at(story: Story) -> datetime:
    """The instant (UTC) at which the demo begins."""
    start = datetime.fromisoformat(story.year["start"])
    return at_local(start.date(), start.hour, start.minute)


def _is_quiet(installation: Installation, at: datetime) -> bool:
    """Whether no ladder has a step in the past week; then there is nobody left to remind, and the
    planner need not be asked in vain some hundred times."""
    today = local_date(at, installation.settings.time_zone)
    with installation.reading(STORYTELLER, at) as c:
        return not steps_between(c.session, today - timedelta(days=7), today)


def _begin_second(first: Opening, join: Joined) -> None:
    """Put the plan of 2021 into the agenda, and the counties that take it down."""
    installation, agenda, people = first.installation, first.agenda, first.people
    story = second_story()

    def load(at: datetime) -> None:
        plan_id = load_second(installation, story, people, at)
        opening = Opening(installation, story, agenda, people, plan_id)
        opening.begin()
        join(plan_id, opening, Reporting(Acts(installation, story, people, plan_id), agenda))
        for county in county_stories():
            County(opening, county, agenda, PASSWORD, join).begin()

    agenda.put(at_local(story.year["loaded"], 9), load)


def live(
    installation: Installation,
    story: Story,
    until: datetime,
    deliver: Callable[[datetime], object],
    progress: Callable[[date], object] = lambda _: None,
) -> int:
    """Live from the first letter to an instant in an empty, migrated database; the plan's id.

    `deliver` sends what is in the outbox at a simulated instant; `progress` is told each day.
    The same story lives the same year, to the last hash of the plan's event chain.
    """
    with installation.database.write() as session:
        set_value(session, demo="1")
    plan_id = found_city(installation, story, PASSWORD)
    start = at_local(story.year["consult"]["day"], 9, 30)
    agenda = Agenda(Calendar())
    people = find_people(installation, story, start)
    lives: dict[int, tuple[Opening, Reporting]] = {}

    def join(plan_id: int, opening: Opening, reporting: Reporting) -> None:
        lives[plan_id] = (opening, reporting)

    opening = Opening(installation, story, agenda, people, plan_id)
    opening.begin()
    Turns(opening).begin()
    join(plan_id, opening, Reporting(Acts(installation, story, people, plan_id), agenda))
    _begin_second(opening, join)

    def slot(name: str) -> Callable[[datetime], None]:
        def happen(at: datetime) -> None:
            if name == "remind" and _is_quiet(installation, at):
                return
            outcome = run_slot(installation, name, at)
            for opened_id, period in outcome.opened:
                opening, reporting = lives[opened_id]
                opening.ask_supports(period[4:], at + timedelta(minutes=30))
                reporting.begin(period, at + timedelta(minutes=31))

        return happen

    for at, one in slots_between(start, until, agenda.calendar, installation.settings.time_zone):
        if one.name not in KEEPING:
            agenda.put(at, slot(one.name))
    day = local_date(start, installation.settings.time_zone)
    while day <= local_date(until, installation.settings.time_zone):
        for hour in DELIVERED:
            if (at := at_local(day, hour.hour, hour.minute)) >= start:
                agenda.put(at, deliver)
        day += timedelta(days=1)
    lived = start
    for at in agenda.until(until):
        if local_date(at, installation.settings.time_zone) != local_date(
            lived, installation.settings.time_zone
        ):
            progress(local_date(at, installation.settings.time_zone))
        lived = at
    return plan_id
