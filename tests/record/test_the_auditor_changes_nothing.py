"""Every verb refuses the auditor, and none of them leaves a trace in the database."""

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from sqlalchemy import event

import workflow.verbs
from db.engine import Database
from db.evidence import EvidenceStore
from db.models import Person, Role
from workflow.rules.access.permissions import Actor, Post
from workflow.rules.refusals import NotAllowed, NotFound, Refused
from workflow.verbs.context import Context
from workflow.verbs.record.backup import Vault, backup
from workflow.verbs.record.drill import drill
from worlds import LETTERHEAD, World, little_city

OWN = {
    "change_password", "choose_language", "log_in", "log_out", "ask_reset", "reset_password",
    "prove_code", "end_session", "enrol_factor", "see_notices",
}  # fmt: skip
"""What everybody does with their own login."""
READS = {"verify_audit", "export_shown", "collect", "record_collected"}
"""What the auditor is there for; of all this an export alone leaves an event, of itself."""
BY_OTHERS = {
    "answer_return",
    "begin",
    "lay_draft",
    "put_rest_aside",
    "record_return",
    "require_confirmed",
    "stay",
    "take_in_reply",
    "take_in_workbook",
    "queue_letter",
    "notify",
    "notify_owner",
    "notify_unreached",
    "queue_digests",
    "settle_dates",
    "invite",
    "record_refusal",
    "record_left_out",
    "require_separate_posts",
    "speaks_for",
    "import_return",
    "apply_edition",
    "reallot",
    "renumber",
    "hand_over",
    "hand_over_indicators",
    "lay_indicators",
    "let_stand",
    "owe_reports",
}
"""Parts of verbs, and what acts through another verb (`submit`)."""


def verbs() -> dict[str, Callable[..., Any]]:
    """Every verb: named like its module, or asking for permission by itself."""
    found = {}
    for module in walk_packages(workflow.verbs.__path__, "workflow.verbs."):
        loaded = import_module(module.name)
        for name, function in vars(loaded).items():
            if not isinstance(function, types.FunctionType) or name.startswith("_"):
                continue
            if function.__module__ != loaded.__name__:
                continue
            first = next(iter(inspect.signature(function).parameters), "")
            asks = "c.require(" in inspect.getsource(function)
            if first == "c" and (asks or name == module.name.rpartition(".")[2]):
                found[name] = function
    return found


VERBS = {name: verb for name, verb in verbs().items() if name not in OWN | READS | BY_OTHERS}


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("audited") / "luoshi.db"
    path.write_bytes(sqlite_template.read_bytes())
    world = little_city(Database(f"sqlite:///{path}"))
    with world.database.write() as session:
        person = Person(email="auditor@luoshi.test", name="审计员", unit_id=None)
        session.add(person)
        session.flush()
        session.add(Role(person_id=person.id, name="auditor", valid_from=date(2021, 1, 1)))
        world.people["", "auditor"] = person.id
    yield world
    world.database.dispose()


SAMPLES: dict[object, object] = {
    int: 1, str: "x", bool: True, bytes: b"x", date: date(2021, 5, 1),
    datetime: datetime(2021, 5, 1, tzinfo=UTC), Path: Path("/nonexistent"), float: 1.0,
}  # fmt: skip


def sample(kind: Any) -> Any:
    """A value of a kind that a verb asks for."""
    if kind in SAMPLES:
        return SAMPLES[kind]
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return sample(typing.get_args(kind)[0])
    if origin in (dict, Mapping):
        return {sample(one): sample(one) for one in typing.get_args(kind)[:1]}
    if origin in (list, tuple, set, frozenset) or inspect.isclass(origin):
        return ()
    return types.SimpleNamespace()


def given(verb: Callable[..., Any]) -> dict[str, Any]:
    kinds = typing.get_type_hints(verb)
    asked = list(inspect.signature(verb).parameters.values())[1:]
    return {p.name: sample(kinds[p.name]) for p in asked if p.default is inspect.Parameter.empty}


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_is_refused_to_the_auditor(name: str, separate: bool, city: World) -> None:
    posts = frozenset({Post("auditor", None)})
    auditor = Actor(city.person("", "auditor"), posts, separate=separate)
    written: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().lower().startswith(("insert", "update", "delete")):
            written.append(statement)

    event.listen(city.database.engine, "before_cursor_execute", listen)
    try:
        answer = carried_out(VERBS[name], city, auditor)
    except (NotAllowed, NotFound):
        answer = None
    finally:
        event.remove(city.database.engine, "before_cursor_execute", listen)
    assert answer is None
    assert written == []


def carried_out(verb: Callable[..., Any], city: World, actor: Actor) -> Any:
    with city.database.write() as session:
        return verb(Context(session, actor, city.now, LETTERHEAD), **given(verb)) or "done"


def test_the_list_of_verbs_is_the_whole_one() -> None:
    assert len(VERBS) > 60
    named = {"submit", "accept", "issue", "restore", "remove_factor", "give_role", "join_group"}
    assert named <= set(VERBS)


@pytest.mark.parametrize("separate", [False, True])
def test_backup_and_drill_open_nothing_for_the_auditor(
    separate: bool, city: World, tmp_path: Path
) -> None:
    posts = frozenset({Post("auditor", None)})
    auditor = Actor(city.person("", "auditor"), posts, separate=separate)

    @contextmanager
    def as_auditor() -> Iterator[Context]:
        with city.database.read() as session:
            yield Context(session, auditor, city.now, LETTERHEAD)

    vault = Vault(tmp_path / "vault", "", 30, EvidenceStore(f"file://{tmp_path}/evidence"))
    with pytest.raises(NotAllowed):
        backup(as_auditor, folder=tmp_path, key=None, evidence=vault.evidence)
    with pytest.raises(NotAllowed):
        drill(as_auditor, vault)
    assert not list(tmp_path.glob("luoshi-*"))


def test_a_refusal_is_a_refusal() -> None:
    assert issubclass(NotAllowed, Refused)
