"""Schemes from the command line: checked with line and column, in the reader's language."""

import json
from pathlib import Path

import pytest

BASE = Path(__file__).parents[1] / "assessment/wrong_base.yaml"


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    place = tmp_path / "scheme.yaml"
    place.write_bytes(BASE.read_bytes())
    return place


def test_a_scheme_that_can_be_used_is_said_to_be(run: object, scheme: Path) -> None:
    done = run("scheme", "check", scheme, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert (found["code"], found["rules"], found["examples"], found["flags"]) == ("base", 5, 1, [])


def test_a_wrong_one_is_refused_with_line_column_and_remedy(run: object, scheme: Path) -> None:
    scheme.write_text(BASE.read_text("utf-8").replace("points: 40", "ponits: 40"), "utf-8")
    done = run("--language", "zh", "scheme", "check", scheme)
    assert done.code == 1
    assert "第24行第7列" in done.err
    assert "points" in done.err
    done = run("--language", "en", "scheme", "check", scheme, "--json")
    assert done.code == 1
    problems = json.loads(done.out)["error"]["problems"]
    assert any("line 24, column 7" in str(one) for one in problems)


def test_what_the_states_rules_forbid_is_flagged_with_line_and_source(
    run: object, scheme: Path
) -> None:
    text = BASE.read_text("utf-8").replace("title: 通报批评,", "title: 领导批示,")
    scheme.write_text(text, "utf-8")
    done = run("scheme", "check", scheme, "--json")
    assert done.code == 0
    (flag,) = json.loads(done.out)["flags"]
    assert (flag["code"], flag["words"]) == ("扣分", "批示")
    assert flag["line"] == text[: text.index("扣分, title")].count("\n") + 1
    assert "减负" in flag["source"]
    assert "批示" in run("--language", "zh", "scheme", "check", scheme).out


def test_facts_are_scored_by_a_scheme_in_the_language(
    run: object, scheme: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.json"
    one = {"unit": "1", "name": "柯城区", "kind": "county", "numbers": {"引才完成率": "0.9"}}
    whole = {"schema": "luoshi.facts/1", "year": 2025, "as_of": "2025-12-31", "units": [one]}
    facts.write_text(json.dumps(whole), "utf-8")
    done = run("assess", "score", "--scheme", scheme, "--facts", facts, "--json")
    assert done.code == 0, done.err
    (unit,) = json.loads(done.out)["units"]
    assert unit["total"] is None
    assert unit["questions"][0]["path"] == "满意"
    assert "由人决定" in unit["questions"][0]["question"]["zh"]
    (first, *_rest) = unit["root"]["children"]
    assert first["why"][0]["zh"] == "40分×0.9=36分"
    assert first["why"][0]["en"] == "40 × 0.9 = 36 points."
    assert "满意" in run("assess", "score", "--scheme", scheme, "--facts", facts).out
