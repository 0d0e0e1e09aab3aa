"""Delivering queued digests to a sink: `python benchmarks/bench_delivery.py [MAILS]`.

Ours: claimed, looked at again, rendered by Jinja2 and frozen, sent over sixteen connections, and
settled, in a database that waits for its disk. Beside it in the same run aiosmtplib's `sendmail`
alone with sixteen connections and the same messages ready in memory. `--database URL` names an
empty database (else SQLite in a folder of its own); with `--json` one JSON document follows.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from aiosmtplib import SMTP
from country import LETTERHEAD, build
from sink import sink
from sqlalchemy import select, update

from db.engine import Database
from db.models import Outbox
from notifications.smtp import Relay
from workflow.rules.access.permissions import system
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import deliver
from workflow.verbs.reminders.remind_by_shard import remind_by_shard

MORNING = datetime(2021, 4, 1, 0, 30, tzinfo=UTC)
MAILS, CONNECTIONS, OF_A_PLAN = 10_000, 16, 97


def main() -> None:
    """Build, measure and print."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else MAILS
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        if "--database" in sys.argv:
            url = sys.argv[sys.argv.index("--database") + 1]
        found = measure(Database(url), mails)
    for name, figure in found.items():
        print(f"{name:>10}  {figure}")
    if "--json" in sys.argv:
        print(json.dumps(found))


def measure(database: Database, mails: int) -> dict[str, object]:
    """Both ways, a second."""
    build(database, -(-mails // OF_A_PLAN))

    @contextmanager
    def acting(actor: str = "deliver", at: datetime = MORNING) -> Iterator[Context]:
        with database.write() as session:
            yield Context(session, system(actor), at, LETTERHEAD)

    remind_by_shard(lambda: acting("remind"), lambda: acting("remind"))
    with database.write() as session:
        kept = select(Outbox.id).where(Outbox.kind == "digest").order_by(Outbox.id).limit(mails)
        later = {"not_before": MORNING + timedelta(days=1)}
        session.execute(update(Outbox).where(Outbox.id.not_in(kept)).values(**later))
    with sink() as (port, taken):
        relay = Relay("127.0.0.1", port, LETTERHEAD.mail_from, tls="none", connections=CONNECTIONS)
        began = time.perf_counter()
        sent = deliver(acting, relay).sent
        rate = sent / (time.perf_counter() - began)
        if taken.value != sent:
            raise SystemExit(f"{sent} sent, {taken.value} taken")
        letters = _letters(database)
        raw = max(len(letters) / asyncio.run(_raw(port, letters)) for _ in range(2))
    size = sum(len(content) for _, content in letters) / len(letters)
    return {
        "mails": sent,
        "bytes": round(size),
        "rate": round(rate),
        "raw_rate": round(raw),
        "ratio": round(rate / raw, 2),
        "database": database.engine.dialect.name,
    }


def _letters(database: Database) -> list[tuple[str, bytes]]:
    with database.read() as session:
        rows = session.execute(select(Outbox.content).where(Outbox.state == "sent"))
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
