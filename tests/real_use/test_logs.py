"""Every part writes its log in one way: time, level, part, message, and nothing of anybody."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.serving import AS_SCHEDULER, environment
from luoshi.logs import Line
from real_use.installation import RunningLuoshi
from relay import listening

PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR|CRITICAL) \w+ .+")
FAILS = """
import logging, sys
from luoshi import logs
logs.set_up("delivery")
logs.use(sys.argv[1])
logging.getLogger("httpx").info("GET https://example.cn/who=limin")
logging.getLogger("relay").warning("refused %s of %s", "limin@example.cn", KeyError("李敏"))
raise ValueError("李敏")
"""
AS_PREFECT = """
import logging, prefect.main, uvicorn.config, logging.config
logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)  # as the server does when it starts
logging.getLogger("uvicorn.error").error("in the server")
logging.getLogger("prefect.runner").error("in the runner")
logging.getLogger("prefect.task_engine").error("Finished in state Failed('李敏 is missing')")
"""


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[RunningLuoshi]:
    with listening() as mail:
        yield RunningLuoshi(tmp_path, f"sqlite:///{tmp_path}/luoshi.db", mail)


def written(code: str, *arguments: str, **variables: str) -> str:
    """What a process of its own writes on stderr."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LUOSHI_", "PREFECT_"))}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=kept | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr


def test_every_part_that_runs_writes_json_where_that_is_set(installed: RunningLuoshi) -> None:
    installed.scheduler = 0
    (installed.folder / ".env").write_text("LUOSHI_LOG_FORMAT=json\n")
    installed.luoshi("db", "upgrade")
    began = datetime.now(UTC)
    log = installed.folder / "log.txt"
    with installed.running() as whole:
        installed.wait("health", lambda: installed.health()[0] == 200)
        installed.part(whole, "delivery").kill()
        installed.wait("a new start", lambda: log.read_text().count("delivery started") == 2)
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(list(one) == ["time", "level", "part", "message"] for one in entries)
    times = [datetime.fromisoformat(one["time"]) for one in entries]
    assert all(began < at < datetime.now(UTC) for at in times)
    assert {"run", "pages"} <= {one["part"] for one in entries}
    (died,) = [one for one in entries if "delivery ended" in one["message"]]
    assert (died["level"], died["part"]) == ("ERROR", "run")


def test_a_process_writes_kinds_of_errors_and_no_address() -> None:
    plain = written(FAILS, "plain").splitlines()
    entries = [line for line in plain if not line.startswith("    ")]
    assert [line.split(" ", 1)[1] for line in entries] == [
        "WARNING delivery refused …@… of builtins.KeyError",
        "CRITICAL delivery ended by an error",
    ]
    assert all(PLAIN.fullmatch(line) for line in entries)
    assert plain[-1] == "    builtins.ValueError"
    told = [json.loads(line) for line in written(FAILS, "json").splitlines()]
    assert [one["level"] for one in told] == ["WARNING", "CRITICAL"]
    assert told[1]["message"].endswith("builtins.ValueError")
    assert "李敏" not in "\n".join([*plain, *map(str, told)])


def test_prefects_own_processes_write_the_same_lines(tmp_path: Path) -> None:
    variables = environment(tmp_path, 1, "luoshi:x", "http://localhost")
    lines = written(AS_PREFECT, **variables, **AS_SCHEDULER).splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        "ERROR scheduler in the server",
        "ERROR scheduler in the runner",
        "ERROR scheduler Finished in state Failed",
    ]
    assert all(PLAIN.fullmatch(line) for line in lines)
    entries = written(AS_PREFECT, **variables, LUOSHI_LOG_FORMAT="json").splitlines()
    assert [json.loads(line)["part"] for line in entries] == ["flows"] * 3


def test_no_message_can_look_like_another_entry() -> None:
    forged = "first\n2026-03-02T01:20:00.000Z INFO pages forged"
    record = logging.LogRecord("luoshi", logging.ERROR, "", 1, forged, None, None)
    assert Line("pages", "plain").format(record).splitlines()[1].startswith("    2026")
