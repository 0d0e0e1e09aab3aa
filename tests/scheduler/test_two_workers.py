"""Two workers share a day of 64 plans, and one of them dies: nothing is missing or doubled."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import CancelledRun
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED,
    temporary_settings,
)
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

import postgres
from db.engine import Database
from db.models import Digest, Event, Plan, Reminder, Report, Round
from flows.engine import pool
from flows.installation import open_installation
from flows.runs import open_rounds, remind
from flows.serving import environment, server, wait_for
from luoshi.settings import Settings
from luoshi.wiring import Installation
from relay import free_port
from workflow.rules.access.permissions import system
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from worlds import ISSUED, little_catalogue, little_city

PLANS = 64
OPENS, TWO_DAYS_BEFORE = "2021-03-10T08:00:00+08:00", "2021-03-23T08:30:00+08:00"
POOL, SECRET = "luoshi", "luoshi:of-a-test"
SHORT, LONG = timedelta(seconds=1), timedelta(hours=1)


@dataclass
class Country:
    """64 plans on PostgreSQL, and Prefect on the same server of databases."""

    database: Database
    variables: dict[str, str]
    folder: Path

    @contextmanager
    def worker(self, name: str) -> Iterator[psutil.Popen]:
        log = (self.folder / f"{name}.txt").open("wb")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LUOSHI_", "PREFECT_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        started = psutil.Popen(
            [sys.executable, "-m", "luoshi", "flows", "work", "--limit", "1"],
            env=kept | self.variables, cwd=self.folder, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield started
        finally:
            end(started)
            log.close()

    def count(self, table: type) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def end(process: psutil.Popen) -> None:
    """Kill a worker with all that it started, as a machine that loses its power."""
    if process.is_running():
        family = [*process.children(recursive=True), process]
        for one in family:
            one.kill()
        psutil.wait_procs(family)


@pytest.fixture
def country(
    postgres_database: Database, postgres_server: str, tmp_path: Path, monkeypatch
) -> Iterator[Country]:
    url = postgres_database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    postgres.admin(postgres_server, "create database prefect_of_a_test")
    prefect = make_url(postgres_server).set(
        drivername="postgresql+asyncpg", database="prefect_of_a_test"
    )
    variables = environment(tmp_path / "prefect", free_port(), SECRET, "http://localhost") | {
        "PREFECT_API_DATABASE_CONNECTION_URL": prefect.render_as_string(hide_password=False),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "LUOSHI_DATABASE_URL": url,
        "LUOSHI_WORK_POOL": POOL,
    }
    monkeypatch.setattr(pool, "SILENT", LONG)
    here = {
        PREFECT_API_URL: variables["PREFECT_API_URL"],
        PREFECT_API_AUTH_STRING: SECRET,
        PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: True,
    }
    with server(variables, tmp_path / "prefect"), temporary_settings(here):
        sixty_four_plans(postgres_database)  # while the server lays its own tables
        wait_for(variables["PREFECT_API_URL"])
        open_here(postgres_database, work_pool=POOL)
        pool.open_pool(POOL)
        yield Country(postgres_database, variables, tmp_path)
    postgres.admin(postgres_server, "drop database prefect_of_a_test with (force)")


def open_here(database: Database, work_pool: str) -> None:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, work_pool=work_pool, _env_file=None)
    open_installation(Installation(settings))


def sixty_four_plans(database: Database) -> None:
    world = little_city(database)
    little = little_catalogue()
    for n in range(1, PLANS):
        with world.acting(system("clerk"), ISSUED) as c:
            plan = replace(little.plan, code=f"little-{n}")
            another = replace(little, plan=plan, tasks=little.tasks[:1])
            loaded = load_catalogue(c, another)
            issue(c, plan_id=loaded.plan_id, document=f"小委〔2021〕{n}号")


def test_a_day_that_two_workers_share_ends_whole_when_one_of_them_dies(
    country: Country, monkeypatch
) -> None:
    database = country.database
    with monkeypatch.context() as impatient:
        impatient.setattr(pool, "LONGEST", timedelta(0))
        with pytest.raises(CancelledRun):
            open_rounds(as_of=OPENS)  # there is no worker yet
    assert country.count(Round) == 0
    done: list[int] = []
    # Where Prefect is stands in the context, which a thread does not have by itself.
    day = threading.Thread(
        target=copy_context().run,
        args=(lambda: done.append(open_rounds(as_of=OPENS)),),
        daemon=True,
    )
    with ExitStack() as workers:
        both = [workers.enter_context(country.worker(name)) for name in ("one", "other")]
        with database.engine.connect() as holding:
            plans = holding.scalars(select(Plan.id).order_by(Plan.id)).all()
            # Somebody holds the eighth plan of the first shard: there a worker comes to a stand.
            held = text("select 1 from plan where id = :id for update")
            holding.execute(held, {"id": plans[7]})
            day.start()
            wait("all but the rest of a shard", lambda: country.count(Round) == PLANS - 25)
            wait("the other shard is ready", lambda: states()["COMPLETED"] == 1)
            (run,) = [run for run in shards() if run.state.is_running()]
            (hanging,) = [one for one in both if carries_out(one, str(run.id))]
            end(hanging)
        # A busy machine is silent, too: it is called dead only as soon as it is.
        monkeypatch.setattr(pool, "SILENT", SHORT)
        wait("it is missed", lambda: states()["CRASHED"])
        monkeypatch.setattr(pool, "SILENT", LONG)
        day.join()
        assert sum(done) == PLANS - 7  # the dead worker could not say what it had done
        once_each(database)
        assert states() == {"CANCELLED": 2, "CRASHED": 1, "COMPLETED": 2}
    open_here(database, work_pool="")  # a process for each shard takes its time
    mails = remind(as_of=TWO_DAYS_BEFORE)
    with database.read() as session:
        readers = session.scalars(select(Digest.person_id)).all()
        reminded = set(session.scalars(select(Reminder.plan_id)))
    assert len(set(readers)) == len(readers) == mails > 0
    assert len(reminded) == PLANS


def carries_out(worker: psutil.Popen, run: str) -> bool:
    """Whether it has this run in hand."""
    family = worker.children(recursive=True)
    return any(one.environ().get("PREFECT__FLOW_RUN_ID") == run for one in family)


def once_each(database: Database) -> None:
    with database.read() as session:
        rounds = session.scalars(select(Round.plan_id).order_by(Round.plan_id)).all()
        told = session.scalars(select(Event.chain).where(Event.action == "open_round")).all()
        reports = Counter(session.scalars(select(Report.plan_id)))
    assert len(set(rounds)) == len(rounds) == PLANS
    assert sorted(told) == sorted(rounds)
    assert len(reports) == PLANS
    assert set(reports.values()) == {1, reports[rounds[0]]}


def shards() -> list[FlowRun]:
    """The runs of shards."""
    with get_client(sync_client=True) as client:
        of_shards = FlowFilter(name=FlowFilterName(any_=["shard"]))
        return client.read_flow_runs(flow_filter=of_shards)


def states() -> Counter[str]:
    """How many shards' runs there are in each state."""
    return Counter(run.state_type.value for run in shards())


def wait(what: str, fits: Any) -> None:
    until = time.monotonic() + 300
    while not fits():
        assert time.monotonic() < until, what
        time.sleep(0.2)
