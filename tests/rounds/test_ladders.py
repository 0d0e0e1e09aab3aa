from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.access.permissions import ROLES
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.ladder import (
    AUDIENCE_STATES,
    LADDERS,
    ROLES_TOLD,
    ClockKind,
    Rung,
    Tone,
    check,
    read_ladder,
    steps,
)
from workflow.rules.states import STATES
from workflow.rules.time.calendar import Calendar

CHINA = Calendar()
days = st.dates(date(2019, 1, 1), date(2028, 12, 31))
kinds = st.sampled_from(list(ClockKind))
calendars = st.dictionaries(days, st.booleans(), max_size=20).map(Calendar)
ladders = st.lists(
    st.builds(
        Rung,
        st.integers(-20, 40),
        st.lists(st.sampled_from(sorted(ROLES_TOLD)), min_size=1, unique=True).map(tuple),
        st.sampled_from(list(Tone)),
    ),
    unique_by=lambda rung: rung.workdays,
    max_size=8,
)


def test_the_reminders_of_a_report_due_after_the_national_week() -> None:
    laid = steps(ClockKind.REPORT, date(2021, 10, 9), CHINA)
    assert [(s.code, s.fire_on, s.audience) for s in laid][:6] == [
        ("T-5", date(2021, 9, 27), ("liaison", "deputy_head")),
        ("T-2", date(2021, 9, 30), ("liaison", "deputy_head")),
        ("T+0", date(2021, 10, 9), ("liaison", "deputy_head")),
        ("T+1", date(2021, 10, 11), ("liaison", "deputy_head")),
        ("T+3", date(2021, 10, 13), ("deputy_head", "reviewer")),
        ("T+5", date(2021, 10, 15), ("liaison", "deputy_head")),
    ]
    assert [s.code for s in laid][6:] == ["T+10", "T+15", "T+20", "T+25"]


def test_a_due_date_on_a_free_day_is_announced_on_the_last_workday_before_it() -> None:
    laid = steps(ClockKind.REPORT, date(2021, 10, 3), CHINA)
    dates = {step.code: step.fire_on for step in laid}
    assert dates["T+0"] == date(2021, 9, 30)
    assert dates["T+1"] == date(2021, 10, 8)


def test_a_silent_reviewer_is_reminded_and_then_escalated_in_the_office() -> None:
    laid = steps(ClockKind.REVIEW, date(2021, 10, 15), CHINA)
    assert [(s.code, s.fire_on.day, s.audience) for s in laid] == [
        ("T-1", 14, ("reviewer",)),
        ("T+0", 15, ("reviewer",)),
        ("T+2", 19, ("reviewer", "administrator")),
    ]


@pytest.mark.parametrize("kind", list(ClockKind))
def test_no_ladder_tells_a_city_leader(kind: ClockKind) -> None:
    assert all("leader" not in role for rung in LADDERS[kind] for role in rung.audience)
    assert "leader" not in ROLES_TOLD
    assert set(ROLES) > ROLES_TOLD
    assert all("leader" not in role for _, role, _ in AUDIENCE_STATES)


@given(kinds, days, ladders, st.integers(41, 60), st.sampled_from(["leader", "responsible_leader"]))
def test_a_ladder_with_a_city_leader_is_refused_wherever_the_leader_stands(
    kind: ClockKind, due: date, ladder: list[Rung], workdays: int, leader: str
) -> None:
    with pytest.raises(Invalid, match="市领导"):
        steps(kind, due, CHINA, [*ladder, Rung(workdays, ("reviewer", leader), Tone.LATE)])


@pytest.mark.parametrize(
    "ladder",
    [
        [Rung(0, (), Tone.TODAY)],
        [Rung(0, ("mayor",), Tone.TODAY)],
        [Rung(0, ("liaison",), Tone.TODAY), Rung(0, ("reviewer",), Tone.TODAY)],
        [Rung(9000, ("liaison",), Tone.LATE)],
    ],
)
def test_a_ladder_that_cannot_stand_is_refused(ladder: list[Rung]) -> None:
    with pytest.raises(Invalid):
        check(ladder)


@given(kinds, days, calendars, st.none() | ladders)
def test_steps_fall_on_workdays_and_rise(
    kind: ClockKind, due: date, calendar: Calendar, ladder: list[Rung] | None
) -> None:
    laid = steps(kind, due, calendar, ladder)
    dates = [step.fire_on for step in laid]
    assert all(map(calendar.is_workday, dates))
    assert dates == sorted(set(dates))
    assert all(step.fire_on > due for step in laid if step.overdue)
    assert all(step.fire_on <= due for step in laid if not step.overdue)


@given(kinds, days, days, calendars, st.none() | ladders)
def test_moving_the_due_date_moves_every_step_the_same_way(
    kind: ClockKind, a: date, b: date, calendar: Calendar, ladder: list[Rung] | None
) -> None:
    early, late = sorted((a, b))
    for before, after in zip(
        steps(kind, early, calendar, ladder), steps(kind, late, calendar, ladder), strict=True
    ):
        assert before.code == after.code
        assert before.fire_on <= after.fire_on
        if calendar.last_workday(early) < calendar.last_workday(late):
            assert before.fire_on < after.fire_on


@given(ladders)
def test_a_plans_own_ladder_is_read_from_its_policy(ladder: list[Rung]) -> None:
    rows = [
        {"workdays": rung.workdays, "audience": list(rung.audience), "tone": str(rung.tone)}
        for rung in ladder
    ]
    assert read_ladder(rows) == tuple(ladder)


def test_a_ladder_that_tells_leaders_is_refused() -> None:
    with pytest.raises(Invalid):
        read_ladder([{"workdays": 1, "audience": ["leader"], "tone": "late"}])


def test_each_audience_is_told_of_what_it_can_act_on() -> None:
    report = ClockKind.REPORT
    assert AUDIENCE_STATES[report, "liaison", False] == {"due", "draft", "returned"}
    assert AUDIENCE_STATES[report, "deputy_head", False] == {"submitted"}
    assert AUDIENCE_STATES[report, "deputy_head", True] == {"submitted", "due", "draft", "returned"}
    assert AUDIENCE_STATES[ClockKind.SUPPORT, "deputy_head", True] == {"due", "draft", "returned"}
    assert AUDIENCE_STATES[ClockKind.REVIEW, "reviewer", True] == {"signed_off"}
    assert (report, "administrator", True) not in AUDIENCE_STATES


def test_nobody_is_told_of_a_report_that_is_done() -> None:
    assert all("accepted" not in states for states in AUDIENCE_STATES.values())
    assert {state for states in AUDIENCE_STATES.values() for state in states} < set(
        STATES["report"]
    )
    unit_states = [s for (kind, _, _), s in AUDIENCE_STATES.items() if kind != ClockKind.REVIEW]
    assert all("signed_off" not in states for states in unit_states)


@pytest.mark.parametrize("kind", [k for k in ClockKind if k != ClockKind.ACKNOWLEDGE])
def test_whoever_stands_on_a_ladder_is_told_of_something(kind: ClockKind) -> None:
    for rung in LADDERS[kind]:
        for role in rung.audience:
            assert AUDIENCE_STATES[kind, role, rung.workdays > 0]
