from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import speaking
from workflow.rules.progress.lights import (
    Judgement,
    Light,
    MilestoneState,
    NumberState,
    Thresholds,
    milestone_light,
    number_light,
    settled,
    task_light,
    worst,
)
from workflow.rules.progress.paths import PathPoint
from workflow.rules.states import STATES

D = Decimal
TODAY = date(2021, 9, 30)
POINT = PathPoint(D(0), D(75), D(100))
G, Y, R, N, X = Light.GREEN, Light.YELLOW, Light.RED, Light.GREY, Light.DONE


def number(actual: str | None, op: str = ">=", point: PathPoint | None = POINT) -> NumberState:
    return NumberState("引进人才", op, "人", point, None if actual is None else D(actual))


@pytest.mark.parametrize(
    ("one", "light"),
    [
        (number("75"), G),
        (number("80"), G),
        (number("74.999"), Y),
        (number("60"), Y),
        (number("59.9"), R),
        (number("0"), R),
        (number("67.5", "approx"), G),
        (number("67.4", "approx"), Y),
        (number("75", "<="), G),
        (number("90", "<="), Y),
        (number("100", "<="), R),
        (number(None), N),
        (number("5", point=None), N),
        (number("5", point=PathPoint(D(0), D(0), D(9))), N),
    ],
)
def test_a_number_is_lit_by_its_share_of_the_path(one: NumberState, light: Light) -> None:
    assert number_light(one).light == light


def test_thresholds_are_data() -> None:
    strict = Thresholds(green=D("1.1"), yellow=D("1"))
    assert number_light(number("80"), strict).light == Y
    assert number_light(number("70"), strict).light == R


def test_a_reason_can_be_read_by_people_in_both_languages() -> None:
    judged = number_light(number("60"))
    assert str(judged) == "引进人才：已完成60人，为序时进度（75人）的80%"
    with speaking("en"):
        assert str(judged) == "引进人才: 60人, 80% of where it should be (75人)."


@pytest.mark.parametrize(
    ("due", "reached", "light"),
    [
        (date(2021, 9, 29), None, R),
        (date(2021, 9, 30), None, N),
        (date(2021, 9, 29), date(2021, 9, 30), G),
        (date(2021, 12, 31), date(2021, 6, 1), G),
        (date(2021, 9, 29), date(2021, 10, 1), R),  # not there yet on the day that is looked at
    ],
)
def test_a_milestone_is_red_from_the_day_after_it_was_due(
    due: date, reached: date | None, light: Light
) -> None:
    assert milestone_light(MilestoneState("出台办法", due, reached), TODAY).light == light


@pytest.mark.parametrize(
    ("state", "facts", "light"),
    [
        ("under_way", {}, N),
        ("under_way", {"status": "on_track"}, G),
        ("under_way", {"status": "behind"}, Y),
        ("under_way", {"status": "stuck"}, R),
        ("under_way", {"status": "done"}, G),
        ("under_way", {"status": "on_track", "numbers": [number("60")]}, Y),
        ("under_way", {"status": "behind", "numbers": [number("90")]}, Y),
        ("under_way", {"numbers": [number("90"), number("10")]}, R),
        ("under_way", {"numbers": [number(None)], "status": "on_track"}, G),
        ("under_way", {"milestones": [MilestoneState("a", date(2021, 1, 1))]}, R),
        ("under_way", {"due": date(2021, 9, 30), "status": "on_track"}, G),
        ("under_way", {"due": date(2021, 9, 29), "status": "on_track"}, R),
        ("completion_requested", {"due": date(2021, 9, 29), "status": "done"}, G),
        ("completion_requested", {"due": date(2021, 9, 29), "status": "on_track"}, G),
        ("closed", {"status": "stuck"}, X),
        ("suspended", {"status": "stuck"}, N),
        ("terminated", {"numbers": [number("1")]}, N),
        ("drafted", {"due": date(2020, 1, 1)}, N),
    ],
)
def test_a_task_is_lit_by_the_worst_it_is_held_to(
    state: str, facts: dict[str, object], light: Light
) -> None:
    assert task_light(state, TODAY, **facts).light == light  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(STATES["task"]))
def test_every_state_of_a_task_has_a_light_with_a_reason_in_chinese(state: str) -> None:
    judged = task_light(state, TODAY)
    assert str(judged) != judged.message


@pytest.mark.parametrize(
    ("lights", "remembered"),
    [
        ([R, G], [Y, G]),  # missed in March, made up in April
        ([R, R], [R, R]),
        ([R, Y], [R, Y]),
        ([R, N, G], [Y, N, G]),
        ([R, X], [Y, X]),
        ([Y, G], [Y, G]),
        ([G, R], [G, R]),
        ([R, G, R], [Y, G, R]),
        ([], []),
    ],
)
def test_behind_and_made_up_is_yellow_in_that_period(
    lights: list[Light], remembered: list[Light]
) -> None:
    assert list(settled(lights)) == remembered


@given(st.lists(st.sampled_from(list(Light)), max_size=12))
def test_remembering_softens_red_alone_and_says_the_same_twice(lights: list[Light]) -> None:
    remembered = settled(lights)
    for then, now in zip(lights, remembered, strict=True):
        assert now == then or (then, now) == (R, Y)
    assert settled(remembered) == remembered


@given(st.permutations([Judgement(light, "x") for light in (N, G, Y, R)]), st.integers(1, 4))
def test_the_worst_light_does_not_depend_on_order(lights: list[Judgement], n: int) -> None:
    order = [X, N, G, Y, R]
    assert worst(lights[:n]).light == max((j.light for j in lights[:n]), key=order.index)
