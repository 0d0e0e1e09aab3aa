"""Flows do what their verbs do, once, and can be read on Prefect's own page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness
from pydantic import SecretStr, ValidationError
from sqlalchemy import func, select, update

import worlds
from db.archive import BackupKey, NoKey
from db.engine import Database, Unreachable
from db.models import Heartbeat, Outbox, Plan, Reminder, Report, Round
from flows.engine import shards
from flows.installation import open_installation
from flows.runs import FLOWS, back_up, close_rounds, drill, open_rounds, remind
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.time.timetable import TIMETABLE
from workflow.verbs.context import Context
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.rounds.open_rounds import open_rounds as open_rounds_of

OPENS = "2021-03-10T08:00:00+08:00"
TWO_DAYS_BEFORE = "2021-03-23T08:30:00+08:00"
SUNDAY = "2021-03-21T08:30:00+08:00"


@pytest.fixture(scope="module", autouse=True)
def prefect(harness_on_laid_tables: None) -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=600):
        yield


@pytest.fixture
def installation(sqlite_database: Database, tmp_path: Path) -> Iterator[Installation]:
    worlds.little_city(sqlite_database)
    url = sqlite_database.url.render_as_string(hide_password=False)
    made = Installation(
        Settings(
            database_url=url,
            evidence_url=f"file://{tmp_path}/evidence",
            backup_dir=tmp_path / "backups",
            backup_key=BackupKey.made(),
            _env_file=None,
        ),
        clock=lambda: datetime(2021, 3, 10, tzinfo=UTC),
    )
    open_installation(made)
    yield made
    made.database.dispose()


def count(installation: Installation, table: type) -> int:
    with installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_slot_of_the_timetable_has_a_flow_of_its_name() -> None:
    assert {slot.name for slot in TIMETABLE} == set(FLOWS)
    assert all(FLOWS[name].name == name for name in FLOWS)


def test_rounds_open_once_however_often_the_flow_runs(installation: Installation) -> None:
    assert open_rounds(as_of=OPENS) == 1
    reports = count(installation, Report)
    assert reports > 0
    assert open_rounds(as_of=OPENS) == 0
    assert (count(installation, Round), count(installation, Report)) == (1, reports)


def test_what_fails_for_one_plan_stops_no_other(installation: Installation) -> None:
    little, clerk = worlds.little_catalogue(), system("clerk")
    another = replace(little, plan=replace(little.plan, code="second"))
    with installation.acting(clerk, worlds.ISSUED) as c:
        plan_id = load_catalogue(c, another).plan_id
        issue(c, plan_id=plan_id, document="小委〔2021〕2号")
    with installation.database.write() as session:
        broken = update(Plan).where(Plan.code == "little").values(policy='{"nonsense": 1}')
        session.execute(broken)
    with pytest.raises(ValidationError):
        open_rounds(as_of=OPENS)
    with installation.database.read() as session:
        assert session.scalars(select(Round.plan_id)).all() == [plan_id]
        beat = session.get_one(Heartbeat, "open_rounds")
    assert (beat.ok, beat.summary) == (False, "failed=1")


def test_a_plan_is_tried_again_where_the_database_did_not_answer(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def answers_the_second_time(c: Context, plan_id: int) -> dict[str, int]:
        tries.append(plan_id)
        done = {"rounds": len(open_rounds_of(c, plan_id))}
        if len(tries) == 1:
            raise Unreachable("The database does not answer just now.")
        return done

    monkeypatch.setitem(shards.BY_PLAN, "open_rounds", answers_the_second_time)
    monkeypatch.setattr(shards.work_on_plan, "retry_delay_seconds", [0, 0])
    assert open_rounds(as_of=OPENS) == 1
    assert len(tries) == 2
    assert count(installation, Round) == 1
    with installation.database.read() as session:
        beat = session.get_one(Heartbeat, "open_rounds")
    assert (beat.ok, beat.summary) == (True, "rounds=1")


def test_each_plan_is_a_task_run_in_the_run_of_its_shard(installation: Installation) -> None:
    open_rounds(as_of=OPENS)
    with get_client(sync_client=True) as client:
        tasks = {run.name for run in client.read_task_runs(limit=200)}
        runs = {run.name for run in client.read_flow_runs(limit=200)}
    assert "open_rounds little" in tasks
    assert {"open_rounds 2021-03-10", "open_rounds 1 of 1"} <= runs


def test_reminders_are_written_once(installation: Installation) -> None:
    open_rounds(as_of=OPENS)
    before = count(installation, Outbox)
    mails = remind(as_of=TWO_DAYS_BEFORE)
    assert mails > 0
    assert count(installation, Outbox) == before + mails
    told = count(installation, Reminder)
    assert remind(as_of=TWO_DAYS_BEFORE) == 0
    assert count(installation, Reminder) == told


def test_nobody_is_reminded_on_a_free_day(installation: Installation) -> None:
    open_rounds(as_of=OPENS)
    before = count(installation, Outbox)
    assert remind(as_of=SUNDAY) == 0
    assert count(installation, Outbox) == before


def test_a_round_closes_when_its_time_is_over(installation: Installation) -> None:
    open_rounds(as_of=OPENS)
    assert close_rounds(as_of=TWO_DAYS_BEFORE) == 0
    assert close_rounds(as_of="2021-05-30T00:30:00+08:00") == 1


def test_a_backup_is_taken_and_tried(installation: Installation) -> None:
    rows = back_up(as_of=OPENS)
    assert [place.name for place in installation.vault.backups()] == [
        "luoshi-20210310T000000Z.tar.age"
    ]
    assert drill(as_of=OPENS) == rows > 50
    installation.settings.backup_key = SecretStr("")
    with pytest.raises(NoKey):
        back_up(as_of=TWO_DAYS_BEFORE)
