"""What a scheme in the language comes to: reasons, questions, outcome."""

from typing import Any

import pytest

from assessment.assessment_facts import event, measure, task, unit
from assessment.test_language_properties import HEAD, exactly, result_of, scheme_of, scored
from i18n import _, speaking
from workflow.rules.assessment.language.scheme import Language
from workflow.rules.assessment.score_tree import ScoreNode, lines
from workflow.rules.assessment.scores import UnitScore

NUMBER = {
    "code": "a",
    "title": "甲",
    "rule": "line",
    "value": "数",
    "through": [[0, 0], [100, 100]],
}


def with_number(name: str, number: Any, **more: Any) -> dict[str, Any]:
    return unit(name, numbers={"数": number}, **more)


def line(one: UnitScore, path: str) -> ScoreNode:
    return dict(lines(one.root))[path]


def words(node: ScoreNode, language: str = "zh") -> str:
    with speaking(language):
        return "；".join(_(said.message, **said.fields) for said in node.why)


def outcome(scheme: Language, *of: dict[str, Any]) -> dict[str, UnitScore]:
    return {one.name: one for one in result_of(scheme, *of).units}


def test_a_rule_explains_itself_with_its_numbers_in_both_languages() -> None:
    scheme = scheme_of(
        {"code": "a", "title": "省考", "rule": "rank", "place": "省考", "top": [3], "bottom": [-3],
         "others": -1},
        inputs={"省考": {"rank": "全省"}},
    )  # fmt: skip
    one = scored(scheme, unit(ranks=[{"id": "r", "name": "全省", "rank": 10, "of": 14,
                                      "evidence": ["document:7"]}]))  # fmt: skip
    assert words(line(one, "a")) == "14个中第10名，-1分"
    assert words(line(one, "a"), "en") == "Rank 10 of 14: -1 points."
    assert line(one, "a").evidence == ("document:7",)


def test_a_line_says_its_weight_its_arithmetic_and_what_full_marks_would_take() -> None:
    scheme = scheme_of(
        {"code": "a", "title": "目标", "rule": "ratio", "points": 50, "over": "measures",
         "value": "attained_path", "unreported": "ask"}
    )  # fmt: skip
    of = [measure(f"m{n}", 7000, 6013, expected=6789, unit="人") for n in range(4)]
    one = line(scored(scheme, unit(tasks=[task("1", measures=of)])), "a/m0")
    assert (one.weight, one.own, one.own_max) == ("0.25", "44.2849", "50")
    assert words(one) == "50分×88.56%=44.2849分"
    assert one.needed is not None
    assert one.needed.fields["more"] == "776"
    assert str(one.points) == "11.07"
    assert one.exact == "150325/13578"


def test_pieces_are_whole() -> None:
    scheme = scheme_of(
        {"code": "a", "title": "数", "rule": "ratio", "points": 10, "over": "measures",
         "value": "attained", "unreported": "zero", "full_from": "90%"}
    )  # fmt: skip
    one = scored(scheme, unit(tasks=[task("1", measures=[measure("m", 13, 1, unit="家")])]))
    needed = line(one, "a/m").needed
    assert needed is not None
    assert needed.fields["more"] == "11"  # 90% of 13 are 11.7: twelve, eleven more


def test_an_open_question_leaves_the_total_open_until_a_person_answers() -> None:
    scheme = scheme_of({**NUMBER, "absent": "ask"}, {"code": "b", "title": "乙", "rule": "fixed",
                                                     "points": 5})  # fmt: skip
    asked = result_of(scheme, unit())
    assert asked.open
    (one,) = asked.units
    assert (one.total, one.rank, one.grade) == (None, None, "")
    (question,) = one.questions
    assert question.path == "a"
    answer = [{"id": "g", "rule": "a", "points": "60", "evidence": ["decision:3"]}]
    answered = scored(scheme, unit(given=answer))
    assert (answered.total, answered.questions) == (65, ())
    assert line(answered, "a").evidence == ("decision:3",)


def test_nothing_is_redistributed_unless_the_scheme_says_so() -> None:
    parts = [
        {"code": "a", "title": "甲", "rule": "ratio", "points": 60, "value": "数"},
        {"code": "b", "title": "乙", "rule": "ratio", "points": 40, "value": "乙数"},
    ]
    inputs = {**HEAD["inputs"], "乙数": {"number": "乙数"}}
    only = unit(numbers={"数": "0.5"})
    for absent, total in (("zero", 30), ("full", 70), ({"points": 7}, 37), ("exclude", 30),
                          ("redistribute", 50)):  # fmt: skip
        scheme = scheme_of(parts[0], {**parts[1], "absent": absent}, inputs=inputs)
        one = scored(scheme, only)
        assert one.total == total, absent
        whole = {"exclude": 60}.get(str(absent), 100)
        assert one.root.points_max == whole


def test_a_unit_with_nothing_to_judge_has_no_total() -> None:
    one = scored(scheme_of({**NUMBER, "absent": "exclude"}), unit())
    assert (one.total, one.rank, one.questions) == (None, None, ())


GRADES = [
    {"code": "best", "title": "优秀", "at_least": 85, "when": "扣 = 0",
     "quota": {"share": "30%", "rounding": "half_up"}},
    {"code": "good", "title": "良好", "at_least": 60},
    {"code": "poor", "title": "较差"},
]  # fmt: skip
DEDUCT = {"code": "扣", "title": "扣分", "rule": "deduct", "events": ["criticised"], "each": 1}


def test_grades_have_quotas_and_conditions() -> None:
    scheme = scheme_of(NUMBER, DEDUCT, grades=GRADES)
    found = outcome(
        scheme,
        with_number("甲", 99, events=[event("e", "criticised")]),
        *(with_number(name, 98 - no) for no, name in enumerate("乙丙丁戊己庚")),
        with_number("辛", 50),
    )
    grades = {name: one.grade for name, one in found.items()}
    assert [name for name, grade in grades.items() if grade == "best"] == ["丙", "乙"] or {
        name for name, grade in grades.items() if grade == "best"
    } == {"乙", "丙"}
    assert grades["甲"] == grades["丁"] == "good"
    assert grades["辛"] == "poor"
    assert {said.message for said in found["丁"].why_grade} == {
        "{grade} is for the best {places} of {n}."
    }


@pytest.mark.parametrize(("ties", "best"), [("in", 2), ("out", 0), ("ask", 0)])
def test_equals_at_the_edge_of_a_quota(ties: str, best: int) -> None:
    grades = [{**GRADES[0], "quota": {"count": 1, "ties": ties}}, *GRADES[1:]]
    scheme = scheme_of(NUMBER, DEDUCT, grades=grades)
    found = outcome(scheme, with_number("甲", 90), with_number("乙", 90), with_number("丙", 60))
    assert sum(one.grade == "best" for one in found.values()) == best
    assert bool(found["甲"].questions) == (ties == "ask")
    assert not found["丙"].questions


def test_ties_are_broken_by_what_stands_outside_the_total() -> None:
    outside = {"code": "b", "title": "乙", "rule": "formula", "value": "乙数", "outside": True}
    inputs = {**HEAD["inputs"], "乙数": {"number": "乙数"}}
    scheme = scheme_of(NUMBER, outside, inputs=inputs, tie_break=["b"])
    found = outcome(
        scheme,
        unit("甲", numbers={"数": 80, "乙数": 1}),
        unit("乙", numbers={"数": 80, "乙数": 2}),
        unit("丙", numbers={"数": 80, "乙数": 1}),
    )
    assert {name: one.rank for name, one in found.items()} == {"乙": 1, "甲": 2, "丙": 2}
    assert found["甲"].total == 80
    asking = scheme_of(NUMBER, outside, inputs=inputs, tie_break=["b"], equal_ranks="ask")
    assert outcome(asking, unit("甲", numbers={"数": 1, "乙数": 1}),
                   unit("丙", numbers={"数": 1, "乙数": 1}))["甲"].questions  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "total", "rank", "grade"),
    [
        ({"effect": "bar", "grades": ["best"]}, 90, 1, "good"),
        ({"effect": "set", "grade": "poor"}, 90, 1, "poor"),
        ({"effect": "lower"}, 90, 1, "good"),
        ({"effect": "cap", "points": 59}, 59, 2, "poor"),
        ({"effect": "zero"}, 0, 2, "poor"),
        ({"effect": "unrank"}, 90, None, "best"),
    ],
)
def test_vetoes_of_different_strength(
    effect: dict[str, Any], total: int, rank: int | None, grade: str
) -> None:
    grades = [{"code": "best", "title": "优秀", "at_least": 85}, *GRADES[1:]]
    veto = {"code": "v", "title": "造假", "events": ["false_numbers"], **effect}
    scheme = scheme_of(NUMBER, grades=grades, vetoes=[veto])
    one = outcome(
        scheme, with_number("甲", 90, events=[event("e", "false_numbers")]), with_number("乙", 80)
    )["甲"]
    assert (one.total, one.rank, one.grade) == (total, rank, grade)
    (found,) = one.vetoes
    assert (found.events, found.effect) == (("e",), effect["effect"])


def test_who_is_not_assessed_is_said_and_counts_for_nobody() -> None:
    scheme = scheme_of(
        {"code": "a", "title": "甲", "rule": "relative", "points": 10, "value": "数", "to": "最高"},
        not_assessed=[{"title": "本年度新设", "units": ["丙"]}],
    )
    found = outcome(scheme, with_number("甲", 5), with_number("乙", 10), with_number("丙", 100))
    assert (found["丙"].total, found["丙"].not_assessed) == (None, "本年度新设")
    assert found["甲"].total == 5


def test_rounding_is_where_it_is_said_and_nowhere_else() -> None:
    quarter = {"code": "q", "title": "季", "rule": "ratio", "points": 25, "value": "95.1%"}
    quarters = [{**quarter, "code": f"q{n}", "round": {"places": 0, "rule": "up"}}
                for n in range(4)]  # fmt: skip
    plain = [{**quarter, "code": f"q{n}"} for n in range(4)]
    assert exactly(scored(scheme_of(*plain), unit()).root) * 10 == 951
    assert scored(scheme_of(*quarters), unit()).total == 96


def test_a_limit_is_a_line_of_its_own_so_that_the_sheet_adds_up() -> None:
    scheme = scheme_of({**DEDUCT, "at_most": 2}, {"code": "b", "title": "基", "rule": "fixed",
                                                  "points": 10})  # fmt: skip
    events = [event(f"e{n}", "criticised") for n in range(5)]
    one = scored(scheme, unit(events=events))
    assert (one.total, line(one, "扣/扣:limit").points) == (8, 3)
    assert "最多扣2分" in words(line(one, "扣/扣:limit"))


PROGRAMS = [
    "数.real", "数[0]", "(lambda: 1)()", "[x for x in (1, 2)]", "2 ** 数", "2 ** 99", "1 if 数", "",
    "f'{数}'", "数 := 1", "b'1'", "1e3", "数 // 2", "数 is 1", "最高(数, 数)", "f(数)", "* 数",
]  # fmt: skip


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_formula_is_a_formula_and_no_program(text: str) -> None:
    from workflow.rules.assessment.language.formula import WrongFormula
    from workflow.rules.assessment.language.parsing import parse

    with pytest.raises(WrongFormula):
        parse(text)


def test_a_scheme_names_what_the_states_rules_forbid() -> None:
    from documents.scheme_file import flags_of

    scheme = scheme_of(
        {"code": "a", "title": "领导批示", "rule": "bonus", "events": ["good_practice"], "each": 1},
        {
            "code": "b",
            "title": "平台登录",
            "rule": "fixed",
            "points": 1,
            "clause": "按登录次数计分",
        },
        {"code": "c", "title": "实绩", "rule": "fixed", "points": 1},
        {
            "code": "d",
            "title": "宣传",
            "rule": "fixed",
            "points": 1,
            "clause": "省级媒体刊发的加1分",
        },
        {"code": "e", "title": "台账", "rule": "fixed", "points": 1},
    )
    found = [(one.code, one.words) for one in flags_of(scheme)]
    assert found == [("a", "批示"), ("b", "登录"), ("d", "媒体"), ("e", "台账")]
