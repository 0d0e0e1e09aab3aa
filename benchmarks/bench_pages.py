"""Fifty people at work: how long a rerun of each page takes, and how many messages it sends.

A city of 300 tasks and 60 units with four rounds. Each of fifty people has a page open over a
websocket and clicks every three to five seconds for a minute; a click runs the page again, or the
part of it in which people type. With `decide`, something is decided every so many seconds, after
which nothing that pages kept is valid: fifteen is the busiest hour of a round. The server runs in a
process of its own, the people in this one, so two cores are shared as in real use. Prints for each
page the first draw, the median and the 95th percentile of a rerun in milliseconds, and the messages
of a first draw and of a rerun.

    python benchmarks/bench_pages.py [people] [seconds] [decide]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path

import websockets
from city import PASSWORD, City, build
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from workflow.rules.states import ReportStateName
from workflow.verbs.reminders.record_call import record_call

NOW = datetime(2021, 11, 20, 4, tzinfo=UTC)
PAGES = {
    "liaison": ("my_tasks", "report", "ledger"),
    "deputy": ("sign_off", "ledger"),
    "reviewer": ("review", "overview", "chasing", "assessment"),
    "leader": ("leader", "overview"),
    "admin": ("operations", "units"),
}


DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


def serve(folder: str, port: int) -> None:
    """The server's process."""
    from luoshi.settings import Settings
    from luoshi.wiring import Installation
    from ui.app import serve as serve_pages
    from ui.composition import compose

    settings = Settings(
        database_url=f"sqlite:///{folder}/bench.db", evidence_url=f"file://{folder}/evidence",
        secret_key="b" * 48, base_url=f"http://127.0.0.1:{port}", _env_file=None,
    )  # fmt: skip
    installation = Installation(settings, clock=lambda: NOW)
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


class Person:
    """One open page that is clicked now and then."""

    def __init__(self, base: str, cookies: str, page: str, query: str) -> None:
        self.base, self.cookies, self.page, self.query = base, cookies, page, query
        self.first: tuple[float, int] = (0, 0)
        self.times: list[float] = []
        self.messages: list[int] = []
        self.part = ""

    async def work(self, until: float, chance: random.Random) -> None:
        """Open the page, then click until the time is over."""
        address = self.base.replace("http", "ws") + "/_stcore/stream"
        headers = {"Cookie": self.cookies, "Origin": self.base}
        async with websockets.connect(
            address, additional_headers=headers, subprotocols=["streamlit"], max_size=None
        ) as socket_:
            # All log in within the time in which they then click.
            await asyncio.sleep(chance.uniform(0, 10))
            self.first = await self._rerun(socket_)
            while time.monotonic() < until:
                await asyncio.sleep(chance.uniform(3, 5))
                took, count = await self._rerun(socket_)
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


def crew(city: City, base: str, people: int) -> list[Person]:
    """Who sits before which page: mostly liaisons, as in a reporting week."""
    units = list(city.people)
    seats: list[tuple[str, str]] = []
    for n in range(people):
        role = ("liaison", "liaison", "liaison", "deputy", "reviewer")[n % 5]
        role = {people - 1: "leader", people - 2: "admin"}.get(n, role)
        pages = PAGES[role]
        of_unit = units[n % len(units)]
        number = {"reviewer": n % 6, "leader": 1, "admin": 1}.get(role, of_unit)
        who = f"{role}{number}"
        seats.append((who, pages[(n // 5) % len(pages)]))
    cookies = {
        who: log_in(base, f"{who}@bench.example") for who in dict.fromkeys(w for w, _ in seats)
    }
    return [Person(base, cookies[who], page, _query(city, who, page)) for who, page in seats]


def _query(city: City, who: str, page: str) -> str:
    """A report of the person's own unit, one that is not filed yet."""
    if page != "report":
        return ""
    from sqlalchemy import select

    from db.models import Report, ReportState

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
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    decide = float(sys.argv[3]) if len(sys.argv) > 3 else 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        city = build(Path(folder), tasks=300, units=60)
        city.installation.database.dispose()
        print(f"built in {time.monotonic() - began:.0f} s")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port))
        server.start()
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base)
            city.now = NOW  # whoever decides does so on the day of the pages
            everybody = crew(city, base, people)
            asyncio.run(_work(city, everybody, seconds, decide))
        finally:
            server.terminate()
            server.join()
    _tell(everybody)


def _wait(base: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{base}/health/live").read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


async def _work(city: City, everybody: list[Person], seconds: float, decide: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(
        _decide(city, until, decide),
        *(person.work(until, random.Random(n)) for n, person in enumerate(everybody)),
    )


async def _decide(city: City, until: float, every: float) -> None:
    """Something of the plan is decided every so many seconds; with 0 nothing is."""
    units = list(city.people)
    while every and time.monotonic() < until:
        await asyncio.sleep(every)
        with city.installation.acting(city.reviewers[0]) as c:
            record_call(c, plan_id=city.plan_id, unit_id=units[0], outcome="本周报送")


def _tell(everybody: list[Person]) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    messages: dict[str, list[int]] = defaultdict(list)
    firsts: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for person in everybody:
        times[person.page] += person.times
        messages[person.page] += person.messages
        firsts[person.page].append(person.first)
    print(
        f"{'page':<12}{'first ms':>9}{'messages':>10}{'reruns':>8}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'messages':>10}"
    )
    for page in sorted(times):
        found, first = sorted(times[page]), firsts[page]
        p95 = found[max(0, round(0.95 * len(found)) - 1)]
        print(
            f"{page:<12}{statistics.median(ms for ms, _ in first):>9.0f}"
            f"{max(count for _, count in first):>10}{len(found):>8}"
            f"{statistics.median(found):>9.0f}{p95:>9.0f}{max(messages[page]):>10}"
        )


if __name__ == "__main__":
    main()
