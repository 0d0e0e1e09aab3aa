"""A scheme's text changed by its form: the rule that is meant, and nothing else."""

from __future__ import annotations

import pytest

from documents.marked_data import read_marked
from documents.scheme_editing import (
    RuleText,
    Shape,
    rules_of,
    with_rule_after,
    with_value,
    without_rule,
)
from documents.scheme_file import plain_data, shipped_schemes, shipped_text
from documents.scheme_outline import text_of
from workflow.rules.assessment.language.kinds.nodes import KINDS
from workflow.rules.refusals import Invalid

TEXT = shipped_text("quzhou")


def said(text: str) -> object:
    return plain_data(read_marked(text.encode(), "wrong").data)


def rule(text: str, code: str) -> RuleText:
    return next(one for one in rules_of(text) if one.values.get("code") == code)


def rewritten(text: str, code: str, name: str, value: str, shape: Shape) -> str:
    return with_value(text, rule(text, code).path, name, value, shape)


def test_every_rule_is_found_with_its_lines_and_what_its_keys_say() -> None:
    lines = TEXT.splitlines()
    for one in rules_of(TEXT)[1:]:
        assert one.values["code"] in lines[one.first - 1]
        assert one.values["rule"] in KINDS
    deliverables = rule(TEXT, "deliverables")
    assert deliverables.values["bands"].splitlines()[1] == (
        "above: 0, at_most: 30, points: 80% × 20"
    )
    assert deliverables.values["where"] == "deliverable: [true]"
    assert "90" in lines[deliverables.last - 1]


@pytest.mark.parametrize("name", shipped_schemes())
@pytest.mark.parametrize("made", [lambda text: text, lambda text: text_of(said(text))])
def test_what_is_written_back_unchanged_says_the_same(name: str, made: object) -> None:
    text = made(shipped_text(name))  # type: ignore[operator]
    before = said(text)
    for one in rules_of(text):
        for key, value in one.values.items():
            if key in ("title", "clause", "value", "rule", "points", "when"):
                text = with_value(text, one.path, key, value, Shape.LINE)
            elif key in ("bands", "through"):
                text = with_value(text, one.path, key, value, Shape.ROWS)
            elif key in ("top", "bottom"):
                text = with_value(text, one.path, key, value, Shape.LIST)
            elif key in ("each", "absent", "where", "shares"):
                text = with_value(text, one.path, key, value, Shape.LINE_OR_PAIRS)
    assert said(text) == before


def test_a_value_is_changed_added_and_taken_out_and_comments_stay() -> None:
    changed = rewritten(TEXT, "steady", "points", "20", Shape.LINE)
    assert rule(changed, "steady").values["points"] == "20"
    assert len(changed) == len(TEXT)
    changed = rewritten(changed, "criticised", "turns", "1, 2", Shape.LIST)
    assert "at_most: 6,\n       clause" in changed
    assert rule(changed, "criticised").values["turns"] == "1, 2"
    changed = rewritten(changed, "criticised", "at_most", "", Shape.LINE)
    changed = rewritten(changed, "numbers", "shared", "", Shape.LINE)
    changed = rewritten(changed, "numbers", "nothing_below", "60%", Shape.LINE)
    assert "at_most" not in rule(changed, "criticised").values
    assert "shared" not in rule(changed, "numbers").values
    assert changed.startswith("# The office's own scheme")
    assert rule(changed, "deliverables").values == rule(TEXT, "deliverables").values


def test_what_has_signs_of_yaml_in_it_is_quoted() -> None:
    for value in ("加分：甲, 乙", "a: b", "如果(次 <= 1, 次, 2)", "#1", "it's {so}", '"优秀"'):
        for code in ("numbers", "criticised"):
            changed = rewritten(TEXT, code, "title", value, Shape.LINE)
            assert rule(changed, code).values["title"] == value


def test_rows_that_are_long_stand_on_lines_of_their_own() -> None:
    rows = "\n".join(
        f"at_least: {n}%, below: {n + 10}%, points: 15 × 值" for n in range(0, 100, 10)
    )
    changed = rewritten(TEXT, "deliverables", "bands", rows, Shape.ROWS)
    assert rule(changed, "deliverables").values["bands"] == rows
    assert max(map(len, changed.splitlines())) < 120
    changed = rewritten(TEXT, "deliverables", "bands", "60%, 0\n90%, 8", Shape.ROWS)
    assert rule(changed, "deliverables").values["bands"] == "60%, 0\n90%, 8"


@pytest.mark.parametrize(
    ("value", "shape"),
    [("国家级 5", Shape.PAIRS), ("5, [3", Shape.LIST), ("{", Shape.ROWS), (",", Shape.LIST)],
)
def test_what_cannot_be_read_is_refused_with_an_example(value: str, shape: Shape) -> None:
    with pytest.raises(Invalid, match=r"5|at_least"):
        rewritten(TEXT, "criticised", "each", value, shape)


def test_rules_are_added_and_taken_out() -> None:
    for code in ("numbers", "criticised"):
        added = with_rule_after(TEXT, rule(TEXT, code).path, "new", "新的一条")
        codes = [one.values["code"] for one in rules_of(added)[1:]]
        assert codes[codes.index(code) + 1] == "new"
        back = without_rule(added, rule(added, "new").path)
        assert said(back) == said(TEXT)
        assert "code: " + code not in without_rule(TEXT, rule(TEXT, code).path)
    with pytest.raises(Invalid):
        without_rule(TEXT, ("score",))
