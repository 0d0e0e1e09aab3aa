"""A flood of wrong passwords: what it costs in memory, and what everybody else notices of it.

A server in a process of its own. All wrong logins are sent at the same instant, each from another
address of the loopback network, so that none is refused before its password is looked at; meanwhile
somebody with a session asks for a page ten times a second. Prints the memory of the server's
process (RSS) before, at its most, and half a minute after, how long the flood took, and how long
the other one waited.

    python benchmarks/bench_logins.py [logins]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import socket
import statistics
import sys
import tempfile
import time
from datetime import date

import httpx
import psutil
from bench_pages import serve

from db.engine import Database
from db.models import Person, Role
from workflow.verbs.access.credentials import hash_password

EMAIL, PASSWORD = "somebody@bench.example", "Harbour-4711"
PATIENCE = 120


def prepare(folder: str) -> None:
    """A database with one person, a leader."""
    database = Database(f"sqlite:///{folder}/bench.db")
    database.upgrade()
    with database.write() as session:
        person = Person(email=EMAIL, name="somebody", password_hash=hash_password(PASSWORD))
        person.must_change_password = False
        session.add(person)
        session.flush()
        session.add(Role(person_id=person.id, name="leader", valid_from=date(2021, 1, 1)))
    database.dispose()


async def log_in(base: str, email: str, password: str, here: str) -> httpx.AsyncClient:
    """A browser at an address of its own that has sent the form."""
    fresh = httpx.Limits(max_keepalive_connections=0)  # a busy server drops waiting connections
    way = httpx.AsyncHTTPTransport(local_address=here, limits=fresh, verify=False)
    browser = httpx.AsyncClient(base_url=base, transport=way, timeout=PATIENCE)
    page = await browser.get("/login")
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found
    form = {"email": email, "password": password, "form_token": found[1]}
    await browser.post("/login", data=form, headers={"origin": base})
    return browser


async def wait_for_pages(browser: httpx.AsyncClient, over: asyncio.Event) -> list[float]:
    """Milliseconds for a page, ten times a second."""
    took = []
    while not over.is_set():
        began = time.perf_counter()
        answer = await browser.get("/leader", headers={"accept": "text/html"})
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200
        await asyncio.sleep(0.1)
    return took


async def watch(process: psutil.Process, over: asyncio.Event) -> float:
    """The most memory in MB that the process had."""
    most = 0.0
    while not over.is_set():
        most = max(most, process.memory_info().rss / 2**20)
        await asyncio.sleep(0.02)
    return most


async def flood(base: str, process: psutil.Process, logins: int) -> None:
    """Send it, and print the figures."""
    known = await log_in(base, EMAIL, PASSWORD, "127.0.0.1")
    before = process.memory_info().rss / 2**20
    over = asyncio.Event()
    pages = asyncio.create_task(wait_for_pages(known, over))
    memory = asyncio.create_task(watch(process, over))
    began = time.perf_counter()
    wrong = (
        log_in(base, f"guess{n}@bench.example", "wrong", f"127.0.{1 + n // 200}.{1 + n % 200}")
        for n in range(logins)
    )
    for browser in await asyncio.gather(*wrong):
        await browser.aclose()
    flooded = time.perf_counter() - began
    over.set()
    waited, most = await pages, await memory
    await known.aclose()
    await asyncio.sleep(30)
    after = process.memory_info().rss / 2**20
    print(f"{logins} wrong logins in {flooded:.1f} s")
    print(f"memory: {before:.0f} MB before, {most:.0f} at most, {after:.0f} afterwards")
    print(f"a page meanwhile: median {statistics.median(waited):.0f} ms, most {max(waited):.0f} ms")


def main(logins: int = 200) -> None:
    """See the module's docstring."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port))
        server.start()
        try:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    httpx.get(f"{base}/login")
                    break
                except httpx.TransportError:
                    time.sleep(0.2)
            asyncio.run(flood(base, psutil.Process(server.pid), logins))
        finally:
            server.terminate()
            server.join()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
