"""A database with letters that wait to be delivered, and a clock that is set by hand."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert, select

from db.engine import Database
from db.models import Event, Outbox, Person
from db.queries.record.heartbeats import Silence, last_runs, silent
from letters import LETTERHEAD, NOW
from relay import Server
from workflow.rules.access.permissions import Actor, system
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import DeliveryResult, deliver


class City:
    """A database with letters to people named p1, p2, … and a clock that is set by hand."""

    def __init__(self, database: Database, letters: int) -> None:
        self.database, self.began, self.now = database, NOW, NOW
        with database.write() as session:
            people = [
                {"id": n, "email": f"p{n}@example.cn", "name": f"人{n}"}
                for n in range(1, letters + 1)
            ]
            if people:
                session.execute(insert(Person), people)
            mails = [
                {"id": n, "message_id": f"<m{n}@example.cn>", "person_id": n, "kind": "digest",
                 "plan_id": None, "subject": "s", "content": self.content(n), "created_at": NOW,
                 "not_before": NOW}
                for n in range(1, letters + 1)
            ]  # fmt: skip
            if mails:
                session.execute(insert(Outbox), mails)

    @staticmethod
    def content(n: int) -> bytes:
        head = f"Message-ID: <m{n}@example.cn>\r\nSubject: s\r\n\r\n"
        return head.encode() + b"line\r\n.dot\r\n"

    @contextmanager
    def acting(self, actor: Actor = system("deliver")) -> Iterator[Context]:  # noqa: B008
        with self.database.write() as session:
            yield Context(session, actor, self.now, LETTERHEAD)

    def deliver(self, server: Server, **more: object) -> DeliveryResult:
        return deliver(self.acting, server.relay(**more))

    def mails(self) -> dict[int, Outbox]:
        with self.database.read() as session:
            return {mail.id: mail for mail in session.scalars(select(Outbox))}

    def states(self) -> dict[str, int]:
        return dict(Counter(mail.state for mail in self.mails().values()))

    def bounced(self) -> list[int]:
        with self.database.read() as session:
            return list(session.scalars(select(Person.id).where(Person.bounced_at.is_not(None))))

    def reachable_again(self) -> list[int]:
        """The people whose letters were taken back from among those that failed."""
        with self.database.read() as session:
            freed = select(Event.subject_id).where(Event.action == "mail_waits_again")
            return sorted(session.scalars(freed))

    def well(self) -> bool:
        """Whether the heartbeat of delivery says that all is well."""
        with self.database.read() as session:
            return last_runs(session)["deliver"].ok

    def seen(self) -> list[Silence]:
        """What banner, health, watch and operations are told."""
        with self.database.read() as session:
            zone = LETTERHEAD.zone
            return list(silent(session, now=self.now, calendar=Calendar(), zone=zone))
