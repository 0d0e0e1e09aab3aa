"""A page that reads without an actor is refused by the test command."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUERIES = """
from sqlalchemy.orm import Session
from workflow.rules.access.permissions import Actor
def tasks(session: Session, actor: Actor) -> list[int]: ...
def all_tasks(session: Session, plan_id: int) -> list[int]: ...
def words(rows: list[int]) -> str: ...
"""


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spec = spec_from_file_location("scope_lint", ROOT / "deploy" / "scope_lint.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "FREE", {})
    write(tmp_path / "db/queries/tasks/board.py", QUERIES)

    def look(place: str, text: str) -> list[str]:
        write(tmp_path / place, text)
        return module.check(tmp_path)

    look.module, look.root = module, tmp_path
    return look


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_a_query_with_an_actor_and_what_reads_nothing_are_let_through(lint) -> None:
    assert lint("ui/views/page.py", "from db.queries.tasks.board import tasks, words") == []


@pytest.mark.parametrize(
    "place", ["ui/views/page.py", "luoshi/cli/plans/plan.py", "flows/nightly.py"]
)
def test_a_query_without_an_actor_is_refused_with_its_place(lint, place: str) -> None:
    text = "def draw():\n    from db.queries.tasks.board import all_tasks as some\n"
    (said,) = lint(place, text)
    assert said.endswith(f"{place}:2: tasks.board.all_tasks reads without an actor")


@pytest.mark.parametrize(
    "text",
    [
        "from db.queries.tasks import board",
        "from db.queries import tasks",
        "from db import queries",
        "import db.queries.tasks.board",
    ],
)
def test_a_whole_module_is_refused_for_the_lint_cannot_look_inside(lint, text: str) -> None:
    (said,) = lint("ui/views/page.py", text)
    assert "by their names" in said


def test_a_verb_may_read_without_an_actor_for_it_has_asked(lint) -> None:
    assert lint("workflow/verbs/do.py", "from db.queries.tasks.board import all_tasks") == []


def test_what_is_free_must_be_there(lint) -> None:
    lint.module.FREE["tasks.board.all_tasks"] = "a reason"
    assert lint("ui/views/page.py", "from db.queries.tasks.board import all_tasks") == []
    lint.module.FREE["tasks.board.gone"] = "a reason"
    assert lint("ui/views/page.py", "") == ["FREE names tasks.board.gone, which is not there"]
