"""Putting a house together from its settings. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from db.clock import ClockBehind, instant_to_write
from db.engine import Database
from db.evidence import EvidenceStore
from db.queries.heartbeats import CLOCK_BEHIND, WITH_HEARTBEATS, beat
from db.queries.people import actor_of
from db.queries.sessions import Visitor, find_visitor
from luoshi.language import mark
from luoshi.refusals import RefusalRecord
from luoshi.settings import Settings
from notifications.letterhead import Letterhead
from workflow.rules.dates import local_date
from workflow.rules.permissions import Actor, system
from workflow.rules.refusals import NotAllowed, NotFound, Refused
from workflow.rules.timetable import Slot, timetable_at
from workflow.verbs import log_in as logging_in
from workflow.verbs.change_password import change_password
from workflow.verbs.choose_language import choose_language
from workflow.verbs.context import Context
from workflow.verbs.credentials import Keys, count_attempt, forget_attempts, token_hash
from workflow.verbs.log_out import log_out

if TYPE_CHECKING:
    from notifications.alarm import Channel
    from notifications.smtp import Relay
    from workflow.verbs.backup import Vault


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
        self.refusals = RefusalRecord(self)
        self.letterhead = Letterhead(
            base_url=settings.base_url.rstrip("/"),
            mail_from=settings.mail_from,
            zone=settings.time_zone,
            link_key=settings.secret_key.get_secret_value(),
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
        from workflow.verbs.backup import Vault

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
    def channel(self) -> Channel:
        """The operators' way to hear of troubles outside the mail."""
        from notifications.alarm import Channel

        return Channel(self.settings.alert_command, self.settings.alert_url.get_secret_value())

    def today(self) -> date:
        """The local date by the house's clock."""
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
                    beat(session, who.system, self.wall(), ok=False, summary=CLOCK_BEHIND)
            raise

    @contextmanager
    def reading(self, who: int | Actor, now: datetime | None = None) -> Iterator[Context]:
        """The same for reading: pass `.session` and `.actor` to the named queries."""
        at = now or self.clock()
        with self.refusals.watching(who, self.clock()), self.database.read() as session:
            yield Context(
                session, self._actor(session, who, at), at, self.letterhead, self.timetable
            )

    def _actor(self, session: Any, who: int | Actor, at: datetime) -> Actor:
        separate = self.settings.separate_posts
        if isinstance(who, int):
            today = local_date(at, self.settings.time_zone)
            return actor_of(session, who, today, separate)
        return replace(who, separate=separate)


DOOR = system("door")


class HouseSessions:
    """Sessions kept in the database; what the pages' gate and doors ask for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._secret = house.settings.secret_key.get_secret_value()

    def log_in(self, email: str, password: str, address: str) -> str:
        """Open a session; its token. Raises Refused (wrong pair, too many attempts)."""
        house, at = self._house, self._house.wall()
        with house.acting(DOOR) as c:
            candidate = logging_in.begin(
                c, email=email, address=address, secret=self._secret, at=at
            )
        if not candidate.fits(password) or candidate.person_id is None:
            house.refusals.keep(DOOR, candidate.trace, house.clock())
            raise NotAllowed(logging_in.WRONG)
        with house.acting(candidate.person_id) as c:
            return logging_in.log_in(c, candidate, at=at)

    def find(self, token: str) -> Visitor | None:
        """The person of a living session, or None."""
        house, at = self._house, self._house.wall()
        with house.reading(DOOR) as c:
            found = find_visitor(
                c.session, token_hash(token), at, c.today, house.settings.separate_posts
            )
        if found is None:
            return None
        visitor, write_down = found
        if write_down:
            # Whoever reads a page waits for nobody who writes: the next click writes it down.
            with suppress(Refused), house.acting(DOOR, wait=False) as c:
                logging_in.stay(c, token=token, at=at)
        return visitor

    def log_out(self, token: str) -> None:
        """End a session; an unknown token is no error."""
        with self._house.acting(DOOR) as c:
            log_out(c, token=token, at=self._house.wall())

    def ask_reset(self, email: str, address: str) -> None:
        """Mail a link if the address is known; never tells whether it is."""
        from workflow.verbs.reset_password import ask_reset

        at = self._house.wall()
        with self._house.acting(DOOR) as c:
            ask_reset(c, email=email, address=address, secret=self._secret, at=at)

    def set_password(self, reset_token: str, password: str) -> None:
        """Set a new password by a mailed token, once. Raises Refused."""
        from workflow.verbs.reset_password import reset_password

        at = self._house.wall()
        with self._house.acting(DOOR) as c:
            reset_password(c, token=reset_token, password=password, secret=self._secret, at=at)

    def change_password(self, token: str, old: str, new: str) -> str:
        """Change the password; the token that stays valid. Raises Refused."""
        house, at = self._house, self._house.wall()
        person_id = self._person(token)
        keys = Keys.of(f"change:{person_id}", "", self._secret)
        with house.acting(DOOR) as c:
            count_attempt(c, keys, at)
        with house.acting(person_id) as c:
            kept = change_password(c, old=old, new=new, at=at)
            forget_attempts(c, keys, at)
            return kept

    def choose_language(self, token: str, language: str) -> None:
        """Keep the language that the person chose."""
        with self._house.acting(self._person(token)) as c:
            choose_language(c, language=language)

    def _person(self, token: str) -> int:
        visitor = self.find(token)
        if visitor is None:
            raise NotFound(mark("Your session is over. Please log in again."))
        return visitor.person_id


def house_sessions(house: House) -> HouseSessions:
    """The sessions of a house, as `ui.shell.sessions.Sessions` asks for them."""
    return HouseSessions(house)
