"""Putting a house together from its settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from db.engine import Database
from db.queries.people import actor_of
from luoshi.settings import Settings
from notifications.letterhead import Letterhead
from workflow.rules.dates import local_date
from workflow.rules.permissions import Actor
from workflow.verbs.context import Context


def utc_now() -> datetime:
    """The real time; the only clock of the house."""
    return datetime.now(UTC)


class House:
    """One running Luoshi: its database, its clock, and the doors to act and to read."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database_url)
        self.letterhead = Letterhead(
            base_url=settings.base_url.rstrip("/"),
            mail_from=settings.mail_from,
            zone=settings.time_zone,
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
