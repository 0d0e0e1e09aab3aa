"""Putting an installation together from its settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from db.clock import ClockBehind, instant_to_write
from db.engine import Database
from db.evidence import EvidenceStore
from db.queries.access.sessions import Moment
from db.queries.people.people import actor_of
from db.queries.record.changes import ChangeMarks
from db.queries.record.heartbeats import CLOCK_BEHIND, WITH_HEARTBEATS, record_run
from i18n import mark
from luoshi.refusals import RefusalRecord
from luoshi.settings import Settings
from notifications.letterhead import Letterhead
from workflow.rules.access.permissions import Actor
from workflow.rules.refusals import Refused
from workflow.rules.time.dates import local_date
from workflow.rules.time.timetable import Slot, timetable_at
from workflow.verbs.context import Context

if TYPE_CHECKING:
    from luoshi.sessions import AccountSessions
    from notifications.alarm import Channel
    from notifications.mailbox import Mailbox
    from notifications.smtp import Relay
    from tasks_catalog.second_reader.asking import SecondReader
    from workflow.verbs.record.backup import Vault


def utc_now() -> datetime:
    """The real time; the only clock of the installation."""
    return datetime.now(UTC)


class Installation:
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
        self.refusals = RefusalRecord(self)
        self.changes = ChangeMarks()
        self.letterhead = Letterhead(
            base_url=settings.base_url.rstrip("/"),
            mail_from=settings.mail_from,
            zone=settings.time_zone,
            link_key=settings.secret_key.get_secret_value(),
            reply_to=settings.answers_to,
        )

    @cached_property
    def timetable(self) -> tuple[Slot, ...]:
        """When each slot runs here."""
        return timetable_at(self.settings.slot_times)

    @cached_property
    def evidence(self) -> EvidenceStore:
        """Where the files of reports lie."""
        return EvidenceStore(self.settings.evidence_url)

    @property
    def vault(self) -> Vault:
        """Where backups lie, by what they are sealed, and how long they are kept."""
        from workflow.verbs.record.backup import Vault

        settings = self.settings
        key = settings.backup_key.get_secret_value()
        return Vault(settings.backup_dir, key, settings.backup_keep_days, self.evidence)

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

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox of the settings. Raises Refused where there is none."""
        from notifications.mailbox import Mailbox

        settings = self.settings
        if not settings.imap_host:
            raise Refused(mark("No mailbox is set: LUOSHI_IMAP_HOST and the settings beside it."))
        return Mailbox(
            host=settings.imap_host,
            port=settings.imap_port,
            username=settings.imap_username,
            password=settings.imap_password.get_secret_value(),
            tls=settings.imap_tls,
            folder=settings.imap_folder,
        )

    @property
    def second_reader(self) -> SecondReader | None:
        """The assistant of the settings, None where none is set."""
        from tasks_catalog.second_reader.asking import SecondReader

        settings = self.settings
        if not settings.assistant_url:
            return None
        key = settings.assistant_key.get_secret_value()
        return SecondReader(settings.assistant_url, settings.assistant_model, key)

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """From which the installation itself writes, in small letters."""
        settings = self.settings
        return settings.mail_from.lower(), (settings.reply_to or settings.mail_from).lower()

    @property
    def channel(self) -> Channel:
        """The operators' way to hear of troubles outside the mail."""
        from notifications.alarm import Channel

        return Channel(self.settings.alert_command, self.settings.alert_url.get_secret_value())

    def today(self) -> date:
        """The local date by the installation's clock."""
        return local_date(self.clock(), self.settings.time_zone)

    @contextmanager
    def acting(
        self, who: int | Actor, now: datetime | None = None, *, wait: bool = True
    ) -> Iterator[Context]:
        """One transaction in which a person (by id) or a system actor carries out one verb. What
        is refused in it is put on record in another one.

        Raises ClockBehind where the instant lies before what was recorded, and a flow or loop then
        leaves a heartbeat that says so; NotAllowed where it is still to come, but in a demo.
        Without `wait` raises Unreachable at once where somebody else is writing.
        """
        at = now or self.clock()
        with self.refusals.watching(who, at), self.transaction(who, at, wait=wait) as c:
            yield c

    @contextmanager
    def transaction(
        self, who: int | Actor, at: datetime, *, wait: bool = True
    ) -> Iterator[Context]:
        """The transaction itself, for what is put on record of refusals."""
        with self._saying_that_the_clock_is_behind(who), self.database.write(wait) as session:
            at = instant_to_write(session, at, self.wall())
            yield Context(
                session, self._actor(session, who, at), at, self.letterhead, self.timetable
            )

    @contextmanager
    def _saying_that_the_clock_is_behind(self, who: int | Actor) -> Iterator[None]:
        try:
            yield
        except ClockBehind:
            if isinstance(who, Actor) and who.system in WITH_HEARTBEATS:
                with self.database.write() as session:
                    record_run(session, who.system, self.wall(), ok=False, summary=CLOCK_BEHIND)
            raise

    @contextmanager
    def reading(self, who: int | Actor, now: datetime | None = None) -> Iterator[Context]:
        """The same for reading: pass `.session` and `.actor` to the named queries."""
        at = now or self.clock()
        with self.refusals.watching(who, self.clock()), self.database.read() as session:
            yield Context(
                session, self._actor(session, who, at), at, self.letterhead, self.timetable
            )

    def moment(self, c: Context) -> Moment:
        """The moment at which a person reads."""
        return Moment(c.actor, self.changes.at(c.session), c.today)

    def _actor(self, session: Any, who: int | Actor, at: datetime) -> Actor:
        separate = self.settings.separate_posts
        if isinstance(who, int):
            today = local_date(at, self.settings.time_zone)
            return actor_of(session, who, today, separate)
        return replace(who, separate=separate)


def account_sessions(installation: Installation) -> AccountSessions:
    """The sessions of an installation, as `ui.shell.sessions.Sessions` asks for them."""
    from luoshi.sessions import AccountSessions

    return AccountSessions(installation)
