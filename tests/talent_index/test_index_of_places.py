"""人才发展指数: contributions add up, each way of scoring is exact, what is missing is named."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.index_file import scored_index, shipped_method
from i18n import speaking
from workflow.rules.refusals import Invalid
from workflow.rules.talent_index.index import PlaceIndex, index_of
from workflow.rules.talent_index.method import read_method, read_values

METHOD: dict[str, Any] = {
    "schema": "luoshi.index/1", "code": "m", "version": "1", "title": "指数", "places": 2,
    "missing": {"rule": "leave_out", "most": "1/2"},
    "groups": [
        {"code": "a", "title": "甲", "weight": 60, "indicators": [
            {"code": "x", "title": "X", "unit": "人", "weight": 1,
             "normalise": {"by": "min_max", "low": 0, "high": 10}},
            {"code": "y", "title": "Y", "unit": "%", "weight": 3, "better": "lower",
             "normalise": {"by": "reference", "reference": 2}},
        ]},
        {"code": "b", "title": "乙", "weight": 40, "indicators": [
            {"code": "z", "title": "Z", "unit": "件", "weight": 1,
             "normalise": {"by": "z", "centre": 50, "spread": 10}},
        ]},
    ],
}  # fmt: skip


def indexed(places: dict[str, Any], method: dict[str, Any] = METHOD) -> dict[str, PlaceIndex]:
    how = read_method(method)
    body = {"schema": "luoshi.index-values/1", "year": 2025, "places": places}
    return {one.place: one for one in index_of(how, read_values(body, how))}


def changed(**more: Any) -> dict[str, Any]:
    method = deepcopy(METHOD)
    for path, value in more.items():
        at: Any = method
        *above, last = path.split("__")
        for step in above:
            at = at[int(step) if step.isdigit() else step]
        at[last] = value
    return method


def test_each_way_of_scoring_is_what_it_says() -> None:
    found = indexed({"甲县": {"x": "2.5", "y": 4, "z": 1}, "乙县": {"x": 12, "y": 1, "z": 3}})
    one, other = found["甲县"], found["乙县"]
    assert [part.score for part in one.contributions] == [25, 50, 40]
    # Above the limit and beyond the reference there is no more than full marks.
    assert [part.score for part in other.contributions] == [100, 100, 60]
    assert [part.weight for part in one.contributions] == [
        Fraction(15, 100), Fraction(45, 100), Fraction(40, 100),
    ]  # fmt: skip
    assert one.index == Fraction(25 * 15 + 50 * 45 + 40 * 40, 100)
    assert (one.rank, other.rank) == (2, 1)
    assert one.contributions[2].basis == {"mean": "2", "deviation": "1"}


def test_without_limits_the_places_themselves_are_the_limits() -> None:
    method = changed(groups__0__indicators__0__normalise={"by": "min_max"})
    found = indexed({"a": {"x": 1, "y": 1, "z": 1}, "b": {"x": 3, "y": 1, "z": 1},
                     "c": {"x": 2, "y": 1, "z": 1}}, method)  # fmt: skip
    assert [found[one].contributions[0].score for one in "abc"] == [0, 100, 50]
    assert found["a"].contributions[2].score == 50
    with pytest.raises(Invalid):
        indexed({"a": {"x": 1, "y": 1, "z": 1}}, method)


@pytest.mark.parametrize(
    ("rule", "score", "weights", "told"),
    [("leave_out", None, (60, 0, 40), True), ("zero", 0, (15, 45, 40), True),
     ("mean", 75, (15, 45, 40), True), ("refuse", None, (60, 0, 40), False)],
)  # fmt: skip
def test_a_missing_value_does_what_its_rule_says(
    rule: str, score: int | None, weights: tuple[int, ...], told: bool
) -> None:
    method = changed(groups__0__indicators__1__missing=rule)
    places = {"a": {"x": 5, "z": 1}, "b": {"x": 5, "y": 2, "z": 1}, "c": {"x": 5, "y": 4, "z": 1}}
    one = indexed(places, method)["a"]
    assert one.contributions[1].score == score
    assert tuple(part.weight * 100 for part in one.contributions) == weights
    assert one.contributions[1].missing == rule
    assert (one.missing, one.index is not None) == (Fraction(45, 100), told)


def test_with_too_much_missing_a_place_has_no_index_and_others_keep_theirs() -> None:
    found = indexed({"a": {"x": 5}, "b": {"x": 5, "y": 2, "z": 1}})
    assert (found["a"].index, found["a"].rank) == (None, None)
    assert found["a"].missing == Fraction(85, 100)
    assert found["b"].rank == 1


NUMBERS = st.one_of(st.none(), st.decimals(0, 100, places=3).map(str))
ROWS = st.fixed_dictionaries({"x": NUMBERS, "y": NUMBERS, "z": NUMBERS})


@given(st.lists(ROWS, min_size=1, max_size=6))
def test_contributions_add_up_and_order_is_nothing(rows: list[dict[str, str | None]]) -> None:
    places = {f"p{no}": row for no, row in enumerate(rows)}
    found = indexed(places)
    assert indexed(dict(reversed(places.items()))) == found
    for one in found.values():
        whole = sum((part.points for part in one.contributions), Fraction(0))
        assert one.index in (None, whole)
        assert 0 <= whole <= 100
        weight = sum((part.weight for part in one.contributions), Fraction(0))
        assert weight in (0, 1)


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_more_is_never_less_unless_lower_is_better(low: Any, high: Any) -> None:
    low, high = sorted((low, high))
    row = {"x": "5", "y": "3", "z": "2"}
    found = indexed({"a": {**row, "x": str(low)}, "b": {**row, "x": str(high)}})
    assert found["a"].index <= found["b"].index
    found = indexed({"a": {**row, "y": str(low)}, "b": {**row, "y": str(high)}})
    assert found["a"].index >= found["b"].index


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"missing": {"rule": "guess", "most": 0}}, "guess"),
        ({"missing": {"rule": "zero"}}, "most"),
        ({"groups__1__indicators__0__code": "x"}, "两次"),
        ({"groups__1__indicators__0__normalise": {"by": "z", "centre": 50}}, "spread"),
        ({"groups__0__indicators__0__normalise__high": 0}, "须大于"),
        ({"groups__0__indicators__0__normalise__reference": 3}, "不起作用"),
        ({"groups__0__indicators__1__normalise__reference": 0}, "参照值"),
        ({"schema": "luoshi.index/9"}, "luoshi.index/1"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_wrong_method_is_refused_with_what_to_write(more: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_method(changed(**more))
    assert said in "\n".join(map(str, refused.value.problems))


def test_wrong_values_are_refused_by_line() -> None:
    values = (
        "schema: luoshi.index-values/1\nyear: 2025\nplaces:\n"
        "  柯城区: {density: 62.5, dense: 1}\n  龙游县: {density: 约40}\n"
    )
    with pytest.raises(Invalid) as refused:
        scored_index(shipped_method("talent-development"), values.encode())
    first, second = map(str, refused.value.problems)
    assert "第4行" in first
    assert "dense" in first
    assert "第5行" in second


def test_the_example_of_the_guide_is_scored_by_the_shipped_method() -> None:
    guide = (Path(__file__).parents[2] / "docs/index.zh.md").read_text("utf-8")
    values = guide.split("```yaml\n")[1].split("```")[0].encode()
    made = scored_index(shipped_method("talent-development"), values)
    assert [one["place"] for one in made.document["places"]] == ["柯城区", "龙游县"]
    (missing,) = (p for p in made.document["places"][1]["contributions"] if p["missing"])
    assert (missing["code"], missing["missing"], missing["score"]) == ("housing", "zero", "0.00")
    with speaking("en"):
        assert scored_index(shipped_method("talent-development"), values) == made
