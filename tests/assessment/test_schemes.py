from copy import deepcopy
from typing import Any

import pytest

from assessment.assessment_facts import FIRST, SCHEME_FORM, facts_of, measure, scheme_of, task, unit
from workflow.rules.assessment.scheme import read_scheme
from workflow.rules.refusals import Invalid


def changed(path: str, value: Any) -> dict[str, Any]:
    """The first scheme with one thing changed: score.children.0.points."""
    data = deepcopy(FIRST)
    *steps, last = path.split(".")
    place: Any = data
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    if value is None:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return data


def test_the_first_scheme_is_read_and_comes_to_a_hundred() -> None:
    scheme = scheme_of()
    assert scheme.score.points == 100
    assert [rule.code for rule in scheme.score.children][:2] == ["numbers", "deliverables"]
    assert all(rule.over != "reports" for rule in scheme.score.children)  # no punctuality in it


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("year", "2021", "$.year"),
        ("code", None, "$"),
        ("score.children.0.points", 0.5, "$.score.children[0].points"),
        ("score.children.0.rule", "magic", "$.score.children[0].rule"),
        ("score.children.0.surprise", 1, "$.score.children[0]"),
        ("score.points", 90, "total"),
        ("score.rule", "ratio", "total"),
        ("score.children.0.over", None, "total/numbers"),
        ("score.children.0.of", "days_late", "total/numbers"),
        ("score.children.0.code", "steady", "total/steady"),
        ("score.children.1.where", {"colour": ["red"]}, "total/deliverables"),
        ("score.children.1.steps.0.share", "0.1", "total/deliverables"),
        ("score.children.1.steps.2.at_most", 1, "total/deliverables"),
        ("score.children.1.steps.0.share", 2, "total/deliverables"),
        ("score.children.4.points", 3, "total/criticised"),
        ("score.children.4.each", -2, "total/criticised"),
        ("grades.1.at_least", 95, "grades"),
        ("groups.1.kinds", ["county"], "county"),
    ],
)
def test_a_scheme_that_cannot_be_used_says_where_and_why(path: str, value: Any, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_scheme(changed(path, value), SCHEME_FORM)
    assert place in [problem.where for problem in refused.value.problems]
    assert all(str(problem) for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        (unit(tasks=[task("1", measures=[measure("m", 0.5, 1)])]), "$.units[0]"),
        (unit(tasks=[task("1"), task("1")]), "市科技局 1"),
        (unit(exemptions=[{"id": "x", "of": "nothing"}]), "x"),
        (
            unit(
                given=[
                    {"id": "g1", "rule": "quality", "points": 1},
                    {"id": "g2", "rule": "quality", "points": 2},
                ]
            ),
            "市科技局",
        ),
        (
            unit(tasks=[task("1", milestones=[{"id": "d", "title": "", "due": "2021-02-30"}])]),
            "d",
        ),
    ],
)
def test_facts_that_cannot_be_used_say_where(facts: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        facts_of(facts)
    assert any(problem.where.startswith(place) for problem in refused.value.problems)
