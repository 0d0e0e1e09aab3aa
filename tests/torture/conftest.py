"""What the tests of this folder share: copies of databases, and the tale of what was done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from torture import length
from torture.copies import Copies


@pytest.fixture(params=length.KINDS)
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    """Databases that are copies of others: SQLite in the suite, PostgreSQL too in the long form."""
    if request.param == "sqlite":
        yield Copies(tmp_path, f"sqlite:///{request.getfixturevalue('sqlite_template')}")
        return
    made = Copies(tmp_path, request.getfixturevalue("postgres_template"), "luoshi_template")
    yield made
    made.drop_all()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if length.MINUTES:
        done = ", ".join(f"{n} {what}" for what, n in sorted(length.count.items()))
        terminalreporter.write_line(f"torture from seed {length.SEED}: {done}")
