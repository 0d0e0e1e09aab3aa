"""What holds for every scheme in the language, tried on many."""

import json
import random
from copy import deepcopy
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.assessment_facts import FACTS_FORM, document, measure, task, unit, units
from workflow.rules.assessment.language.scheme import Language, read_language
from workflow.rules.assessment.language_scores import score_language
from workflow.rules.assessment.reading_facts import read_facts
from workflow.rules.assessment.score_tree import ScoreNode, leaves, lines
from workflow.rules.assessment.scores import AssessmentResult, UnitScore
from workflow.rules.assessment.scoring import canonical

GROUPS = [{"code": "all", "title": "全部", "kinds": ["department", "county", "enterprise"]}]
HEAD = {
    "schema": "luoshi.scheme/2",
    "code": "tried",
    "title": "试",
    "year": 2021,
    "groups": GROUPS,
    "roles": {"lead": 1, "joint": 1, "support": "0.5"},
    "events": {"criticised": "通报", "good_practice": "实绩", "false_numbers": "造假"},
    "absent": "redistribute",
    "inputs": {"数": {"number": "数"}},
}
EVERYTHING = [
    {"code": "numbers", "title": "数", "rule": "ratio", "points": 50, "over": "measures",
     "value": "attained", "shared": "by_task", "unreported": "zero"},
    {"code": "late", "title": "期", "rule": "bands", "over": "milestones", "value": "逾期天数",
     "better": "lower", "unreported": "zero", "shared": "by_task",
     "bands": [{"at_most": 0, "points": 30}, {"above": 0, "at_most": 30, "points": "1/3 × 30"},
               {"above": 30, "points": 0}]},
    {"code": "steady", "title": "常", "rule": "table", "points": 20, "over": "tasks",
     "value": "light", "unreported": "zero", "shares": {"green": 1, "done": 1, "yellow": "2/3"},
     "others": 0, "factor": "1/3", "at_most": 5},
    {"code": "criticised", "title": "扣", "rule": "deduct", "events": ["criticised"], "each": "1/3",
     "at_most": 1},
    {"code": "good", "title": "加", "rule": "bonus", "events": ["good_practice"], "each": 2,
     "at_most": 5},
]  # fmt: skip


def scheme_of(*children: Any, **more: Any) -> Language:
    score = {"code": "total", "title": "总分", "rule": "sum", "children": list(children),
             **more.pop("score", {})}  # fmt: skip
    return read_language({**deepcopy(HEAD), "score": score, **more})


WHOLE = scheme_of(*EVERYTHING, score={"round": 2, "at_most": 105, "at_least": 0})


def result_of(scheme: Language, *of: dict[str, Any]) -> AssessmentResult:
    return score_language(scheme, read_facts(document(*of), FACTS_FORM))


def scored(scheme: Language, *of: dict[str, Any]) -> UnitScore:
    return result_of(scheme, *of).units[0]


def exactly(node: ScoreNode) -> Fraction:
    return Fraction(node.exact) if node.exact else Fraction(node.points)


@given(units())
def test_leaves_add_up_exactly_to_the_total_and_lines_to_those_above(one: dict[str, Any]) -> None:
    result = scored(WHOLE, one)
    if result.total is None:
        return
    assert sum((exactly(leaf) for leaf in leaves(result.root)), Fraction(0)) == result.total
    for _, node in lines(result.root):
        if node.children and node.exact:
            assert sum((exactly(child) for child in node.children), Fraction(0)) == exactly(node)


@given(units())
def test_caps_and_floors_hold_at_every_node(one: dict[str, Any]) -> None:
    result = scored(WHOLE, one)
    found = dict(lines(result.root))
    if result.total is not None:
        assert 0 <= result.total <= 105
    assert exactly(found["criticised"]) >= -1
    assert exactly(found["good"]) <= 5
    if found["steady"].own or exactly(found["steady"]):
        assert Fraction(found["steady"].own or found["steady"].points) <= 5


@given(units(), st.decimals(0, 500, places=2), st.data())
def test_more_achieved_never_scores_less(one: dict[str, Any], more: Any, data: Any) -> None:
    floors = [m for t in one["tasks"] for m in t["measures"] if m["op"] != "<=" and m["actual"]]
    if not floors:
        return
    before = scored(WHOLE, one).total
    raised = data.draw(st.sampled_from(floors))
    raised["actual"] = str(type(more)(raised["actual"]) + more)
    after = scored(WHOLE, one).total
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


_edges = st.lists(st.integers(0, 200), min_size=2, max_size=5, unique=True).map(sorted)
_rising = st.lists(st.integers(0, 50), min_size=5, max_size=5).map(sorted)


@given(_edges, _rising, st.integers(-50, 300), st.integers(0, 100), st.booleans())
def test_lines_bands_and_steps_never_fall(
    edges: list[int], points: list[int], low: int, more: int, falling: bool
) -> None:
    """More of the number never earns less; and never more, where the scheme says lower."""
    earned = points[::-1] if falling else points
    better = {"better": "lower"} if falling else {}
    each = -1 if falling else 1
    bands = [{"below": edges[0], "points": earned[0]}]
    bands += [
        {"at_least": a, "below": b, "points": earned[no]}
        for no, (a, b) in enumerate(pairwise(edges), 1)
    ]
    bands.append({"at_least": edges[-1], "points": earned[len(edges)] if len(edges) < 5 else
                  earned[-1]})  # fmt: skip
    rules = [
        {"rule": "line", "through": [[x, earned[no]] for no, x in enumerate(edges)], **better},
        {"rule": "bands", "bands": bands, **better},
        {"rule": "steps", "base": edges[0], "step": "1/3", "counted": "full", "start": 5,
         "above": each, "below": -each, "at_most": 40, "at_least": 0},
    ]  # fmt: skip
    for rule in rules:
        scheme = scheme_of({"code": "rule", "title": "规则", "value": "数", **rule})
        lower, higher = (
            exactly(dict(lines(scored(scheme, unit(numbers={"数": value})).root))["rule"])
            for value in (low, low + more)
        )
        assert (lower >= higher) if falling else (lower <= higher)


@given(units("甲局"), units("乙局"), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_change_a_byte(
    first: dict[str, Any], second: dict[str, Any], order: random.Random
) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return order.sample([shuffled(one) for one in value], len(value))
        if isinstance(value, dict):
            return {key: shuffled(value[key]) for key in order.sample(list(value), len(value))}
        return value

    facts = document(first, second)
    straight = canonical(score_language(WHOLE, read_facts(facts, FACTS_FORM)))
    assert canonical(score_language(WHOLE, read_facts(shuffled(facts), FACTS_FORM))) == straight
    assert json.loads(straight)["schema"] == "luoshi.result/1"


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_people_and_tens_of_thousands_of_people_are_the_same(target: int, actual: int) -> None:
    def by(power: int, of: str) -> dict[str, Any]:
        figures = [str(Fraction(n, 1)) if power == 0 else _decimal(n) for n in (target, actual)]
        one = task("1", measures=[measure("m", *figures, unit=of)])
        return unit(tasks=[one], numbers={"数": {"value": figures[1], "unit": of}})

    inputs = {"数": {"number": "数", "unit": "人"},
              "引进": {"measure": "指标m", "field": "actual", "unit": "人"}}  # fmt: skip
    scheme = scheme_of(
        {"code": "a", "title": "甲", "rule": "ratio", "points": 10, "over": "measures",
         "value": "attained", "unreported": "zero"},
        {"code": "b", "title": "乙", "rule": "formula", "value": "数 ÷ 1000 + 引进"},
        inputs=inputs,
    )  # fmt: skip
    people, scaled = scored(scheme, by(0, "人")), scored(scheme, by(4, "万人"))
    assert [exactly(leaf) for leaf in leaves(people.root)] == [
        exactly(leaf) for leaf in leaves(scaled.root)
    ]


def _decimal(number: int) -> str:
    return f"{number // 10_000}.{number % 10_000:04d}"


@pytest.mark.parametrize("tenths", range(11))
def test_no_number_passes_through_a_float(tenths: int) -> None:
    scheme = scheme_of({"code": "a", "title": "甲", "rule": "formula", "value": "数 + 0.1 + 0.2"})
    one = scored(scheme, unit(numbers={"数": f"12345678901234.{tenths % 10}"}))
    assert exactly(one.root) == Fraction(f"12345678901234.{tenths % 10}") + Fraction(3, 10)
