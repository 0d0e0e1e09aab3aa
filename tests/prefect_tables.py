"""Prefect's own tables, laid once in a test run: a server on a fresh database takes ten seconds
more for them than on one that is there."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest


@pytest.fixture(scope="session")
def prefect_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database of Prefect's without a run, to be copied; shared by the workers."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if base.name.startswith("popen-") else base) / "prefect-tables"
    home.mkdir(exist_ok=True)
    made = home / "laid"
    with (home / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not made.exists():
            environ = {**os.environ, "PREFECT_HOME": str(home), "DO_NOT_TRACK": "1"}
            environ.pop("PYTHONDONTWRITEBYTECODE", None)
            command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
            subprocess.run(command, env=environ, check=True, capture_output=True)
            made.touch()
    return home / "prefect.db"


@pytest.fixture(scope="module")
def harness_on_laid_tables(prefect_tables: Path) -> Iterator[None]:
    """Let `prefect_test_harness` begin with them."""

    def folder() -> str:
        made = mkdtemp()
        shutil.copy(prefect_tables, Path(made) / "prefect-test.db")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prefect.testing.utilities.mkdtemp", folder)
        yield
