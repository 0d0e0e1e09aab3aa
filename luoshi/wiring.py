"""Putting a house together from its settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from db.engine import Database
from db.evidence import EvidenceStore
from db.queries.people import actor_of
from luoshi.settings import Settings
from notifications.letterhead import Letterhead
from workflow.rules.dates import local_date
from workflow.rules.permissions import Actor
from workflow.verbs.context import Context

if TYPE_CHECKING:
    from luoshi.sessions import HouseSessions
    from notifications.smtp import Relay


def utc_now() -> datetime:
    """The real time; the only clock of the house."""
    return datetime.now(UTC)


class House:
    """One running Luoshi: its database, its clocks, and the doors to act and to read.

    `clock` dates the work, in a demo a simulated one; `wall` is real time, by which sessions and
    links live.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        wall: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.wall = wall
        self.database = Database(settings.database_url)
        self.letterhead = Letterhead(
            base_url=settings.base_url.rstrip("/"),
            mail_from=settings.mail_from,
            zone=settings.time_zone,
        )

    @cached_property
    def evidence(self) -> EvidenceStore:
        """Where the files of reports lie."""
        return EvidenceStore(self.settings.evidence_url)

    @property
    def relay(self) -> Relay:
        """The mail relay of the settings."""
        from notifications.smtp import Relay

        settings = self.settings
        return Relay(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            tls=settings.smtp_tls,
            connections=settings.smtp_connections,
        )

    def today(self) -> date:
        """The local date by the house's clock."""
        return local_date(self.clock(), self.settings.time_zone)

    @contextmanager
    def acting(self, who: int | Actor, now: datetime | None = None) -> Iterator[Context]:
        """One transaction in which a person (by id) or a system actor carries out one verb."""
        at = now or self.clock()
        with self.database.write() as session:
            actor = who
            if isinstance(actor, int):
                actor = actor_of(session, actor, local_date(at, self.settings.time_zone))
            yield Context(session, actor, at, self.letterhead)

    @contextmanager
    def reading(self, who: int | Actor, now: datetime | None = None) -> Iterator[Context]:
        """The same for reading: pass `.session` and `.actor` to the named queries."""
        at = now or self.clock()
        with self.database.read() as session:
            actor = who
            if isinstance(actor, int):
                actor = actor_of(session, actor, local_date(at, self.settings.time_zone))
            yield Context(session, actor, at, self.letterhead)


def house_sessions(house: House) -> HouseSessions:
    """The sessions of a house, as `ui.shell.sessions.Sessions` asks for them."""
    from luoshi.sessions import HouseSessions

    return HouseSessions(house)
