"""Rules as the papers of cities word them: each is said in the language, and comes out right."""

from pathlib import Path
from typing import Any

import pytest

from documents.marked_data import read_marked
from documents.scheme_file import WRONG, checked
from documents.scheme_file import plain_data as plain

RULES = [
    rule
    for name in ("rules_of_cities.yaml", "more_rules_of_cities.yaml")
    for rule in plain(read_marked(Path(__file__).with_name(name).read_bytes(), WRONG).data)
]


def scheme_of(rule: dict[str, Any]) -> dict[str, Any]:
    """A scheme of that rule alone, with its cases as its examples."""
    cases = [
        {"title": f"{rule['name']} {no}", "unit": unit, "others": others[0] if others else [],
         "expect": points if isinstance(points, dict) else {"rule": points}}
        for no, (unit, points, *others) in enumerate(rule["cases"], 1)
    ]  # fmt: skip
    return {
        "schema": "luoshi.scheme/2",
        "code": "rule",
        "title": rule["name"],
        "year": 2025,
        "groups": [{"code": "all", "title": "全部", "kinds": ["county"]}],
        "roles": {"lead": 1, "joint": 1, "support": "0.5"},
        "events": {"praised": "表彰", "criticised": "通报批评", "funds": "资金"},
        "absent": "ask",
        **({"inputs": rule["inputs"]} if "inputs" in rule else {}),
        "score": {
            "code": "total",
            "title": "总分",
            "rule": "sum",
            "children": [{"code": "rule", "title": rule["name"], **rule["node"]}],
        },
        "examples": cases,
        **rule.get("scheme", {}),
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["name"])
def test_a_rule_comes_out_as_its_paper_says(rule: dict[str, Any]) -> None:
    checked(scheme_of(rule))
