"""How firm a ranking is: places when weights vary and when a part is left out."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.assessment.robustness import RatedPart, RatedUnit, robustness

D = Decimal


def unit(number: int, *points: int, most: tuple[int, ...] = (50, 50), group: str = "") -> RatedUnit:
    parts = tuple(
        RatedPart(f"p{no}", D(one), D(full))
        for no, (one, full) in enumerate(zip(points, most, strict=True))
    )
    return RatedUnit(number, group, sum((part.points for part in parts), D(0)), parts)


def test_who_is_better_in_every_part_keeps_the_place() -> None:
    found = robustness((unit(1, 40, 40), unit(2, 30, 30), unit(3, 20, 20)), seed=1).units
    for place in (1, 2, 3):
        one = found[place]
        assert (one.place, one.best, one.worst, one.usual) == (place, place, place, (place, place))
        assert (one.same, one.left_out) == (1000, (place, place))


def test_who_is_ahead_by_a_hair_changes_places() -> None:
    found = robustness((unit(1, 50, 30), unit(2, 29, 50)), seed=1).units
    assert (found[1].place, found[1].best, found[1].worst) == (1, 1, 2)
    assert 400 < found[1].same < 700
    assert found[1].without == (("p0", 2), ("p1", 1))
    assert found[2].left_out == (1, 2)


def test_half_a_swing_more_would_be_another_result() -> None:
    # 1 leads by 8 of 50 in one part and lies 5 behind in the other: 1.2 × 5 < 0.8 × 8 < 1.3 × 5.
    found = robustness((unit(1, 48, 40), unit(2, 40, 45)), seed=7).units
    assert (found[1].best, found[1].worst) == (1, 1)
    found = robustness((unit(1, 47, 40), unit(2, 40, 45)), seed=7).units
    assert found[1].worst == 2


def test_places_are_told_within_groups_and_shared_by_equals() -> None:
    found = robustness(
        (unit(1, 10, 10, group="a"), unit(2, 10, 10, group="a"), unit(3, 5, 5, group="b")), seed=1
    ).units
    assert [found[one].place for one in (1, 2, 3)] == [1, 1, 1]
    assert found[2].worst == 1


def test_a_part_of_others_only_moves_nobody_out_of_full_marks() -> None:
    """Who lacks a part, and had its full marks shared out, is weighed by what it has."""
    whole = unit(1, 90, most=(100,))
    other = unit(2, 40, 46)
    found = robustness((whole, other), seed=3).units
    assert found[1].worst == 1
    assert found[1].without == (("p0", 2),)


def test_bonuses_and_what_is_beyond_the_parts_count() -> None:
    bonus = RatedUnit(1, "", D(82), (RatedPart("p0", D(80), D(100)), RatedPart("plus", D(2), None)))
    plain = RatedUnit(2, "", D(81), (RatedPart("p0", D(81), D(100)),))
    halved = RatedUnit(3, "", D(45), (RatedPart("p0", D(90), D(100)),))
    found = robustness((bonus, plain, halved), seed=1).units
    assert [found[one].place for one in (1, 2, 3)] == [1, 2, 3]
    assert dict(found[1].without)["plus"] == 2
    assert found[3].best == 3


def test_the_same_seed_gives_the_same_result_and_another_one_another() -> None:
    dice = Random(5)
    units = tuple(unit(no, *(dice.randrange(51) for _ in range(2))) for no in range(30))
    assert robustness.__wrapped__(units, 9) == robustness.__wrapped__(units, 9)
    assert robustness.__wrapped__(units, 9) != robustness.__wrapped__(units, 10)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_the_own_place_lies_between_the_ends_of_no_swing(points: list[tuple[int, int]]) -> None:
    units = tuple(unit(no, *one) for no, one in enumerate(points))
    for one in robustness(units, 4, 20).units.values():
        assert 1 <= one.best <= one.usual[0] <= one.usual[1] <= one.worst <= len(units)
