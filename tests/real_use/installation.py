"""A Luoshi as an operator runs it: commands and `luoshi run` as processes, mail by SMTP. Nothing
here starts a flow, sends a letter or sets a clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
from pyrage import x25519

from luoshi import wiring
from luoshi.settings import Settings
from relay import Server, free_port
from workflow.rules.access.permissions import system
from workflow.rules.time.dates import ZONE
from workflow.verbs.rounds.set_calendar_day import set_calendar_day

OFFICE, SCIENCE = "市委组织部", "市科技局"
PLAN = """
schema: luoshi.catalogue/1
plan: {{code: little, title: 小城人才规划, issuer: 中共小城市委, document_number: 小委〔{year}〕9号,
  first_year: {year}, last_year: {last}}}
items:
- {{code: '1', title: 引才}}
tasks:
- code: '1.1'
  title: 引进领军人才
  kind: steady
  item: '1'
  units:
  - {{name: 市科技局, role: lead}}
  frequency: continuous
units:
- {{name: 市委组织部}}
- {{name: 市科技局}}
"""
SECRET = "a-secret-of-forty-characters-for-a-test-0"


@dataclass
class RunningLuoshi:
    """One folder with its database, its ports and the mail server that its letters go to."""

    folder: Path
    database_url: str
    mail: Server
    slot_times: dict[str, str] = field(default_factory=dict)
    backup_key: x25519.Identity = field(default_factory=x25519.Identity.generate)
    pages: int = field(default_factory=free_port)
    scheduler: int = field(default_factory=free_port)

    @property
    def variables(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LUOSHI_", "PREFECT_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {
            "LUOSHI_DATABASE_URL": self.database_url,
            "LUOSHI_EVIDENCE_URL": f"file://{self.folder}/evidence",
            "LUOSHI_SECRET_KEY": SECRET,
            "LUOSHI_BACKUP_KEY": str(self.backup_key),
            "LUOSHI_BASE_URL": f"http://localhost:{self.pages}",
            "LUOSHI_PORT": str(self.pages),
            "LUOSHI_SCHEDULER_PORT": str(self.scheduler),
            "LUOSHI_SLOT_TIMES": json.dumps(self.slot_times),
            "LUOSHI_MAIL_FROM": "luoshi@example.cn",
            "LUOSHI_SMTP_HOST": "127.0.0.1",
            "LUOSHI_SMTP_PORT": str(self.mail.port),
            "LUOSHI_SMTP_TLS": "none",
        }

    def luoshi(self, *arguments: str) -> None:
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "luoshi", *arguments],
            cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)

    def set_up(self, issued: datetime) -> None:
        """A plan that was issued at an instant, its people, and today as a working day."""
        today = datetime.now(ZoneInfo(ZONE)).date()
        (self.folder / "plan.yaml").write_text(
            PLAN.format(year=issued.year, last=issued.year + 4), encoding="utf-8"
        )
        self.luoshi("db", "upgrade")
        as_of = ("--as-of", issued.isoformat())
        self.luoshi("catalog", "load", "plan.yaml", *as_of)
        self.luoshi("plan", "issue", "little", "--document", "小委办〔1〕1号", *as_of)
        self.add_people("office@example.cn,管理,市委组织部,administrator",
                        "liaison@example.cn,联络,市科技局,liaison")  # fmt: skip
        self._announce(today, today + timedelta(days=1))

    def add_people(self, *lines: str) -> None:
        """Import people from a file: e-mail, name, unit and role a line."""
        people = "\n".join(("email,name,unit,role", *lines))
        (self.folder / "people.csv").write_text(people, encoding="utf-8")
        self.luoshi("users", "import", "people.csv")

    def _announce(self, *days: date) -> None:
        """What an administrator enters on 系统运维, so that the test runs on any day."""
        installation = wiring.Installation(Settings(_env_file=None, database_url=self.database_url))
        for day in days:
            with installation.acting(system("test")) as c:
                set_calendar_day(c, day=day, workday=True)
        installation.database.dispose()

    @contextmanager
    def running(self) -> Iterator[psutil.Process]:
        """`luoshi run` for as long as the block lasts; then Ctrl-C, which leaves no process."""
        log = (self.folder / "log.txt").open("ab")
        started = subprocess.Popen(
            [sys.executable, "-m", "luoshi", "run"],
            cwd=self.folder, env=self.variables, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        whole = psutil.Process(started.pid)
        try:
            yield whole
            family = whole.children(recursive=True)
            started.send_signal(signal.SIGINT)
            assert started.wait(60) == 0
            assert [one for one in family if lives(one)] == []
        finally:
            log.close()
            for one in _family(whole):
                one.kill()

    def health(self) -> tuple[int, dict[str, object]]:
        """The answer of /health; (0, {}) while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.pages}/health", timeout=5) as got:
                return got.status, json.load(got)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def part(self, whole: psutil.Process, name: str) -> psutil.Process:
        """The process of a part."""
        words = {
            "pages": ["luoshi", "ui"],
            "scheduler": ["prefect", "server", "start"],
            "flows": ["luoshi", "flows", "serve"],
            "delivery": ["luoshi", "deliver", "--keep-on"],
            "watch": ["luoshi", "watch", "--keep-on"],
        }[name]
        return next(one for one in whole.children() if one.cmdline()[2:] == words)

    def letters(self, kind: str) -> list[str]:
        """The recipients of the letters of a kind that arrived."""
        heads = (
            (to, message_from_bytes(content, policy=default)) for to, content in self.mail.received
        )
        return [to for to, head in heads if str(head["Message-ID"]).startswith(f"<{kind}.")]

    def wait(self, what: str, fits: Callable[[], bool], seconds: float = 900) -> float:
        """Wait until something holds, or fail as if it never would; the seconds that it took."""
        began = time.monotonic()
        while not fits():
            if time.monotonic() - began > seconds:
                said = (self.folder / "log.txt").read_text(errors="replace")[-3000:]
                raise AssertionError(f"{what}: not within {seconds} s; {self.health()}\n{said}")
            time.sleep(0.5)
        return time.monotonic() - began


def lives(process: psutil.Process) -> bool:
    """Whether a process runs; one that nobody has buried yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _family(whole: psutil.Process) -> list[psutil.Process]:
    try:
        return [*whole.children(recursive=True), whole]
    except psutil.NoSuchProcess:
        return []


def in_a_while(seconds: float) -> str:
    """The first full local minute so many seconds from now, as HH:MM."""
    then = datetime.now(UTC) + timedelta(seconds=seconds + 59)
    return then.astimezone(ZoneInfo(ZONE)).strftime("%H:%M")
