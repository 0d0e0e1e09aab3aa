"""Whatever the program puts on record is told in words on 操作留痕."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from i18n import speaking
from ui.views.audit.words import deed, who
from workflow.rules.access.permissions import Permission
from workflow.rules.record.deeds import DEEDS, EXPORTS, LOGINS, REFUSED
from workflow.rules.states import TRANSITIONS

ROOT = Path(__file__).parents[2]
ROOMS = ("workflow/verbs", "db", "luoshi", "flows", "ui", "documents")
SUBJECT, ACTION = 2, 1


@cache
def noted() -> frozenset[tuple[str, str, str]]:
    """(subject, action, where) of every call of `record_event`, constants and names followed."""
    return frozenset(_noted())


def _noted() -> Iterator[tuple[str, str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if (
                    node.func.attr != "record_event"
                    or len(node.args) < 4
                    or path.name == "context.py"
                ):
                    continue
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                for subject in strings(node.args[SUBJECT], tree, where):
                    for action in strings(node.args[ACTION], tree, where):
                        yield subject, action, where


def strings(node: ast.expr, tree: ast.AST, where: str) -> set[str]:
    """Every text that an argument may be."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return strings(node.body, tree, where) | strings(node.orelse, tree, where)
    if isinstance(node, ast.Attribute) and node.attr == "event":  # of a Trace
        return traces()
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Permission":
        return {Permission[node.attr].value}
    assert isinstance(node, ast.Name), f"{where}: which action is this?"
    found: set[str] = set()
    for given in ast.walk(tree):
        if isinstance(given, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == node.id for target in given.targets
        ):
            found |= strings(given.value, tree, where)
        if (
            isinstance(given, ast.AnnAssign)
            and given.value
            and isinstance(given.target, ast.Name)
            and given.target.id == node.id
        ):
            found |= strings(given.value, tree, where)
        if isinstance(given, ast.FunctionDef):
            found |= handed_over(given, node.id, tree)
    assert found, f"{where}: nothing says what {node.id} may be"
    return found


def handed_over(function: ast.FunctionDef, name: str, tree: ast.AST) -> set[str]:
    """What callers in the same module give for a parameter, by constants of any module."""
    names = [argument.arg for argument in function.args.args]
    if name not in names:
        return set()
    constants = {"SET_ASIDE": "set_aside", "TAKEN_UP": "taken_up"}
    calls = (
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id == function.name
    )  # fmt: skip
    given = [call.args[names.index(name)] for call in calls]
    return {constants[arg.id] for arg in given if isinstance(arg, ast.Name)}


@cache
def traces() -> set[str]:
    found = set()
    for room in ("workflow", "luoshi", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "Trace"
                ):
                    (event,) = (a for a in node.args[:1] if isinstance(a, ast.Constant))
                    found.add(str(event.value))
    return found


def test_every_action_in_the_code_has_words() -> None:
    silent = {(s, a): where for s, a, where in noted() if (s, a) not in DEEDS}
    assert silent == {}
    assert {(t.subject, t.action) for t in TRANSITIONS} - set(DEEDS) == set()


def test_no_words_are_left_without_an_action() -> None:
    done = {(s, a) for s, a, _where in noted()} | {(t.subject, t.action) for t in TRANSITIONS}
    assert set(DEEDS) - done == set()
    assert (REFUSED | LOGINS | EXPORTS) - {action for _subject, action in DEEDS} == set()


def test_the_collector_sees_what_it_should() -> None:
    found = {(s, a) for s, a, _where in noted()}
    assert {
        ("round", "join_round"), ("working_copy", "taken_up"), ("plan", "remind"),
        ("assessment", "assess"), ("person", "log_in_failed"), ("person", "held_back"),
    } <= found  # fmt: skip


def test_an_event_of_another_version_keeps_its_names() -> None:
    class Strange:
        subject, action, actor, person = "comet", "seen", "clock", ""

    with speaking("zh"):
        assert deed(Strange()) == "comet seen"
        assert who(Strange()) == "系统自动"
