"""The words of the glossary are those of the code."""

import ast
import re
from itertools import chain
from pathlib import Path

from i18n import _, speaking
from workflow.rules.access.permissions import GRANTS, ROLES
from workflow.rules.requests import KINDS
from workflow.rules.states import STATES, TRANSITIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", TEXT, re.MULTILINE)
NAMES = [name for code, _zh in ROWS for name in re.findall(r"`(\w+)`", code)]


def classes() -> set[str]:
    """Every class of the record, the rules and the catalogue."""
    files = chain.from_iterable(
        (ROOT / p).rglob("*.py") for p in ("db", "workflow", "tasks_catalog")
    )
    nodes = chain.from_iterable(ast.walk(ast.parse(file.read_text("utf-8"))) for file in files)
    return {node.name for node in nodes if isinstance(node, ast.ClassDef)}


def test_every_class_of_the_glossary_is_in_the_code() -> None:
    named = [name for name in NAMES if name[0].isupper()]
    assert len(named) > 20
    assert sorted(set(named) - classes()) == []


def test_every_other_name_is_a_verb_a_step_a_state_a_role_or_a_kind_of_request() -> None:
    known = {*GRANTS, *ROLES, *KINDS, *chain.from_iterable(STATES.values())}
    known |= {row.action for row in TRANSITIONS}
    known |= {file.stem for file in (ROOT / "workflow" / "verbs").rglob("*.py")}
    named = [name for name in NAMES if name[0].islower()]
    assert len(named) > 15
    assert sorted(set(named) - known) == []


def test_no_word_is_explained_twice() -> None:
    assert sorted({name for name in NAMES if NAMES.count(name) > 1}) == []


def test_roles_have_the_chinese_that_people_read() -> None:
    said = {re.sub(r"[`\s]", "", code): zh for code, zh in ROWS}
    with speaking("zh"):
        for role in ("liaison", "deputy_head", "head", "administrator"):
            assert _(ROLES[role]) in said[role]
