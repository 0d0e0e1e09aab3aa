"""Delivering queued digests to a sink: `python benchmarks/bench_delivery.py [MAILS]`.

Ours: claimed, looked at again, rendered by Jinja2 and frozen, sent over sixteen connections, and
settled, in a database that waits for its disk, by as many deliverers as `--processes N` says (two).
Beside it in the same run aiosmtplib's `sendmail` alone with sixteen connections and the same
messages ready in memory. `--database URL` names an empty database (else SQLite in a folder of its
own); with `--json` one JSON document follows.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any

from aiosmtplib import SMTP
from country import LETTERHEAD, build
from sink import sink
from sqlalchemy import func, select, update

from db.engine import Database
from db.models import Outbox
from notifications.smtp import Relay
from workflow.rules.access.permissions import system
from workflow.rules.mail.delivery import OutboxState
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import deliver
from workflow.verbs.reminders.remind_by_shard import remind_by_shard

MORNING = datetime(2021, 4, 1, 0, 30, tzinfo=UTC)
MAILS, CONNECTIONS, OF_A_PLAN = 10_000, 16, 97


def main() -> None:
    """Build, measure and print."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else MAILS
    processes = int(_given("--processes", "2"))
    with tempfile.TemporaryDirectory() as folder:
        url = _given("--database", f"sqlite:///{folder}/bench.db")
        found = measure(url, mails, processes)
    for name, figure in found.items():
        print(f"{name:>10}  {figure}")
    if "--json" in sys.argv:
        print(json.dumps(found))


def _given(name: str, otherwise: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else otherwise


def _acting(database: Database, actor: str) -> Callable[[], AbstractContextManager[Context]]:
    @contextmanager
    def acting() -> Iterator[Context]:
        with database.write() as session:
            yield Context(session, system(actor), MORNING, LETTERHEAD)

    return acting


def deliver_here(url: str, port: int, connections: int, ready: Any, sent: Any) -> None:
    """One deliverer, in a process of its own; it begins when all are ready."""
    database = Database(url)
    relay = Relay("127.0.0.1", port, LETTERHEAD.mail_from, tls="none", connections=connections)
    with database.read() as session:
        session.scalar(select(func.count()).select_from(Outbox))
    ready.wait()
    sent.put(deliver(_acting(database, "deliver"), relay).sent)


def _delivered(url: str, port: int, processes: int) -> tuple[int, float]:
    """How many mails went out, and the seconds that it took."""
    spawn = get_context("spawn")
    ready, sent = spawn.Barrier(processes + 1), spawn.Queue()
    given = (url, port, CONNECTIONS // processes, ready, sent)
    workers = [spawn.Process(target=deliver_here, args=given) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    total = sum(sent.get() for _ in workers)
    took = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return total, took


def measure(url: str, mails: int, processes: int) -> dict[str, object]:
    """Both ways, a second."""
    database = Database(url)
    build(database, -(-mails // OF_A_PLAN))
    reminding = _acting(database, "remind")
    remind_by_shard(reminding, reminding)
    with database.write() as session:
        kept = select(Outbox.id).where(Outbox.kind == "digest").order_by(Outbox.id).limit(mails)
        later = {"not_before": MORNING + timedelta(days=1)}
        session.execute(update(Outbox).where(Outbox.id.not_in(kept)).values(**later))
    with sink() as (port, taken):
        sent, took = _delivered(url, port, processes)
        rate = sent / took
        if taken.value != sent:
            raise SystemExit(f"{sent} sent, {taken.value} taken")
        letters = _letters(database)
        raw = max(len(letters) / asyncio.run(_raw(port, letters)) for _ in range(2))
    size = sum(len(content) for _, content in letters) / len(letters)
    return {
        "mails": sent,
        "processes": processes,
        "bytes": round(size),
        "rate": round(rate),
        "raw_rate": round(raw),
        "ratio": round(rate / raw, 2),
        "database": database.engine.dialect.name,
    }


def _letters(database: Database) -> list[tuple[str, bytes]]:
    with database.read() as session:
        rows = session.execute(select(Outbox.content).where(Outbox.state == OutboxState.SENT))
        return [(f"p{n}@bench.example", content) for n, (content,) in enumerate(rows)]


async def _raw(port: int, letters: list[tuple[str, bytes]]) -> float:
    """The seconds that aiosmtplib needs for them."""
    waiting = deque(letters)

    async def work() -> None:
        client = SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench")
        await client.connect()
        while waiting:
            to, content = waiting.popleft()
            await client.sendmail(LETTERHEAD.mail_from, [to], content)
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
