"""The whole table of permissions through every verb that asks it: let in or refused, whoever acts.

A verb that asks for permission and has no row in rows_of_verbs.py fails here, as does an action of
the table that no verb asks for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import workflow.verbs
from access.rows_of_verbs import ROWS, Row
from access.year_of_verbs import HERE, Stage, staged
from db.engine import Database
from workflow.rules.access import permissions
from workflow.rules.access.permissions import (
    GRANTS,
    ROLES,
    THREE_POSTS,
    Actor,
    Post,
    Subject,
    may,
    system,
)
from workflow.rules.refusals import NotAllowed, NotFound, Refused
from workflow.verbs.context import Context
from workflow.verbs.people import save_person as people
from workflow.verbs.people.import_people import import_people
from workflow.verbs.places.take_down import take_down
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.units.import_units import import_units
from workflow.verbs.units.save_unit import save_unit
from worlds import LETTERHEAD, OFFICE

IN_OWN_PLACE = {
    people.add_person, import_people, import_units, save_unit, start_working_copy, take_down,
}  # fmt: skip
"""What makes something new does so in the actor's own place."""
LATER = {"review_result", "approve_result"}
"""What take_step asks for in later steps: tests/assessment/test_procedure.py goes through them."""
PARTS = {"copy_to_write", "speaks_for", "_reporting_unit", "judge_value"}
"""What asks for other verbs, which have their rows: the action is theirs, or they call it."""


class Enough(Exception):
    """The verb was carried out; nothing of it shall stay."""


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("permissions")
    path = folder / "luoshi.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield staged(database, folder)
    database.dispose()


def actors(stage: Stage, row: Row, separate: bool) -> Iterator[tuple[str, Actor]]:
    """Whoever holds one role for the unit that the verb is about, for the one that collects, for
    a third; and the system."""
    person = stage.world.administrator
    units = {row.unit or HERE, row.lead or HERE, OFFICE}
    for role in ROLES:
        for unit in sorted({"" if role in (*THREE_POSTS, "leader") else unit for unit in units}):
            post = Post(role, stage.unit(unit) if unit else None)
            yield f"{role} of {unit}", Actor(person, frozenset({post}), separate=separate)
    for role in sorted(permissions.OFFICE):
        elsewhere = Post(role, None, stage.ids["county"])
        yield f"{role} elsewhere", Actor(person, frozenset({elsewhere}), separate=separate)
    yield "nobody", Actor(person, frozenset(), separate=separate)
    yield "system", system("clock")


def let_in(stage: Stage, row: Row, actor: Actor) -> bool:
    """Whether the verb did not turn the actor away, whatever else it found wrong."""
    try:
        with stage.world.database.write() as session:
            row.call(stage, Context(session, actor, stage.world.now, LETTERHEAD))
            raise Enough
    except (NotAllowed, NotFound):
        return False
    except (Refused, Enough):
        return True


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.verb.__name__}-{row.action}")
def test_the_table_opens_the_verb(row: Row, separate: bool, stage: Stage) -> None:
    here, there = row.subject(stage), Subject(stage.ids["county"])
    expected = {
        who: may(
            one, row.action, there if "elsewhere" in who and row.verb in IN_OWN_PLACE else here
        )
        for who, one in actors(stage, row, separate)
    }
    found = {who: let_in(stage, row, one) for who, one in actors(stage, row, separate)}
    assert found == expected
    assert True in found.values()
    assert False in found.values()


def asking() -> set[str]:
    """Every function among the verbs that asks for permission."""
    found = set()
    for path in Path(workflow.verbs.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name != "require":
                calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
                if {ast.unparse(call) for call in calls} & {"c.require", "require"}:
                    found.add(node.name)
    return found


def test_no_verb_and_no_action_is_left_out() -> None:
    named = {row.verb.__name__ for row in ROWS}
    assert asking() - named == PARTS
    assert {row.action for row in ROWS} | LATER == set(GRANTS)
