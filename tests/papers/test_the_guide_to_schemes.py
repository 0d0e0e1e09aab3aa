"""The guide to schemes is right: its example is taken in, its facts can be scored by it."""

import re
from pathlib import Path

import yaml

from documents.scheme_file import checked_file
from documents.scored_file import scored
from workflow.rules.assessment.language.functions import FUNCTIONS, STATISTICS
from workflow.rules.assessment.language.kinds.nodes import KINDS

GUIDE = (Path(__file__).parents[2] / "docs/schemes.zh.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)


def test_the_example_scheme_is_taken_in_and_its_case_holds() -> None:
    found = checked_file(EXAMPLES[0].encode())
    assert (found.code, found.examples, found.flags) == ("example", 1, ())


def test_the_example_facts_are_scored_by_it() -> None:
    assert yaml.safe_load(EXAMPLES[1])["schema"] == "luoshi.facts/1"
    done = scored(EXAMPLES[0].encode(), EXAMPLES[1].encode())
    assert b"51.54" in done.document  # 60 × 6013 ÷ 7000


def test_every_rule_and_every_function_is_in_the_guide() -> None:
    assert {name for name in KINDS if f"rule: {name}" not in GUIDE} == set()
    chinese = {name for name in (*FUNCTIONS, *STATISTICS) if not name.isascii()}
    assert {n for n in chinese if not n.startswith("全体") and n not in GUIDE} == set()
