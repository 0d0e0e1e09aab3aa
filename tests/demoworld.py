"""The demo's year for tests: lived once in a test run, copied for each test.

    def test_…(demo_installation): with demo_installation.reading(…) as c: …

`demo_installation` is a luoshi.wiring.Installation on a copy of the database (SQLite)
as it stands on 25 November
2021, 16:00, its clock standing there; `demo_database` its database; `lived_year` the folder that is
copied (luoshi.db, evidence/, mail/), not to be written to.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Database
from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.place import DemoFolder, free_port, settings_of
from luoshi.demo.start import make
from luoshi.demo.year.history import begins_at
from luoshi.demo.year.scripts import read_story
from luoshi.wiring import Installation


@pytest.fixture(scope="session")
def lived_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was never started; shared by the workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "lived-year"
    folder.mkdir(exist_ok=True)
    with (folder / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        place = DemoFolder(folder / "demo")
        if not place.is_made:
            live_in(place)
    return place.folder


def live_in(place: DemoFolder) -> None:
    """Live the year in an empty folder, its mail sent by real SMTP."""
    place.lock().close()
    port = free_port()
    stop = receive(Mailbox(place.mail), port)
    try:
        make(place, read_story(), 8501, port)
    finally:
        stop()


@pytest.fixture
def demo_installation(lived_year: Path, tmp_path: Path) -> Iterator[Installation]:
    place = DemoFolder(tmp_path / "demo")
    place.folder.mkdir()
    shutil.copy(lived_year / "luoshi.db", place.database)
    shutil.copytree(lived_year / "evidence", place.folder / "evidence")
    installation = Installation(settings_of(place, place.folder, 8501, 9))
    installation.clock = lambda: begins_at(read_story())
    yield installation
    installation.database.dispose()


@pytest.fixture
def demo_database(demo_installation: Installation) -> Database:
    return demo_installation.database
