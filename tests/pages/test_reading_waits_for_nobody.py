"""While somebody writes, every page can be read: none of them takes the write lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from db import engine
from db.engine import Database
from pages.on_stage import on_stage, opened
from ui.shell.pages import PAGES, ROLES
from workflow.rules.access.permissions import system
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import LABOUR, OFFICE, World, datetime, little_city

BUSY = "数据库"


@pytest.fixture
def city(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Whoever would wait for the lock is refused at once."""
    world = little_city(sqlite_database)
    world.now = datetime.fromisoformat("2021-03-23T08:30:00+08:00")
    world.do(system("clock"), open_rounds)
    sqlite_database.dispose()
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 0)
    return world


@pytest.mark.parametrize(
    ("unit", "role"),
    [(OFFICE, "reviewer"), (OFFICE, "administrator"), (LABOUR, "liaison"), (LABOUR, "deputy_head"),
     ("", "leader")],
)  # fmt: skip
def test_every_page_is_read_while_somebody_writes(
    unit: str, role: str, city: World, tmp_path: Path
) -> None:
    assert role in ROLES
    installation = on_stage(city, tmp_path)
    with city.database.write() as session:
        session.execute(text("update plan set title = title"))
        for leaf in PAGES:
            if role in leaf.roles:
                at = opened(installation, city, leaf.key, unit, role)
                said = " ".join(str(getattr(one.proto, "body", "")) for one in at.main)
                assert BUSY not in said, leaf.key
