"""The collecting flow: every mail of a mailbox is a run of its own, whose outcome Prefect shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

import worlds
from collecting import mails
from db.engine import Database
from flows.collecting import collect
from flows.installation import open_installation
from luoshi.settings import Settings
from luoshi.wiring import Installation
from mailbox_server import PASSWORD, USER, MailServer, served
from pages import office
from pages.on_stage import email


@pytest.fixture(scope="module", autouse=True)
def prefect(harness_on_laid_tables: None) -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=600):
        yield


@pytest.fixture
def server() -> Iterator[MailServer]:
    with TemporaryDirectory(prefix="imap-") as folder, served(Path(folder)) as made:
        yield made


@pytest.fixture
def world(sqlite_database: Database, server: MailServer) -> Iterator[worlds.World]:
    made = worlds.little_city(sqlite_database)
    office.acknowledge_all(made)
    office.open_round(made, office.noon(2021, 3, 10))
    settings = Settings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        imap_host="127.0.0.1", imap_port=server.port, imap_username=USER, imap_password=PASSWORD,
        imap_tls="none", _env_file=None,
    )  # fmt: skip
    installation = Installation(settings, clock=lambda: datetime(2021, 3, 11, tzinfo=UTC))
    open_installation(installation)
    yield made
    installation.database.dispose()


def test_every_mail_is_a_run_and_is_taken_in_once(world: worlds.World, server: MailServer) -> None:
    sender = email(world, worlds.SCIENCE, "liaison")
    server.put(mails.reply("1.1：本季引进12人，累计86人。", sender))
    server.put(mails.reply("收到", sender))
    assert collect() == 2
    assert collect() == 0
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs()
    assert sorted(run.name for run in runs) == ["mail 1", "mail 2"]
    assert {str(run.state_name) for run in runs} == {"Completed"}
