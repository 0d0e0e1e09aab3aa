import json
import random
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.assessment_facts import (
    FACTS_FORM,
    FIRST,
    document,
    event,
    facts_of,
    measure,
    milestone,
    scheme_of,
    task,
    unit,
    units,
)
from workflow.rules.assessment.facts import EXEMPT, NO_TARGET, NOT_DUE, read_facts
from workflow.rules.assessment.score_tree import LIMIT, ScoreNode, allocate, leaves, lines
from workflow.rules.assessment.scores import UnitScore
from workflow.rules.assessment.scoring import canonical, score

D = Decimal
SCHEME = scheme_of()


def scored(one: dict[str, Any], *, rules: list[dict[str, Any]] | None = None) -> UnitScore:
    """The score of one unit, under the first scheme or under other rules."""
    scheme = SCHEME
    if rules is not None:
        data = deepcopy(FIRST)
        data["score"] = {"code": "total", "title": "总分", "rule": "sum", "children": rules}
        scheme = scheme_of(data)
    (result,) = score(scheme, facts_of(one)).units
    return result


def line(one: UnitScore, path: str) -> ScoreNode:
    return dict(lines(one.root))[path]


def rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"code": kind, "title": kind, "rule": kind, **more}


def test_a_unit_that_did_everything_has_a_hundred_whatever_it_had_to_do() -> None:
    done = [
        task("1", measures=[measure(f"m{n}", 3, 3) for n in range(7)]),
        task("2", "support", milestones=[milestone("d", "2021-06-30", "2021-06-30")]),
        task("3", kind="steady", light="green"),
    ]
    for tasks in (done, done[:1], done[1:2], done[2:]):
        assert scored(unit(tasks=tasks)).total == 100


def test_points_go_by_what_the_unit_has_and_by_its_role() -> None:
    one = scored(
        unit(
            tasks=[
                task("1", measures=[measure("m1", 100, 80), measure("m2", 10, 10)]),
                task("2", "support", measures=[measure("m3", 10, 5)]),
                task("3", kind="steady", light="yellow"),
            ]
        )
    )
    # 50 and 15 points for numbers and steady work share the hundred; support weighs half
    assert line(one, "numbers").points_max == D("76.92")
    assert line(one, "numbers/1").points_max == D("51.28")
    assert line(one, "numbers/1/m1").points_max == D("25.64")
    assert line(one, "numbers/1/m1").points == D("20.51")
    assert line(one, "numbers/2/m3").points == D("12.82")
    assert line(one, "steady/3").points == D("13.85")
    assert one.total == D("72.82")


def test_every_point_names_rule_inputs_and_evidence() -> None:
    one = scored(unit(tasks=[task("1", measures=[measure("m1", "100", "80", unit="人")])]))
    leaf = line(one, "numbers/1/m1")
    assert (leaf.rule, leaf.evidence) == ("ratio", ("evidence:m1", "submission:m1"))
    assert leaf.clause.startswith("按各量化指标")
    assert leaf.inputs["target"] == "100"
    assert leaf.inputs["actual"] == "80"
    assert leaf.inputs["attained"] == "80%"
    assert leaf.inputs["unit"] == "人"


@pytest.mark.parametrize(
    ("measured", "points"),
    [
        (measure("m", 100, 120), "100"),
        (measure("m", 100, None), "0"),
        (measure("m", 100, "33.335"), "33.34"),
        (measure("m", 60, 50, start=40), "50"),
        (measure("m", 10, 20, op="<="), "50"),
        (measure("m", 10, 10, op="<="), "100"),
        (measure("m", 4, 5, op="<", start=6), "50"),
    ],
)
def test_a_number_earns_the_share_of_its_target(measured: dict[str, Any], points: str) -> None:
    assert scored(unit(tasks=[task("1", measures=[measured])])).total == D(points)


def test_a_number_may_be_held_to_its_path_instead() -> None:
    rules = [rule("ratio", points=100, over="measures", of="attained_path")]
    on_path = measure("a", 100, 30, expected=50)
    not_yet = measure("b", 100, 0, expected=None)
    not_begun = measure("c", 100, None, expected=0)
    one = scored(unit(tasks=[task("1", measures=[on_path, not_yet, not_begun])]), rules=rules)
    assert one.total == 60
    assert line(one, "ratio/1/b").note == line(one, "ratio/1/c").note == NOT_DUE


def test_what_the_year_does_not_ask_for_is_shown_and_does_not_count() -> None:
    one = scored(
        unit(
            tasks=[
                task(
                    "1",
                    measures=[measure("m1", 10, 10), measure("m2", None, 5), measure("m3", 0, 0)],
                    milestones=[milestone("d1", "2022-01-01", None)],
                )
            ]
        )
    )
    assert one.total == 100
    assert line(one, "numbers/1/m2").note == line(one, "numbers/1/m3").note == NO_TARGET
    assert line(one, "milestones/1/d1").note == NOT_DUE


@pytest.mark.parametrize(
    ("reached", "share"),
    [("2021-06-30", 1), ("2021-07-30", "0.8"), ("2021-09-28", "0.5"), ("2021-09-29", 0), (None, 0)],
)
def test_a_deliverable_loses_by_its_delay(reached: str | None, share: Any) -> None:
    late = milestone("d", "2021-06-30", reached, deliverable=True)
    assert scored(unit(tasks=[task("1", milestones=[late])])).total == 100 * D(share)


def test_a_deliverable_reached_after_the_frozen_day_is_not_there_yet() -> None:
    late = milestone("d", "2021-12-30", "2022-01-02", deliverable=True)
    assert scored(unit(tasks=[task("1", milestones=[late])])).total == 0


def test_deductions_and_bonus_stop_at_their_limits_and_say_so() -> None:
    done = [task("1", measures=[measure("m", 1, 1)])]
    events = [
        event("e1", "criticised", count=2),
        event("e2", "criticised", count=2),
        event("e3", "good_practice", count=9),
        event("e4", "something_else"),
    ]
    one = scored(unit(tasks=done, events=events))
    assert line(one, "criticised").points == -6
    assert [leaf.points for leaf in line(one, "criticised").children] == [-4, -4, 2]
    limit = line(one, f"criticised/{LIMIT}")
    assert limit.note.format(**limit.inputs) == "No more than 6 points are taken."
    assert line(one, "good_practice").points == 5
    assert one.total == 99


def test_the_whole_stays_within_its_limits() -> None:
    events = [event("e", "good_practice", count=9)]
    rules = deepcopy(FIRST["score"]["children"])
    data = deepcopy(FIRST)
    data["score"] = {**FIRST["score"], "children": rules, "at_most": 102, "at_least": 0}
    (most,) = score(
        scheme_of(data),
        facts_of(unit(tasks=[task("1", measures=[measure("m", 1, 1)])], events=events)),
    ).units
    assert most.total == 102
    assert line(most, LIMIT).points == -3
    least = scored(
        unit(
            tasks=[task("1", measures=[measure("m", 1, 0)])],
            events=[event("e", "criticised", count=3)],
        )
    )
    assert least.total == 0
    assert line(least, LIMIT).points == 6


def test_an_exempted_failure_counts_neither_way_and_stays_visible() -> None:
    failing = unit(
        tasks=[
            task("1", measures=[measure("m1", 10, 10), measure("m2", 10, 0)]),
            task("2", kind="steady", light="red"),
        ],
        events=[event("e", "criticised")],
    )
    assert scored(failing).total < 50
    cases = [{"id": f"x{n}", "of": of, "evidence": [f"case:{n}"]} for n, of in enumerate("2e")]
    cases.append({"id": "x9", "of": "m2", "evidence": ["case:9"]})
    one = scored({**failing, "exemptions": cases})
    assert one.total == 100
    leaf = line(one, "numbers/1/m2")
    assert (leaf.note, leaf.points, leaf.inputs["actual"]) == (EXEMPT, 0, "0")
    assert leaf.evidence == ("case:9", "evidence:m2", "submission:m2")
    assert line(one, "criticised/e").note == EXEMPT
    assert line(one, "steady/2").note == EXEMPT


def test_punctuality_counts_only_where_a_scheme_says_so() -> None:
    words = ["on_time", "on_time", "late", "missing", "not_due"]
    reports = [
        {"id": f"r{n}", "period": f"2021Q{n}", "word": word, "evidence": [f"receipt:{n}"]}
        for n, word in enumerate(words)
    ]
    filed = unit(tasks=[task("1", reports=reports)])
    assert scored(filed).total is None
    counts = {"word": ["on_time"]}
    one = scored(filed, rules=[rule("count", points=10, over="reports", counts=counts)])
    assert one.total == 5
    assert line(one, "count").inputs == {
        "counted": "2",
        "of": "4",
        "not_counted": "r2 r3",
        "left_out": "r4",
    }
    late = rule("deduct", over="reports", where={"word": ["late"]}, each="0.1", of="workdays")
    reports[2]["workdays"] = 7
    reports[2]["evidence"] = []
    given_points = rule("manual", points=10)
    judged = {**filed, "given": [{"id": "g", "rule": "manual", "points": "9", "evidence": ["d:1"]}]}
    one = scored(judged, rules=[given_points, late])
    assert one.total == D("8.3")
    assert line(one, "manual").evidence == ("d:1",)


def test_a_rule_for_some_kinds_of_unit_leaves_the_others_alone() -> None:
    rules = [
        rule("ratio", points=60, over="measures", of="attained"),
        rule("manual", points=40, units=["county"]),
    ]
    facts = {
        "tasks": [task("1", measures=[measure("m", 1, 1)])],
        "given": [{"id": "g", "rule": "manual", "points": 0}],
    }
    assert scored(unit("柯城区", "county", **facts), rules=rules).total == 60
    assert scored(unit(**facts), rules=rules).total == 100


def test_a_role_that_the_scheme_does_not_name_is_not_judged() -> None:
    data = deepcopy(FIRST)
    data["roles"] = {"lead": 1}
    facts = unit(
        tasks=[
            task("1", measures=[measure("m1", 1, 1)]),
            task("2", "support", measures=[measure("m2", 1, 0)]),
        ]
    )
    (one,) = score(scheme_of(data), facts_of(facts)).units
    assert one.total == 100
    assert "numbers/2" not in dict(lines(one.root))


def test_a_unit_with_nothing_to_judge_has_no_score_no_rank_and_no_grade() -> None:
    one = scored(unit(events=[event("e", "good_practice")]))
    assert (one.total, one.rank, one.grade) == (None, None, "")


def test_equal_totals_share_a_rank_within_their_group() -> None:
    def with_share(name: str, kind: str, actual: int) -> dict[str, Any]:
        return unit(name, kind, tasks=[task("1", measures=[measure("m", 100, actual)])])

    result = score(
        SCHEME,
        facts_of(
            with_share("甲局", "department", 90),
            with_share("乙局", "department", 95),
            with_share("丙局", "mass", 90),
            with_share("丁局", "department", 70),
            with_share("某县", "county", 50),
            with_share("某村", "village", 99),
        ),
    )
    assert {one.unit: one.rank for one in result.units} == {
        "乙局": 1,
        "甲局": 2,
        "丙局": 2,
        "丁局": 4,
        "某县": 1,
        "某村": None,
    }
    assert {one.unit: one.grade for one in result.units}["甲局"] == "excellent"


def test_a_veto_bars_the_grade_and_leaves_the_points() -> None:
    done = [task("1", measures=[measure("m", 1, 1)])]
    one = scored(unit(tasks=done, events=[event("e", "false_numbers")]))
    assert (one.total, one.grade) == (100, "good")
    (veto,) = one.vetoes
    assert (veto.code, veto.events, veto.evidence) == ("false_numbers", ("e",), ("doc:e",))


@given(units())
def test_the_total_is_the_sum_of_the_leaves_and_every_line_of_its_own(one: dict[str, Any]) -> None:
    result = scored(one)
    assert sum((leaf.points for leaf in leaves(result.root)), D(0)) == result.root.points
    for _, node in lines(result.root):
        assert node.points.as_tuple().exponent == -2
        if node.children:
            assert node.points == sum((child.points for child in node.children), D(0))
    paths = [path for path, _ in lines(result.root)]
    assert len(paths) == len(set(paths))


@given(units())
def test_no_line_passes_its_most_and_maxima_add_up(one: dict[str, Any]) -> None:
    result = scored(one)
    assert 0 <= result.root.points <= 105
    for _, node in lines(result.root):
        if node.points_max is not None and node.rule != "sum":
            assert 0 <= node.points <= node.points_max
        below = [child.points_max for child in node.children if child.points_max is not None]
        if node.points_max and sum(below):
            assert sum(below) == node.points_max
    assert line(result, "criticised").points >= -6
    assert line(result, "good_practice").points <= 5


@given(units(), st.decimals(0, 500, places=2), st.data())
def test_raising_a_number_never_lowers_a_score(
    one: dict[str, Any], more: D, data: st.DataObject
) -> None:
    floors = [m for t in one["tasks"] for m in t["measures"] if m["op"] != "<=" and m["actual"]]
    if not floors:
        return
    before = scored(one).root.points
    raised = data.draw(st.sampled_from(floors))
    raised["actual"] = str(D(raised["actual"]) + more)
    assert scored(one).root.points >= before


@given(units("甲局"), units("乙局"), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_change_a_byte(
    first: dict[str, Any], second: dict[str, Any], order: random.Random
) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return order.sample([shuffled(one) for one in value], len(value))
        if isinstance(value, dict):
            keys = order.sample(list(value), len(value))
            return {key: shuffled(value[key]) for key in keys}
        return value

    facts = document(first, second)
    straight = canonical(score(SCHEME, read_facts(facts, FACTS_FORM)))
    assert canonical(score(SCHEME, read_facts(shuffled(facts), FACTS_FORM))) == straight
    assert json.loads(straight)["schema"] == "luoshi.result/1"


@given(st.integers(0, 20000), st.lists(st.fractions(0, 50), max_size=12))
def test_points_are_shared_out_to_the_last_unit(whole: int, weights: list[Fraction]) -> None:
    given_units = allocate(whole, weights)
    total = sum(weights)
    assert sum(given_units) == (whole if total else 0)
    for share, weight in zip(given_units, weights, strict=True):
        assert share >= 0
        assert total == 0 or abs(share - Fraction(whole) * weight / total) < 1
