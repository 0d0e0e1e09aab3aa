"""What a light is made of, word by word: targets, paths and the fields of its reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from workflow.rules.progress.judging import (
    Promise,
    PromisedStep,
    ReportedRound,
    TaskStatus,
    judge,
    milestones_of,
    numbers_of,
    point_of,
    status_of,
)
from workflow.rules.progress.lights import (
    Light,
    MilestoneState,
    NumberState,
    Thresholds,
    milestone_light,
    number_light,
    settled,
    task_light,
)
from workflow.rules.progress.paths import PathPoint

D = Decimal
END = date(2021, 12, 31)


def promise(kind: str = "cumulative", **more: object) -> Promise:
    given: dict[str, object] = {
        "id": 1, "metric": "引进人才", "op": ">=", "unit": "人", "kind": kind, "value": D(100),
        "by_year": 2025, "baseline": None, "frequency": "each_round", "curve": "straight",
    }  # fmt: skip
    return Promise(**(given | more))  # type: ignore[arg-type]


def standing(
    one: Promise, *told: ReportedRound, units: tuple[int, ...] = (7,), **more: object
) -> TaskStatus:
    collector = units[0] if len(units) == 1 else None
    task = TaskStatus("under_way", None, 2021, 2025, (one,), (), units, collector, told)
    return replace(task, **more)  # type: ignore[arg-type]


def said(unit: int, value: int | None, status: str = "on_track") -> ReportedRound:
    values = {} if value is None else {1: D(value)}
    return ReportedRound(unit, 2021, END, True, status, values, {})


@pytest.mark.parametrize(
    ("one", "targets"),
    [
        (promise(), {2025: D(100)}),
        (promise(by_year=2023), {2023: D(100)}),
        (promise(by_year=None), {2025: D(100)}),
        (promise("annual"), dict.fromkeys(range(2021, 2026), D(100))),
        (promise("annual", by_year=2022), {2021: D(100), 2022: D(100)}),
        (promise("annual", by_year=None), dict.fromkeys(range(2021, 2026), D(100))),
        (promise(value=None), {}),
        (promise(shares={7: {2021: D(4)}, 8: {2021: D(5), 2022: D(6)}}),
         {2021: D(9), 2022: D(6)}),
        (promise("ratio", shares={7: {2021: D(4)}, 8: {2021: D(5)}}), {}),
    ],
)  # fmt: skip
def test_the_targets_of_the_whole(one: Promise, targets: dict[int, Decimal]) -> None:
    assert one.targets(None, 2021, 2025) == targets


def test_a_unit_without_a_share_has_no_target() -> None:
    assert promise(shares={7: {2021: D(4)}}).targets(8, 2021, 2025) == {}
    assert promise().targets(8, 2021, 2025) == {}


def test_one_of_several_units_is_not_the_whole() -> None:
    task = standing(promise(), said(7, 1), said(8, 2), units=(7, 8))
    assert [task.of(7).whole, task.of(8).whole] == [False, False]
    assert standing(promise()).of(7).whole is True
    assert [one.unit_id for one in task.of(8).told] == [8]


def test_a_baseline_belongs_to_the_whole_and_to_whom_has_all_of_it() -> None:
    level = promise("stock", baseline=D(50), value=D(100))
    task = standing(level)
    point = point_of(task, level, None, END)
    assert point is not None
    assert (point.start, point.expected, point.target) == (D(50), D(60), D(100))
    shares = {7: {2025: D(100)}}
    alone = replace(level, shares=shares)
    assert point_of(task, alone, 7, END) == point
    shared = replace(level, shares=shares | {8: {2025: D(100)}})
    assert point_of(task, shared, 7, END) != point


def test_numbers_that_nobody_told_are_those_of_the_whole() -> None:
    task = standing(promise(), units=(7, 8), collector=None)
    (number,) = numbers_of(task, END)
    assert (number.metric, number.op, number.unit, number.actual) == ("引进人才", ">=", "人", None)
    assert number.point == point_of(task, promise(), None, END)


def test_numbers_are_not_added_up_where_some_are_shared_out_or_one_collects() -> None:
    part = promise(shares={7: {2025: D(100)}})
    told = (said(7, 5), said(8, 6))
    shared = standing(part, *told, units=(7, 8), collector=None)
    assert [number.actual for number in numbers_of(shared, END)] == [5]
    collected = standing(promise(), *told, units=(7, 8), collector=9)
    assert numbers_of(collected, END) == []


def test_what_a_task_is_judged_by() -> None:
    step = PromisedStep(5, "出台细则", date(2021, 6, 30), True)
    task = standing(promise(value=None), said(7, None, "stuck"))
    assert judge(task, END).light == Light.RED
    done = replace(task, told=(said(7, None),))
    assert judge(done, END).light == Light.GREEN
    late = judge(replace(done, due=date(2021, 12, 30)), END)
    assert (late.light, late.fields) == (Light.RED, {"due": date(2021, 12, 30)})
    missed = judge(replace(done, steps=(step,)), END)
    assert (missed.light, missed.fields["title"]) == (Light.RED, "出台细则")
    assert judge(replace(done, state="closed"), END).light == Light.DONE
    assert milestones_of(replace(done, steps=(step,))) == [
        MilestoneState("出台细则", date(2021, 6, 30), None, True)
    ]


@pytest.mark.parametrize(
    ("words", "worst"),
    [(("on_track", "stuck"), "stuck"), (("behind", "on_track"), "behind"),
     (("done", "on_track"), "on_track"), (("done", "done"), "done"), ((), None)],
)  # fmt: skip
def test_the_worst_word_of_several_units(words: tuple[str, ...], worst: str | None) -> None:
    told = [said(unit, None, word) for unit, word in enumerate(words, 7)]
    assert status_of(standing(promise(), *told, units=(7, 8))) == worst


def test_the_fields_of_a_milestones_reason() -> None:
    for reached in (None, date(2021, 6, 1)):
        judged = milestone_light(MilestoneState("出台细则", date(2021, 6, 30), reached), END)
        assert judged.fields == {"title": "出台细则", "due": date(2021, 6, 30)}


def test_the_share_of_a_path_is_cut_off_not_rounded_up() -> None:
    number = NumberState("引进人才", ">=", "人", PathPoint(D(0), D(75), D(100)), D("74.9"))
    assert number_light(number).fields["percent"] == "99%"
    whole = NumberState("引进人才", ">=", "人", PathPoint(D(0), D(300), D(300)), D(150))
    assert number_light(whole).fields["percent"] == "50%"


def test_a_task_is_judged_by_the_thresholds_given() -> None:
    number = NumberState("引进人才", ">=", "人", PathPoint(D(0), D(75), D(100)), D(75))
    strict = Thresholds(green=D("1.1"), yellow=D(1))
    assert task_light("under_way", END, numbers=[number], thresholds=strict).light == Light.YELLOW


def test_a_unit_that_is_done_is_not_behind_its_date() -> None:
    late = {"due": date(2021, 12, 30)}
    assert task_light("under_way", END, status="done", **late).light == Light.GREEN
    assert task_light("under_way", END, status="on_track", **late).light == Light.RED


def test_red_with_nothing_after_it_stays_red() -> None:
    assert list(settled([Light.RED])) == [Light.RED]
