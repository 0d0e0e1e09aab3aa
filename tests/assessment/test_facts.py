"""Facts that cannot be used are refused with their place."""

from typing import Any

import pytest

from assessment.assessment_facts import facts_of, measure, task, unit
from workflow.rules.refusals import Invalid


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
