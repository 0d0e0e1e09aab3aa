"""What was missed while nobody carried out runs is caught up once, and nothing piles up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed, Running, Scheduled
from prefect.testing.utilities import prefect_test_harness

import worlds
from db.engine import Database
from db.queries.record.heartbeats import record_run
from flows.catching_up import call_crashed, catch_up, strike_late
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.time.timetable import TIMETABLE

BACK = datetime(2021, 3, 15, 1, tzinfo=UTC)
"""Monday 15 March 2021, nine in the morning in Quzhou; the plan was issued on 4 January."""


@flow
def stands_for_a_slot() -> None:
    """Never run here."""


@pytest.fixture(scope="module")
def client(harness_on_laid_tables: None) -> Iterator[SyncPrefectClient]:
    with prefect_test_harness(server_startup_timeout=600), get_client(sync_client=True) as made:
        yield made


@pytest.fixture
def slots(client: SyncPrefectClient) -> dict[str, UUID]:
    flow_id = client.create_flow(stands_for_a_slot)
    for run in client.read_flow_runs():
        client.delete_flow_run(run.id)
    return {slot.name: client.create_deployment(flow_id, slot.name) for slot in TIMETABLE}


@pytest.fixture
def installation(sqlite_database: Database, tmp_path: Path) -> Iterator[Installation]:
    worlds.little_city(sqlite_database)
    url = sqlite_database.url.render_as_string(hide_password=False)
    made = Installation(Settings(database_url=url, _env_file=None), clock=lambda: BACK)
    yield made
    made.database.dispose()


def runs(client: SyncPrefectClient) -> list[FlowRun]:
    return sorted(client.read_flow_runs(), key=lambda run: run.expected_start_time)


def test_each_slot_runs_once_in_the_order_of_the_day(
    client: SyncPrefectClient, installation: Installation, slots: dict[str, UUID]
) -> None:
    for _ in range(3):
        catch_up(client, installation, slots, BACK)
    names = {deployment: name for name, deployment in slots.items()}
    in_order = sorted(TIMETABLE, key=lambda slot: slot.at)
    assert [names[run.deployment_id] for run in runs(client)] == [slot.name for slot in in_order]


def test_what_has_run_is_not_caught_up(
    client: SyncPrefectClient, installation: Installation, slots: dict[str, UUID]
) -> None:
    with installation.database.write() as session:
        for slot in TIMETABLE:
            record_run(session, slot.name, BACK - timedelta(minutes=1))
    assert catch_up(client, installation, slots, BACK) == []
    assert runs(client) == []


def test_runs_that_piled_up_are_struck_and_those_to_come_stay(
    client: SyncPrefectClient, slots: dict[str, UUID]
) -> None:
    for days in (-3, -2, -1, 1):
        when = Scheduled(scheduled_time=BACK + timedelta(days=days))
        client.create_flow_run_from_deployment(slots["remind"], state=when)
    strike_late(client, slots, BACK)
    assert [run.expected_start_time for run in runs(client)] == [BACK + timedelta(days=1)]


def test_a_run_whose_process_was_killed_is_called_crashed_and_done_again(
    client: SyncPrefectClient, installation: Installation, slots: dict[str, UUID]
) -> None:
    one = {"remind": slots["remind"]}
    installation.timetable = tuple(slot for slot in TIMETABLE if slot.name == "remind")
    catch_up(client, installation, one, BACK)
    (killed,) = runs(client)
    client.set_flow_run_state(killed.id, Running(), force=True)
    call_crashed(client, one)
    assert client.read_flow_run(killed.id).state_type == StateType.CRASHED
    for _ in range(2):
        catch_up(client, installation, one, BACK)
    assert len(runs(client)) == 2
    for run in runs(client):
        client.set_flow_run_state(run.id, Crashed(), force=True)
    catch_up(client, installation, one, BACK)
    assert len(runs(client)) == 3
