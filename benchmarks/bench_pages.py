"""Fifty people at work: how long a rerun of each page takes, and how many messages it sends.

A city of 300 tasks and 60 units with four rounds. Each of fifty people has a page open over a
websocket and clicks every three to five seconds for a minute; the server runs in a process of its
own, the people in this one, so two cores are shared as in real use. Prints for each page the
median and the 95th percentile of a rerun in milliseconds, and the messages of one rerun.

    python benchmarks/bench_pages.py [people] [seconds]
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
from collections import defaultdict
from http.cookiejar import CookieJar
from pathlib import Path

import websockets
from city import PASSWORD, City, build
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PAGES = {
    "liaison": ("my_tasks", "report", "ledger"),
    "deputy": ("sign_off", "ledger"),
    "reviewer": ("review", "overview", "chasing", "assessment"),
    "leader": ("leader", "overview"),
    "admin": ("operations", "units"),
}


def serve(folder: str, port: int) -> None:
    """The server's process."""
    from luoshi.settings import Settings
    from luoshi.wiring import House
    from ui.app import serve as serve_pages
    from ui.front import front

    settings = Settings(
        database_url=f"sqlite:///{folder}/bench.db", evidence_url=f"file://{folder}/evidence",
        secret_key="b" * 48, base_url=f"http://127.0.0.1:{port}", _env_file=None,
    )  # fmt: skip
    from datetime import UTC, datetime

    house = House(settings, clock=lambda: datetime(2021, 11, 20, 4, tzinfo=UTC))
    serve_pages(front(house), port=port)


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
        self.times: list[float] = []
        self.messages: list[int] = []

    async def work(self, until: float, chance: random.Random) -> None:
        """Open the page, then click until the time is over."""
        address = self.base.replace("http", "ws") + "/_stcore/stream"
        headers = {"Cookie": self.cookies, "Origin": self.base}
        async with websockets.connect(
            address, additional_headers=headers, subprotocols=["streamlit"], max_size=None
        ) as socket_:
            await asyncio.sleep(chance.uniform(0, 4))
            await self._rerun(socket_)  # the first draw is no rerun
            while time.monotonic() < until:
                await asyncio.sleep(chance.uniform(3, 5))
                began = time.perf_counter()
                count = await self._rerun(socket_)
                self.times.append(1000 * (time.perf_counter() - began))
                self.messages.append(count)

    async def _rerun(self, socket_: websockets.ClientConnection) -> int:
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        await socket_.send(message.SerializeToString())
        count = 0
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await socket_.recv())
            count += 1
            if answer.WhichOneof("type") == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    continue
                return count


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
    with city.house.database.read() as session:
        found = session.scalars(
            select(Report.id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(Report.unit_id == unit, ReportState.open())
            .order_by(ReportState.state != "due", Report.id.desc())
        ).first()
    return f"report={found}"


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        city = build(Path(folder), tasks=300, units=60)
        city.house.database.dispose()
        print(f"built in {time.monotonic() - began:.0f} s")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port))
        server.start()
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base)
            everybody = crew(city, base, people)
            asyncio.run(_work(everybody, seconds))
        finally:
            server.terminate()
            server.join()
    _tell(everybody)


def _wait(base: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{base}/health").read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


async def _work(everybody: list[Person], seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(person.work(until, random.Random(n)) for n, person in enumerate(everybody))
    )


def _tell(everybody: list[Person]) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    messages: dict[str, list[int]] = defaultdict(list)
    for person in everybody:
        times[person.page] += person.times
        messages[person.page] += person.messages
    print(f"{'page':<12}{'reruns':>8}{'p50 ms':>9}{'p95 ms':>9}{'messages':>10}")
    for page in sorted(times):
        found = sorted(times[page])
        p95 = found[max(0, round(0.95 * len(found)) - 1)]
        print(
            f"{page:<12}{len(found):>8}{statistics.median(found):>9.0f}{p95:>9.0f}"
            f"{max(messages[page]):>10}"
        )


if __name__ == "__main__":
    main()
