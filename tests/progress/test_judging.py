"""Promises and reports become lights: whose number counts, against what, as of when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from workflow.rules.progress.judging import (
    Promise,
    PromisedStep,
    ReportedRound,
    TaskStatus,
    judge,
    milestones_of,
    numbers_of,
    status_of,
)
from workflow.rules.progress.lights import Light

D = Decimal
Q1, Q2 = date(2021, 3, 25), date(2021, 6, 25)


def a_promise(kind: str = "cumulative", shares: dict[int, int] | None = None) -> Promise:
    years = {unit: {2021: D(value)} for unit, value in (shares or {}).items()}
    return Promise(
        1, "人数", ">=", "人", kind, D(500), 2025, None, "each_round", "straight", shares=years
    )


def told(
    unit: int, on: date, value: int | None, status: str = "on_track", **more: object
) -> ReportedRound:
    values = {} if value is None else {1: D(value)}
    one = ReportedRound(unit, on.year, on, True, status, values, {})
    return replace(one, **more)  # type: ignore[arg-type]


def a_task(
    promise: Promise,
    *tellings: ReportedRound,
    units: tuple[int, ...] = (7,),
    collector: int | None = 7,
) -> TaskStatus:
    return TaskStatus("under_way", None, 2021, 2025, (promise,), (), units, collector, tellings)


def test_a_number_is_held_against_its_path_on_the_day_its_round_was_due() -> None:
    task = a_task(a_promise(shares={7: 100}), told(7, Q1, 24))
    (number,) = numbers_of(task, date(2021, 6, 24))
    assert number.point is not None
    assert number.point.expected < 24
    assert judge(task, date(2021, 6, 24)).light == Light.GREEN


def test_missing_paper_never_turns_a_light() -> None:
    task = a_task(a_promise(shares={7: 100}), told(7, Q1, 24))
    assert judge(task, date(2021, 12, 31)).light == Light.GREEN
    assert judge(a_task(a_promise(shares={7: 100})), date(2021, 12, 31)).light == Light.GREY


def test_each_unit_answers_for_its_own_share_and_the_collector_for_the_whole() -> None:
    shared = a_promise(shares={7: 100, 8: 40})
    task = a_task(shared, told(7, Q1, 30), told(8, Q1, 1), units=(7, 8))
    assert [n.actual for n in numbers_of(task, Q1)] == [30, 1]
    assert judge(task, Q1).light == Light.RED
    assert judge(task.of(7), Q1).light == Light.GREEN
    collecting = a_task(a_promise(shares={3: 100, 4: 100}), told(7, Q1, 50))
    (number,) = numbers_of(collecting, Q1)
    assert number.point is not None
    assert number.point.target == 200


def test_of_a_group_without_shares_sums_are_added_up_and_levels_are_not() -> None:
    group = (told(7, Q1, 30), told(8, Q1, 20))
    sums = a_task(a_promise("annual"), *group, units=(7, 8), collector=None)
    assert [n.actual for n in numbers_of(sums, Q1)] == [50]
    assert numbers_of(sums.of(7), Q1) == []
    levels = a_task(a_promise("ratio"), *group, units=(7, 8), collector=None)
    assert [n.actual for n in numbers_of(levels, Q1)] == [30, 20]
    assert [n.actual for n in numbers_of(levels.of(8), Q1)] == [20]


def test_who_is_jointly_answerable_is_not_held_to_the_whole_that_another_collects() -> None:
    task = a_task(a_promise("annual"), told(7, Q1, 9), told(8, Q1, 9), units=(7, 8))
    assert numbers_of(task.of(8), Q1) == []
    assert [n.actual for n in numbers_of(task.of(7), Q1)] == [9]


def test_a_yearly_number_is_forgotten_in_the_next_year_and_a_sum_is_not() -> None:
    for kind, actual in (("annual", None), ("cumulative", D(90))):
        task = a_task(a_promise(kind, {7: 100}), told(7, date(2021, 11, 30), 90))
        (number,) = numbers_of(task, date(2022, 3, 1))
        assert number.actual == actual


def test_a_nil_return_leaves_the_last_number() -> None:
    task = a_task(a_promise(shares={7: 100}), told(7, Q1, 30), told(7, Q2, None))
    assert [n.actual for n in numbers_of(task, Q2)] == [30]


def test_the_worst_last_word_counts_and_a_supports_word_does_not() -> None:
    task = a_task(
        a_promise(),
        told(7, Q1, None, "stuck"),
        told(7, Q2, None, "on_track"),
        told(8, Q1, None, "behind"),
        told(9, Q2, None, "stuck", own=False),
        units=(7, 8),
    )
    assert status_of(task) == "behind"


def test_a_milestone_takes_the_last_date_told() -> None:
    step = PromisedStep(5, "出台细则", date(2021, 6, 30), True)
    early, late = date(2021, 3, 1), date(2021, 6, 1)
    task = replace(
        a_task(a_promise(), told(7, Q1, None, reached={5: early}), told(7, Q2, None)), steps=(step,)
    )
    assert milestones_of(task)[0].reached_on == early
    again = replace(task, told=(*task.told, told(7, Q2, None, reached={5: late})))
    assert milestones_of(again)[0].reached_on == late
    assert milestones_of(again.until(Q1))[0].reached_on == early
