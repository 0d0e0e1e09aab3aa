"""People at work: how long a rerun of each page takes, what it costs, how much it sends.

Three plans of 300 tasks and 60 units with four rounds each. Each person has a page open over a
websocket and clicks every three to five seconds; a click runs the page again, or the part of it in
which people type. They arrive within a minute, and what they do in the `seconds` after it counts.
With `decide`, a reviewer accepts a report every so many seconds, of one plan after the other:
fifteen is the busiest hour of a round. The server runs in a process of its own, the people in this
one, so two cores are shared as in real use; with `--servers 2` half of the people are at a second
server process on the same database. Prints for each page the first draw, the median and the 95th
percentile of a rerun in milliseconds, and the messages of a rerun; below it the server's processor
time a rerun, its peak of memory, and reruns a second. With `--json` one JSON document follows.

    python benchmarks/bench_pages.py [people] [seconds] [decide] [--servers n] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import socket
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psutil
import websockets
from city import PASSWORD, City, build
from copies import repeat
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from db.models import Report, ReportState
from workflow.rules.states import ReportStateName
from workflow.verbs.reports.accept import accept

NOW = datetime(2021, 11, 20, 4, tzinfo=UTC)
PLANS = 3
COPIED = (
    "plan", "item", "clock", "round", "task", "task_version", "task_state", "measure",
    "measure_version", "assignment", "assignment_state", "report", "report_state", "submission",
    "submission_value", "sign_off", "verdict",
)  # fmt: skip
"""What a plan is made of."""
ARRIVAL = 60.0
"""Seconds within which everybody has come."""
PAGES = {
    "liaison": ("my_tasks", "report", "ledger"),
    "deputy": ("sign_off", "ledger"),
    "reviewer": ("review", "overview", "chasing", "assessment"),
    "leader": ("leader", "overview"),
    "admin": ("operations", "units"),
}
DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


@dataclass(frozen=True)
class Hours:
    """When what happens begins to count, and when all is over (time.monotonic)."""

    begin: float
    end: float


def now_since(began: float) -> datetime:
    """The time of the pages' day, which goes on with the real one (time.time)."""
    return NOW + timedelta(seconds=time.time() - began)


def serve(folder: str, port: int, began: float | None = None) -> None:
    """The server's process; `began`: when the day did (time.time)."""
    from luoshi.settings import Settings
    from luoshi.wiring import Installation
    from ui.app import serve as serve_pages
    from ui.composition import compose

    settings = Settings(
        database_url=f"sqlite:///{folder}/bench.db", evidence_url=f"file://{folder}/evidence",
        secret_key="b" * 48, base_url=f"http://127.0.0.1:{port}", _env_file=None,
    )  # fmt: skip
    day = began or time.time()
    installation = Installation(settings, clock=lambda: now_since(day))
    serve_pages(compose(installation), port=port)


def log_in(base: str, email: str) -> str:
    """The cookies of a new session."""
    import re

    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{base}/login").read().decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    form = {"email": email, "password": PASSWORD, "form_token": token.group(1), "next": "/"}
    request = urllib.request.Request(
        f"{base}/login", urllib.parse.urlencode(form).encode(), {"Origin": base}
    )
    opener.open(request)
    return "; ".join(f"{c.name}={c.value}" for c in jar)


@dataclass
class Person:
    """One open page that is clicked now and then. `times` and `messages` are of the reruns that
    count."""

    base: str
    cookies: str
    page: str
    query: str
    first: tuple[float, int] = (0, 0)
    times: list[float] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    part: str = ""

    async def work(self, hours: Hours, chance: random.Random) -> None:
        """Come, open the page, then click until the time is over."""
        address = self.base.replace("http", "ws") + "/_stcore/stream"
        headers = {"Cookie": self.cookies, "Origin": self.base}
        await asyncio.sleep(chance.uniform(0, ARRIVAL))
        async with websockets.connect(
            address, additional_headers=headers, subprotocols=["streamlit"], max_size=None
        ) as socket_:
            self.first = await self._rerun(socket_)
            while time.monotonic() < hours.end:
                await asyncio.sleep(chance.uniform(3, 5))
                counts = hours.begin < time.monotonic() < hours.end
                took, count = await self._rerun(socket_)
                if counts:
                    self.times.append(took)
                    self.messages.append(count)

    async def _rerun(self, socket_: websockets.ClientConnection) -> tuple[float, int]:
        """Milliseconds and messages of one run."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = self.part
        began = time.perf_counter()
        await socket_.send(message.SerializeToString())
        count, parts = 0, Counter[str]()
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await socket_.recv())
            count += 1
            if answer.delta.fragment_id:
                parts[answer.delta.fragment_id] += 1
            if answer.script_finished in DONE and answer.WhichOneof("type") == "script_finished":
                self.part = self.part or next(iter(dict(parts.most_common(1))), "")
                return 1000 * (time.perf_counter() - began), count


def crew(city: City, bases: list[str], people: int) -> list[Person]:
    """Who sits before which page: mostly liaisons, as in a reporting week."""
    units = list(city.people)
    seats: list[tuple[str, str]] = []
    for n in range(people):
        role = ("liaison", "liaison", "liaison", "deputy", "reviewer")[n % 5]
        number = n % 6 if role == "reviewer" else units[n % len(units)]
        seats.append((f"{role}{number}", PAGES[role][(n // 5) % len(PAGES[role])]))
    few = [(f"{role}1", page) for role in ("leader", "admin") for page in PAGES[role]]
    seats = few + seats[len(few) :]
    cookies = {
        who: log_in(bases[0], f"{who}@bench.example") for who in dict.fromkeys(w for w, _ in seats)
    }
    return [
        Person(bases[n % len(bases)], cookies[who], page, _query(city, who, page))
        for n, (who, page) in enumerate(seats)
    ]


def _query(city: City, who: str, page: str) -> str:
    """A report of the person's own unit, one that is not filed yet."""
    if page != "report":
        return ""
    unit = int(who.removeprefix("liaison"))
    with city.installation.database.read() as session:
        found = session.scalars(
            select(Report.id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(Report.unit_id == unit, ReportState.open())
            .order_by(ReportState.state != ReportStateName.DUE, Report.id.desc())
        ).first()
    return f"report={found}"


def main() -> None:
    """Build, measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("people", nargs="?", type=int, default=100)
    asked.add_argument("seconds", nargs="?", type=float, default=60)
    asked.add_argument("decide", nargs="?", type=float, default=0)
    asked.add_argument("--servers", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        city = three_plans(Path(folder))
        print(f"built in {time.monotonic() - began:.0f} s")
        found = measure(city, folder, given)
    _print(found)
    if given.json:
        print(json.dumps(found))


def three_plans(folder: Path) -> City:
    """A city of which everything but people and units is there three times."""
    city = build(folder, tasks=300, units=60)
    database = city.installation.database
    with database.engine.execution_options(luoshi_writes=True).begin() as connection:
        repeat(connection, COPIED, PLANS)
        connection.exec_driver_sql("analyze")
    database.dispose()
    return city


def measure(city: City, folder: str, given: argparse.Namespace) -> dict[str, Any]:
    """Let the people work; what was found, as CONTRACT names it."""
    day = time.time()
    with _servers(folder, given.servers, day) as (bases, processes):
        everybody = crew(city, bases, given.people)
        begin = time.monotonic() + ARRIVAL
        hours = Hours(begin, begin + given.seconds)
        deciding = _decide(city, hours, given.decide, day)
        spent = asyncio.run(_work(everybody, hours, deciding, processes))
        peak = sum(_peak(one) for one in processes)
    reruns = sum(len(person.times) for person in everybody)
    return {
        "people": given.people,
        "decide": given.decide,
        "servers": given.servers,
        "peak_mib": round(peak / 2**20),
        "reruns_per_second": round(reruns / given.seconds, 1),
        "cpu_ms": round(1000 * spent / max(1, reruns), 1),
        "pages": _pages(everybody),
    }


@contextmanager
def _servers(
    folder: str, many: int, day: float
) -> Iterator[tuple[list[str], list[psutil.Process]]]:
    started, bases = [], []
    try:
        for _ in range(many):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            spawn = multiprocessing.get_context("spawn")
            started.append(spawn.Process(target=serve, args=(folder, port, day)))
            started[-1].start()
            bases.append(f"http://127.0.0.1:{port}")
            _wait(bases[-1])
        yield bases, [psutil.Process(one.pid) for one in started]
    finally:
        for one in started:
            one.terminate()
            one.join()


def _wait(base: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/health/live").read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _peak(process: psutil.Process) -> int:
    """The most memory that a process has had so far, in bytes; where the system does not tell, what
    it has now."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return int(process.memory_info().rss)


async def _work(
    everybody: list[Person],
    hours: Hours,
    deciding: Coroutine[Any, Any, None],
    processes: list[psutil.Process],
) -> float:
    """The server's seconds of processor time while it counted."""
    spent, *_rest = await asyncio.gather(
        _spent(hours, processes),
        deciding,
        *(person.work(hours, random.Random(n)) for n, person in enumerate(everybody)),
    )
    return spent


async def _spent(hours: Hours, processes: list[psutil.Process]) -> float:
    def now() -> float:
        return sum(sum(one.cpu_times()[:2]) for one in processes)

    await asyncio.sleep(hours.begin - time.monotonic())
    before = now()
    await asyncio.sleep(hours.end - time.monotonic())
    return now() - before


async def _decide(city: City, hours: Hours, every: float, day: float) -> None:
    """A report of one plan after the other is accepted every so many seconds; with 0 none is."""
    if not every:
        return
    waiting = _signed_off(city)
    while time.monotonic() < hours.end:
        await asyncio.sleep(every)
        report_id, version = waiting.pop(0)
        city.now = now_since(day)
        with city.installation.acting(city.reviewers[0]) as c:
            accept(c, report_id=report_id, version=version)


def _signed_off(city: City) -> list[tuple[int, int]]:
    """Reports that await a verdict, with their versions, of one plan after the other."""
    with city.installation.database.read() as session:
        rows = session.execute(
            select(Report.plan_id, Report.id, Report.version)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(ReportState.open(), ReportState.state == ReportStateName.SIGNED_OFF)
            .order_by(Report.id)
        ).all()
    of_plan: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for plan_id, report_id, version in rows:
        of_plan[plan_id].append((report_id, version))
    return [one for turn in zip(*of_plan.values(), strict=False) for one in turn]


def _pages(everybody: list[Person]) -> dict[str, dict[str, float]]:
    found = {}
    for page in sorted({person.page for person in everybody}):
        those = [person for person in everybody if person.page == page]
        times = sorted(ms for person in those for ms in person.times)
        found[page] = {
            "reruns": len(times),
            "p50": round(statistics.median(times), 1),
            "p95": round(times[max(0, round(0.95 * len(times)) - 1)], 1),
            "messages": max(count for person in those for count in person.messages),
            "first": round(statistics.median(person.first[0] for person in those), 1),
        }
    return found


def _print(found: dict[str, Any]) -> None:
    print(f"{'page':<12}{'first ms':>9}{'reruns':>8}{'p50 ms':>9}{'p95 ms':>9}{'messages':>10}")
    for page, one in found["pages"].items():
        print(
            f"{page:<12}{one['first']:>9.0f}{one['reruns']:>8}{one['p50']:>9.0f}{one['p95']:>9.0f}"
            f"{one['messages']:>10}"
        )
    print(
        f"{found['cpu_ms']} ms of processor time a rerun, {found['reruns_per_second']} reruns a "
        f"second, {found['peak_mib']} MiB at most"
    )


if __name__ == "__main__":
    main()
