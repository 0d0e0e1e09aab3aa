"""The preview of a round and the planner say the same, reminder by reminder."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import insert, select, update

from db.engine import Database
from db.models import Clock, ClockStep, Digest, Outbox, Plan, Reminder, Report, ReportState
from db.queries.reminders.round_preview import owed_by_unit, people_told
from little_city import LETTERHEAD, City, found_with
from workflow.rules.access.permissions import system
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy, round_dates
from workflow.rules.reporting.round_preview import Standstill, round_preview
from workflow.rules.reporting.usual_rounds import MONTHLY
from workflow.rules.time.calendar import Calendar
from workflow.verbs.reminders.remind import remind, something_due
from workflow.verbs.rounds.clocks import clock_for
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

FLOW = system("remind")
CALENDAR = Calendar()
OWN = {
    "report": [
        {"workdays": -3, "audience": ["liaison", "administrator"], "tone": "ahead"},
        {"workdays": -2, "audience": ["liaison"], "tone": "ahead"},
        {"workdays": 0, "audience": ["liaison", "deputy_head"], "tone": "today"},
        {"workdays": 2, "audience": ["liaison", "deputy_head", "reviewer"], "tone": "late"},
    ],
    "support": [],
}
CASES = [
    (PlanPolicy(ladders=OWN, supports_report=True, close_workdays=4), Standstill.UNFILED),
    (PlanPolicy(mails_a_week=1, support_days=7, supports_report=True), Standstill.UNFILED),
    (PlanPolicy(mails_a_week=2, rounds=MONTHLY[2:3]), Standstill.UNFILED),
    (PlanPolicy(mails_a_week=1), Standstill.UNSIGNED),
    (PlanPolicy(), Standstill.UNREVIEWED),
]


def morning(day: date, at: time = time(0, 30)) -> datetime:
    return datetime.combine(day, at, UTC)


def first_round(policy: PlanPolicy):
    return round_dates(policy, 2021, policy.rounds[0], CALENDAR)


def previewed(city: City, policy: PlanPolicy, state: Standstill, now: datetime) -> set:
    dates = first_round(policy)
    with city.reading("admin", now) as c:
        owed = owed_by_unit(c.session, c.actor, city.plan, policy, dates, LETTERHEAD.zone)
        people = people_told(c.session, c.actor, city.plan, [o.unit_id for o in owed], c.today)
    told = round_preview(policy, dates, state, owed, people, CALENDAR)
    return {(one.day, one.kind, one.step.code, one.role, one.reports, one.people) for one in told}


def planned(city: City, policy: PlanPolicy, state: Standstill) -> set:
    """What the planner writes when it runs each morning of the round."""
    dates = first_round(policy)
    day, settled = dates.opens_on, False
    while day < dates.closes_on + timedelta(days=30):
        with city.acting(FLOW, morning(day)) as c:
            if day == dates.opens_on:
                open_rounds(c)
            if day > dates.closes_on:
                close_rounds(c)
            if not settled and (state is Standstill.UNSIGNED or day > dates.due_on):
                settled = True
                stay(c, city, state, dates.review_due_on)
            if CALENDAR.is_workday(day):
                remind(c)
        day += timedelta(days=1)
    with city.reading(FLOW) as c:
        rows = c.session.execute(
            select(
                Digest.local_date, Clock.kind, ClockStep.step, Reminder.role,
                Reminder.subject_id, Reminder.person_id,
            )
            .join(Digest, Digest.id == Reminder.digest_id)
            .join(ClockStep, ClockStep.id == Reminder.clock_step_id)
            .join(Clock, Clock.id == ClockStep.clock_id)
            .where((Clock.kind == ClockKind.REVIEW) == (state is Standstill.UNREVIEWED))
        ).all()  # fmt: skip
    found: dict[tuple, tuple[set, set]] = {}
    for told_on, kind, step, role, report, person in rows:
        reports, people = found.setdefault((told_on, ClockKind(kind), step, role), (set(), set()))
        reports.add(report)
        people.add(person)
    return {(*key, len(reports), frozenset(people)) for key, (reports, people) in found.items()}


def stay(c, city: City, state: Standstill, review_due_on: date) -> None:
    """All reports are in the state from now on."""
    if state is Standstill.UNFILED:
        return
    if state is Standstill.UNREVIEWED:
        plan = c.session.get_one(Plan, city.plan)
        clock = clock_for(c, plan, ClockKind.REVIEW, review_due_on)
        c.session.execute(update(Report).values(review_clock_id=clock))
    c.session.execute(update(ReportState).where(ReportState.open()).values(known_to=c.now))
    rows = [
        {"report_id": report, "state": state.value, "known_from": c.now}
        for report in c.session.scalars(select(Report.id))
    ]
    c.session.execute(insert(ReportState), rows)


@pytest.mark.parametrize(("policy", "state"), CASES, ids=range(len(CASES)))
def test_a_round_brings_what_its_preview_says(
    sqlite_database: Database, policy: PlanPolicy, state: Standstill
) -> None:
    city = found_with(sqlite_database, policy)
    before = previewed(city, policy, state, morning(date(2021, 3, 1)))
    assert before
    assert planned(city, policy, state) == before
    after = previewed(city, policy, state, morning(date(2021, 3, 1)))
    assert after == before  # counted from the round's own reports now


def test_who_had_the_mails_of_the_week_is_told_later(sqlite_database: Database) -> None:
    city = found_with(sqlite_database, PlanPolicy(mails_a_week=1))
    told = previewed(
        city, PlanPolicy(mails_a_week=1), Standstill.UNFILED, morning(date(2021, 3, 1))
    )
    days = sorted({day for day, *_ in told})
    assert days[:2] == [date(2021, 3, 18), date(2021, 3, 25)]  # not on the 23rd


def test_mails_go_between_the_hours_of_their_plan(database: Database) -> None:
    policy = PlanPolicy(send_from="09:30", send_until="17:00")
    city = found_with(database, policy)
    with city.acting(FLOW, morning(date(2021, 3, 10))) as c:
        open_rounds(c)
    day = date(2021, 3, 18)
    with city.acting(FLOW, morning(day, time(9, 0))) as c:  # five in the afternoon there
        assert not something_due(c, [city.plan])
        assert remind(c).reminders == 0
    with city.acting(FLOW, morning(day)) as c:
        assert remind(c).people
    with city.reading(FLOW) as c:
        begin = set(c.session.scalars(select(Outbox.not_before)))
    assert begin == {datetime(2021, 3, 18, 1, 30, tzinfo=UTC)}
