"""The window shows the record, whatever happened to the window and whenever the mirror died."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import select, update

from db.engine import Database
from db.models import ChainHead
from flows.mirror.mirror import Mirror
from flows.mirror.window import ShownRun, Window
from luoshi.settings import Settings
from luoshi.wiring import Installation
from pages.office import file, judge, noon, now_of, open_round, report_of
from torture import length
from workflow.rules.tracking.runs import Grain, Kind
from workflow.verbs.plans.record_look import record_look
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.units.save_unit import save_unit
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, World, little_city

HANDBOOK = Path(__file__).parents[2] / "docs" / "tracking.md"


@pytest.fixture(scope="module")
def client(harness_on_laid_tables: None) -> Iterator[SyncPrefectClient]:
    with prefect_test_harness(server_startup_timeout=600), get_client(sync_client=True) as made:
        yield made


class Killed(BaseException):
    """The process was killed."""


@dataclass
class Counting:
    """A client that counts its calls and may die right behind one of them."""

    client: SyncPrefectClient
    calls: int = 0
    dies_behind: int = 0

    def request(self, *asked: Any, **more: Any) -> Any:
        answer = self.client.request(*asked, **more)
        self.calls += 1
        if self.calls == self.dies_behind:
            raise Killed
        return answer


@dataclass
class Stage:
    """A little city and its window. Each look of the mirror is a new process's."""

    world: World
    client: SyncPrefectClient
    grain: Grain = Grain.TASK

    def mirror(self, dies_behind: int = 0) -> tuple[Mirror, Counting]:
        url = self.world.database.url.render_as_string(hide_password=False)
        settings = Settings(database_url=url, mirror=self.grain, _env_file=None)
        here = Installation(settings, clock=lambda: self.world.now)
        counting = Counting(self.client, dies_behind=dies_behind)
        return Mirror(here, Window(counting)), counting

    def look(self) -> int:
        """Let the mirror catch up; how many calls it made."""
        mirror, counting = self.mirror()
        mirror.catch_up()
        return counting.calls

    def differences(self) -> int:
        return self.mirror()[0].differences()

    def shown(self) -> dict[str, ShownRun]:
        return Window(self.client).everything()

    def events(self, resource: str) -> list[dict[str, Any]]:
        """What was told of a resource; a marker sent behind it says when all has arrived."""
        marker = uuid4()
        sign = {"prefect.resource.id": f"marker.{marker}"}
        now = datetime.now(UTC).isoformat()
        Window(self.client).tell(
            [{"id": str(marker), "occurred": now, "event": "marker", "resource": sign}]
        )
        while not self._told(f"marker.{marker}"):
            time.sleep(0.1)
        return self._told(resource)

    def _told(self, resource: str) -> list[dict[str, Any]]:
        which = {"resource": {"id": [resource]}, "occurred": {"since": "2021-01-01T00:00:00Z"}}
        asked = {"filter": which, "limit": 50}
        return self.client.request("POST", "/events/filter", json=asked).json()["events"]

    def state(self, report_id: int) -> str:
        return self.shown()[f"report {report_id}"].state.name


@pytest.fixture
def stage(client: SyncPrefectClient, database: Database) -> Stage:
    Window(client).remove_all()
    made = Stage(little_city(database), client)
    open_round(made.world, noon(2021, 3, 10))
    return made


@pytest.fixture
def small(client: SyncPrefectClient, sqlite_database: Database) -> Stage:
    Window(client).remove_all()
    made = Stage(little_city(sqlite_database), client)
    open_round(made.world, noon(2021, 3, 10))
    return made


def test_each_task_is_a_run_with_its_reports_below_and_each_step_is_shown(stage: Stage) -> None:
    world = stage.world
    report = report_of(world, "1.2", LABOUR)
    stage.look()
    assert stage.differences() == 0
    task = stage.shown()[f"task {world.tasks['1.2']}"]
    assert (task.kind, task.name.endswith(LABOUR)) == (Kind.TASK, True)
    assert {"plan:little", "task:1.2", f"unit:{LABOUR}"} < set(task.tags)
    below = {"flow_runs": {"parent_flow_run_id": {"any_": [str(task.run_id)]}}}
    answer = stage.client.request("POST", "/flow_runs/filter", json=below).json()
    assert [run["idempotency_key"] for run in answer] == [f"report {report.id}"]
    assert stage.state(report.id) == "AwaitingReport"

    world.now = noon(2021, 3, 18)
    file(world, report, signed=False)
    stage.look()
    assert stage.state(report.id) == "AwaitingSignOff"
    other = report_of(world, "1.1", SCIENCE)
    file(world, other)
    stage.look()
    assert stage.state(other.id) == "AwaitingReview"
    judge(world, other, "请补充佐证材料。")
    stage.look()
    assert stage.state(other.id) == "Returned"
    file(world, other)
    judge(world, other)
    stage.look()
    assert stage.state(other.id) == "Accepted"
    assert stage.differences() == 0


def test_what_changes_without_a_step_is_shown_too(small: Stage) -> None:
    world, report = small.world, report_of(small.world, "1.1", SCIENCE)
    small.look()
    assert small.shown()[f"report {report.id}"].state.message == "due 2021-03-25"
    version = now_of(world, report.id).version
    world.do(
        world.reviewer, extend_report, report_id=report.id, version=version,
        due_on=noon(2021, 3, 30).date(), reason="材料多",
    )  # fmt: skip
    world.do(
        world.administrator, save_unit,
        unit_id=world.units[SCIENCE], name="市科学技术局", kind="department",
    )  # fmt: skip
    small.look()
    run = small.shown()[f"report {report.id}"]
    assert run.state.message == "due 2021-03-30"
    assert "市科学技术局" in run.name
    assert "unit:市科学技术局" in run.tags
    assert small.differences() == 0


def test_a_look_where_nothing_changed_costs_nothing_but_reading_the_cursors(small: Stage) -> None:
    small.look()
    mirror, counting = small.mirror()
    mirror.catch_up()
    before = counting.calls
    small.world.do(small.world.reviewer, record_look, plan_id=small.world.plan_id)
    mirror.catch_up()
    assert counting.calls == before <= 2
    file(small.world, report_of(small.world, "1.1", SCIENCE))
    mirror.catch_up()
    # Set the state, tell of it, note the cursor.
    assert counting.calls - before == 3


def test_each_change_is_an_event_with_its_resources_once(small: Stage) -> None:
    small.look()
    report = report_of(small.world, "2.2", KECHENG)  # of no other test
    file(small.world, report)
    for dies_behind in range(1, 12):
        killed(small, dies_behind)
    found = small.events(f"luoshi.report.{report.id}")
    names = sorted(event["event"] for event in found)
    assert names == ["luoshi.report.sign_off", "luoshi.report.submit"]
    related = {
        one["prefect.resource.role"]: one["prefect.resource.id"] for one in found[0]["related"]
    }
    assert related["plan-of"] == f"luoshi.plan.{small.world.plan_id}"
    assert related["task"] == "luoshi.task.2.2"
    assert related["unit"] == f"luoshi.unit.{KECHENG}"


def test_a_window_that_was_wiped_or_meddled_with_is_made_equal(small: Stage) -> None:
    small.look()
    whole = {key: run.state for key, run in small.shown().items()}
    Window(small.client).remove_all()
    assert small.differences() == len(whole)
    small.look()
    assert small.differences() == 0
    assert {key: run.state for key, run in small.shown().items()} == whole
    meddled = Window(small.client)
    runs = list(small.shown().values())
    meddled.remove([runs[0].run_id])
    meddled.rename(runs[1].run_id, "something else", ["tracked"])
    meddled.set_state([runs[2].key], runs[3].state if runs[3].state != runs[2].state else
                      next(r.state for r in runs if r.state != runs[2].state))  # fmt: skip
    assert small.differences() > 0
    small.mirror()[0].rebuild()
    assert small.differences() == 0


def test_a_record_that_was_restored_from_an_older_one_is_shown_as_it_is_now(small: Stage) -> None:
    small.look()
    with small.world.database.write() as session:
        head = session.scalar(select(ChainHead.no).where(ChainHead.chain == small.world.plan_id))
        session.execute(
            update(ChainHead)
            .where(ChainHead.chain == small.world.plan_id)
            .values(hash="of another record", no=head + 1)
        )
    mirror, _counting = small.mirror()
    assert mirror.catch_up() == 1
    assert small.differences() == 0


@pytest.mark.parametrize("grain", [Grain.UNIT, Grain.PLAN, Grain.OFF])
def test_how_fine_it_is_may_change(small: Stage, grain: Grain) -> None:
    small.look()
    small.grain = grain
    small.look()
    kinds = {run.kind for run in small.shown().values()}
    assert kinds == {Grain.UNIT: {Kind.PLAN, Kind.UNIT}, Grain.PLAN: {Kind.PLAN}}.get(grain, set())
    assert small.differences() == 0
    file(small.world, report_of(small.world, "2.1", OFFICE))
    small.look()
    assert small.differences() == 0


def steps(world: World) -> Iterator[None]:
    """Three reports go their way, a step a day."""
    day = count(11)
    for code, unit in (("1.1", SCIENCE), ("1.2", LABOUR), ("2.1", OFFICE)):
        for reason in ("请补充佐证材料。", ""):
            world.now = noon(2021, 3, next(day))
            file(world, report_of(world, code, unit))
            yield
            world.now = noon(2021, 3, next(day))
            judge(world, report_of(world, code, unit), reason)
            yield


def test_the_mirror_may_be_killed_behind_any_of_its_calls(small: Stage) -> None:
    """First again and again while it builds the window, then at each call of a day's changes; each
    time the next look leaves no difference."""
    calls = small.look()
    for seed in length.seeds_of_kills(share=0.5):
        chance = random.Random(seed)
        Window(small.client).remove_all()
        for _ in range(3):
            killed(small, chance.randint(1, calls))
        small.look()
        assert small.differences() == 0, seed
    for dies_behind, _step in enumerate(steps(small.world), start=1):
        killed(small, dies_behind)
        small.look()
        assert small.differences() == 0, dies_behind


def killed(stage: Stage, dies_behind: int) -> None:
    mirror, counting = stage.mirror(dies_behind)
    try:
        mirror.catch_up()
    except Killed:
        length.count["mirrors killed"] += 1
        return
    assert counting.calls < dies_behind


def command(stage: Stage, *more: str) -> subprocess.Popen[str]:
    """The mirror as a process of its own."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    url = stage.world.database.url.render_as_string(hide_password=False)
    variables = {"LUOSHI_DATABASE_URL": url, "PREFECT_API_URL": PREFECT_API_URL.value()}
    return subprocess.Popen(
        [sys.executable, "-m", "luoshi", "flows", "mirror", "--json", *more],
        env=kept | variables, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_process_that_is_killed_leaves_what_the_next_one_mends(small: Stage) -> None:
    chance = random.Random(length.SEED)
    for _ in length.seeds(share=0.2):
        Window(small.client).remove_all()
        running = command(small, "--rebuild")
        shown = chance.randint(1, 8)
        while len(small.shown()) < shown and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        length.count["mirrors killed"] += 1
        assert small.differences() > 0
        small.look()
        assert small.differences() == 0
    done, _nothing = command(small).communicate()
    assert json.loads(done) == {"plans": 0, "differences": 0}


class Desk(HTTPServer):
    """Another system that is asked by a webhook."""

    def __init__(self) -> None:
        self.asked: Queue[str] = Queue()
        super().__init__(("127.0.0.1", 0), Asked)


class Asked(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(204)
        self.end_headers()
        self.server.asked.put(said)

    def log_message(self, *_said: Any) -> None:
        """Nothing on the terminal."""


def test_the_automation_of_the_handbook_asks_another_system(small: Stage) -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", HANDBOOK.read_text("utf-8"), re.DOTALL)
    with Desk() as desk:
        Thread(target=desk.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{desk.server_port}/returned"
        exec(shown.replace("http://desk.example.org/returned", address), {})
        small.look()
        for code, unit in (("1.2", LABOUR), ("1.1", SCIENCE)):
            file(small.world, report_of(small.world, code, unit))
            judge(small.world, report_of(small.world, code, unit), "请补充佐证材料。")
        small.look()
        said = desk.asked.get(timeout=60)
        desk.shutdown()
    assert "2021Q1 市科技局 · 1.1" in said
    assert desk.asked.empty()
