"""Databases for the tests: every test that asks for `database` runs on SQLite and PostgreSQL."""

from __future__ import annotations

import ast
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

import postgres
from db.engine import Database
from luoshi.logs import Line
from luoshi.private import UMASK

pytest_plugins = ["demoworld", "prefect_tables", "two_people"]

_numbers = count(1)
MEMORY = Path("/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    about = "the tests of pure rules alone, and files that are named: seconds, no database"
    parser.addoption("--rules", action="store_true", help=about)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if not config.getoption("--rules") or not collection_path.name.startswith("test_"):
        return None
    named = {Path(arg.partition("::")[0]).resolve() for arg in config.args}
    return None if collection_path in named or tries_rules_alone(collection_path) else True


def tries_rules_alone(path: Path) -> bool:
    """Whether a test uses workflow.rules and of all that is ours nothing else but the languages."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    here = Path(__file__).parent
    ours = {entry.stem for folder in (here, here.parent) for entry in folder.iterdir()}
    used = {name for name in found if name.split(".")[0] in ours}
    rules = {name for name in used if name.startswith("workflow.rules")}
    return bool(rules) and all(name.startswith("i18n") for name in used - rules)


def pytest_configure() -> None:
    """Let databases and files of tests lie in memory where there is space: disks wait for each
    commit, and there are thousands."""
    # A busy machine is no fault; the suite has ten minutes, and tries other examples each time.
    settings.register_profile("luoshi", deadline=None, max_examples=50)
    settings.load_profile("luoshi")
    os.umask(UMASK)  # as every command of ours begins
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 2**30:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command sets up the log of its process; run within a test, it must not set up the next."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
    for handler in [one for one in root.handlers if isinstance(one.formatter, Line)]:
        root.removeHandler(handler)


HERE = Path(__file__).parent
FIRST = ("real_use/", "torture/", "demo/test_demo_clock.py")
"""What waits for a real clock and what takes long; then what makes the year of the demo, so that
it is there when others ask for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what others would have to wait for."""

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(HERE).as_posix()
        return next((n for n, start in enumerate(FIRST) if name.startswith(start)), len(FIRST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "luoshi.db"
    made = Database(f"sqlite:///{path}")
    made.upgrade()
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The URL of the server, where a migrated database `luoshi_template` stands."""
    postgres.admin(postgres_server, "drop database if exists luoshi_template")
    postgres.admin(postgres_server, "create database luoshi_template")
    made = Database(postgres.named(postgres_server, "luoshi_template"))
    made.upgrade()
    made.dispose()
    return postgres_server


@pytest.fixture(scope="session")
def kept_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The one SQLite database of a test run. Its engine stays from test to test, for what it has
    learned of our statements takes longer to learn than most tests take."""
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('kept')}/luoshi.db")
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def kept_postgres(postgres_template: str) -> Iterator[Database]:
    """The same on PostgreSQL."""
    made = Database(postgres.named(postgres_template, f"luoshi_{next(_numbers)}"))
    yield made
    made.dispose()


@pytest.fixture
def sqlite_database(kept_sqlite: Database, sqlite_template: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    path, *more = kept_sqlite.files
    for left in (path, *more):
        left.unlink(missing_ok=True)
    shutil.copy(sqlite_template, path)
    yield kept_sqlite
    kept_sqlite.dispose()


@pytest.fixture
def postgres_database(kept_postgres: Database, postgres_template: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    name = kept_postgres.url.database
    postgres.admin(postgres_template, f"create database {name} template luoshi_template")
    yield kept_postgres
    kept_postgres.dispose()
    postgres.admin(postgres_template, f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database; the test runs once on each kind."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    return request.getfixturevalue(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"luoshi_empty_{next(_numbers)}"
    postgres.admin(server, f"create database {name}")
    yield postgres.named(server, name)
    postgres.admin(server, f"drop database {name} with (force)")
