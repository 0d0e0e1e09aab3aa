"""A first run over a big backlog waits at a real server until a person has said so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL
from prefect.states import Pending
from prefect.testing.utilities import prefect_test_harness
from prefect.types.entrypoint import EntrypointType
from sqlalchemy import func, select

import worlds
from db.engine import Database
from db.models import Digest, Event
from flows.catching_up import catch_up
from flows.first_run import KEY, resume_allowed
from flows.runs import remind
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.time.timetable import TIMETABLE
from workflow.verbs.reminders.first_run import allow_backlog, waiting_backlog
from workflow.verbs.reminders.remind import record_reminding
from workflow.verbs.rounds.open_rounds import open_rounds

DAY = "2021-03-30T08:30:00+08:00"
AT = datetime.fromisoformat(DAY)


@pytest.fixture(scope="module")
def client(harness_on_laid_tables: None) -> Iterator[SyncPrefectClient]:
    with prefect_test_harness(server_startup_timeout=600), get_client(sync_client=True) as made:
        yield made


@pytest.fixture
def installation(sqlite_database: Database, monkeypatch) -> Iterator[Installation]:
    """Late reports, nobody ever reminded, and a cap that they are above."""
    world = worlds.little_city(sqlite_database)
    world.do(system("clock"), open_rounds, at=worlds.ISSUED.replace(month=3, day=10))
    url = sqlite_database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("LUOSHI_DATABASE_URL", url)
    monkeypatch.setenv("LUOSHI_FIRST_RUN_MAILS", "3")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    made = Installation(Settings(_env_file=None))
    yield made
    made.database.dispose()


def count(installation: Installation, table: type) -> int:
    with installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def carry_out(client: SyncPrefectClient, run: UUID) -> FlowRun:
    """A process of its own for the run, as whoever serves the flows begins one."""
    client.set_flow_run_state(run, Pending())
    environ = {**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value()}
    subprocess.run([sys.executable, "-m", "prefect.engine", str(run)], env=environ, check=False)
    return client.read_flow_run(run)


def test_nothing_is_sent_until_a_person_said_so(
    client: SyncPrefectClient, installation: Installation
) -> None:
    made = remind.to_deployment("remind", entrypoint_type=EntrypointType.MODULE_PATH)
    slot = made.apply()
    run = client.create_flow_run_from_deployment(slot, parameters={"as_of": DAY}).id
    asked = carry_out(client, run)
    assert asked.state is not None
    assert asked.state.is_paused()
    assert count(installation, Digest) == 0
    artifacts = client.request("POST", "/artifacts/filter", json={}).json()
    assert [(one["key"], "确认之前" in one["data"]) for one in artifacts] == [(KEY, True)]
    began = {one.name: slot for one in TIMETABLE}
    assert catch_up(client, installation, began, AT + timedelta(hours=1)) == []  # it asks already
    assert resume_allowed(client, slot) == 1  # as after the button under operations
    done = carry_out(client, run)
    assert done.state is not None
    assert done.state.is_completed()
    assert count(installation, Digest) > 3
    with installation.database.read() as session:
        said = session.scalars(select(Event).where(Event.action == "allow_backlog")).all()
    assert len(said) == 1


def test_only_a_first_run_over_much_asks(installation: Installation) -> None:
    with installation.reading(system("x"), AT) as c:
        waits = waiting_backlog(c, 3)
        assert waits is not None
        assert waits.mails > 3
        assert waiting_backlog(c, waits.mails) is None
    with installation.acting(system("x"), AT) as c:
        allow_backlog(c)
    with installation.reading(system("x"), AT) as c:
        assert waiting_backlog(c, 3) is None
    with installation.reading(system("x"), AT + timedelta(days=1)) as c:
        assert waiting_backlog(c, 3) is not None  # asked anew each day
    with installation.acting(system("x"), AT) as c:
        record_reminding(c, 0, 0)
    with installation.reading(system("x"), AT + timedelta(days=1)) as c:
        assert waiting_backlog(c, 3) is None
