"""The story that both databases live through; see the tests beside."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import StateType

from luoshi.settings import Settings
from real_use.installation import SECRET, RunningLuoshi, in_a_while
from relay import listening
from workflow.rules.record.parts import PARTS

KILLS = int(os.environ.get("LUOSHI_TEST_KILLS", "1"))
"""How often each part is killed; more in the longer form."""


def the_clock_fires(folder: Path, database_url: str) -> None:
    """Slots missed while all was down are caught up once; then a slot fires by itself; then each
    part is killed in turn, is back, and the next mail arrives."""
    with listening() as mail:
        here = RunningLuoshi(folder, database_url, mail)
        here.set_up(issued=datetime.now(UTC) - timedelta(days=100))
        with here.running():
            here.wait("the digest of the slots that were missed", lambda: here.letters("digest"))
            here.wait("the last slot of the day", lambda: here.letters("heads"))
            here.wait("every part lives", lambda: here.health()[0] == 200)
            _is_locked(here)
        caught_up = here.letters("digest")
        assert set(caught_up) == {"liaison@example.cn"}
        # Somebody new is to be told, so that the slot to come has something to send.
        here.add_people("second@example.cn,接任,市科技局,liaison")
        here.slot_times = {"remind": in_a_while(40)}
        with here.running() as whole:
            here.wait("every part lives", lambda: here.health()[0] == 200)
            here.wait("the slot's mail", lambda: "second@example.cn" in here.letters("digest"))
            here.wait("the slot's run, by the clock", lambda: _ran_by_the_clock(here) == 1)
            gaps = [_kill(here, whole, name) for _ in range(KILLS) for name in PARTS]
            links = len(here.letters("reset"))
            _ask_for_a_link(here)
            here.wait("the next mail", lambda: len(here.letters("reset")) > links)
        assert here.letters("digest") == [*caught_up, "second@example.cn"]
        print(f"killed {len(gaps)} times, longest gap {max(gaps):.1f} s")


def _kill(here: RunningLuoshi, whole: psutil.Process, name: str) -> float:
    here.part(whole, name).kill()
    if name != "pages":
        # The pages cannot say that they are gone; that they do not answer says it.
        here.wait(f"{name} is missed", lambda: name in here.health()[1].get("missing", ()))
    else:
        here.wait("the pages do not answer", lambda: here.health()[0] != 200)
    return here.wait(f"{name} is back", lambda: here.health()[0] == 200)


def _ask_for_a_link(here: RunningLuoshi) -> None:
    """What somebody does who has forgotten the password."""
    address = f"http://localhost:{here.pages}"
    with httpx.Client(base_url=address) as browser:
        found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/reset").text)
        assert found
        form = {"form_token": found[1], "email": "liaison@example.cn"}
        sent = browser.post("/reset", data=form, headers={"Origin": address})
    assert sent.status_code == 200


def _is_locked(here: RunningLuoshi) -> None:
    """Nobody without the secret can make the scheduler run anything, or read it from elsewhere."""
    api = f"http://127.0.0.1:{here.scheduler}/api"
    shell = {
        "name": "x",
        "flow_id": "00000000-0000-0000-0000-000000000000",
        "pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "id"}}],
    }
    for auth in (None, ("luoshi", "guessed")):
        token = httpx.get(f"{api}/csrf-token", params={"client": "x"}, auth=auth)
        made = httpx.post(f"{api}/deployments/", json=shell, auth=auth)
        assert (token.status_code, made.status_code) == (401, 403)
    elsewhere = {"Origin": "http://elsewhere.test", "Access-Control-Request-Method": "POST"}
    for answer in (
        httpx.post(f"{api}/flows/filter", json={}, headers=elsewhere),
        httpx.options(f"{api}/flows/filter", headers=elsewhere),
    ):
        assert answer.status_code >= 400
        assert "access-control-allow-origin" not in answer.headers


def _ran_by_the_clock(here: RunningLuoshi) -> int:
    """How many runs of the slot the scheduler planned by itself and carried out to their end."""
    secret = Settings(_env_file=None, secret_key=SECRET).scheduler_secret
    api = f"http://127.0.0.1:{here.scheduler}/api"
    with SyncPrefectClient(api=api, auth_string=secret) as client:
        runs = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["remind"])))
    return sum(run.auto_scheduled and run.state_type == StateType.COMPLETED for run in runs)
