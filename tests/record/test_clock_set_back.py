"""A clock that was set back writes nothing, and says so; reading waits for nobody who writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

import worlds
from db.clock import TOLERANCE, ClockBehind
from db.engine import Database, Unreachable
from db.models import Digest, LoginSession, Person, Reminder
from db.models import Event as Told
from db.queries.access.sessions import Visitor
from db.queries.record.heartbeats import CLOCK_BEHIND, last_runs
from db.record import change_state
from luoshi.settings import Settings
from luoshi.wiring import Installation, account_sessions
from notifications.smtp import Relay
from ui.composition import SilenceBanners
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Conflict, NotAllowed
from workflow.verbs.access.credentials import open_session
from workflow.verbs.mail.deliver import deliver_for_ever
from workflow.verbs.record.watch import watch_for_ever
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds

CLERK, REMIND = system("clerk"), system("remind")
DUE = datetime.fromisoformat("2021-03-23T08:30:00+08:00")


class Clock:
    def __init__(self) -> None:
        self.now = DUE

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installation(database: Database, clock: Clock) -> Installation:
    """A city in whose record something happened just now."""
    worlds.little_city(database)
    made = Installation(Settings(_env_file=None, database_url="sqlite://"), clock, clock)
    made.database = database
    with made.acting(CLERK) as c:
        open_rounds(c)
    return made


def count(installation: Installation, table: type) -> int:
    with installation.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_before_what_was_recorded_no_verb_is_carried_out(
    installation: Installation, clock: Clock
) -> None:
    events = count(installation, Told)
    clock.now = DUE - TOLERANCE - timedelta(seconds=1)
    with pytest.raises(ClockBehind) as told, installation.acting(CLERK) as c:
        c.record_event(0, "something", "plan", 1)
    assert "2021-03-23 00:30:00 UTC" in str(told.value)
    assert "系统管理员" in str(told.value)
    assert count(installation, Told) == events


def test_a_clock_a_little_behind_writes_by_the_instant_of_the_last_event(
    installation: Installation, clock: Clock
) -> None:
    clock.now = DUE - TOLERANCE
    with installation.acting(CLERK) as c:
        assert c.now == DUE
        c.record_event(0, "something", "plan", 1)
    with installation.database.read() as session:
        assert session.scalars(select(Told.at).where(Told.action == "something")).one() == DUE


def test_an_instant_to_come_is_refused(installation: Installation) -> None:
    with pytest.raises(NotAllowed), installation.acting(CLERK, DUE + timedelta(hours=1)):
        pass


def test_an_event_of_a_verb_that_was_overtaken_takes_the_instant_of_the_one_before(
    installation: Installation,
) -> None:
    with installation.database.write() as session:
        long = worlds.Context(session, CLERK, DUE - timedelta(minutes=1), worlds.LETTERHEAD)
        long.record_event(1, "slow", "plan", 1)
    with installation.database.read() as session:
        assert session.scalars(select(Told.at).where(Told.action == "slow")).one() == DUE


def test_no_interval_ends_before_it_begins(installation: Installation) -> None:
    early = worlds.ISSUED - timedelta(minutes=1)
    with pytest.raises(Conflict), installation.database.write() as session:
        change_state(session, "assignment", 1, "acknowledge", CLERK, early, chain=1)
    never = "2020-01-01 00:00:00" + (".000000" if is_sqlite(installation) else "+00")
    wrong = text(f"update assignment_state set known_to = '{never}' where assignment_id = 1")
    with pytest.raises(DBAPIError, match="append-only"), installation.database.write() as session:
        session.execute(wrong)


def is_sqlite(installation: Installation) -> bool:
    return installation.database.engine.dialect.name == "sqlite"


def test_no_older_step_goes_out(installation: Installation, clock: Clock) -> None:
    clock.now = DUE + timedelta(days=8)
    with installation.acting(REMIND) as c:
        assert remind(c).people
    before = count(installation, Reminder), count(installation, Digest)
    # Not even where no event remembers the later day.
    city = worlds.World(installation.database)
    with pytest.raises(ClockBehind):
        city.do(REMIND, remind, at=DUE + timedelta(days=1))
    assert (count(installation, Reminder), count(installation, Digest)) == before


class Once(Event):
    """Stops a loop after its first pause."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


def test_loops_and_flows_wait_and_say_so_by_their_heartbeat(
    installation: Installation, clock: Clock
) -> None:
    clock.now = DUE - timedelta(hours=1)
    relay = Relay("localhost", 1, "a@example.org")
    deliver_for_ever(lambda: installation.acting(system("deliver")), relay, Once())
    watch_for_ever(lambda: installation.acting(system("watch")), Once())
    with pytest.raises(ClockBehind), installation.acting(REMIND):
        pass
    with installation.database.read() as session:
        said = last_runs(session)
    for name in ("deliver", "watch", "remind"):
        assert (said[name].ok, said[name].summary) == (False, CLOCK_BEHIND)
    clock.now = DUE + timedelta(seconds=1)
    deliver_for_ever(lambda: installation.acting(system("deliver")), relay, Once())
    with installation.database.read() as session:
        assert last_runs(session)["deliver"].summary != CLOCK_BEHIND


def test_every_page_says_what_is_wrong_and_whom_to_tell(
    installation: Installation, clock: Clock
) -> None:
    clock.now = DUE - timedelta(hours=1)
    visitor = a_visitor(installation)
    (banner,) = SilenceBanners(installation)(visitor)
    assert "系统管理员" in banner.text
    clock.now = DUE
    assert [one.kind for one in SilenceBanners(installation)(visitor)] == [
        "note"
    ]  # mails wait, the clock is right


def a_visitor(installation: Installation) -> Visitor:
    with installation.database.read() as session:
        person = session.scalars(select(Person).where(Person.name.contains("liaison"))).first()
    return Visitor(person.id, person.name, "zh", frozenset({"liaison"}), "")


@contextmanager
def somebody_writes(database: Database) -> Iterator[None]:
    """Hold the write lock (on PostgreSQL those of all sessions) for as long as the block lasts."""
    with database.write() as session:
        session.execute(text("update login_session set seen_at = seen_at"))
        yield


def test_a_sign_of_life_waits_for_nobody(installation: Installation, clock: Clock) -> None:
    with installation.acting(CLERK) as c:
        token = open_session(c, 1, clock.now)
    clock.now += timedelta(minutes=5)
    sessions = account_sessions(installation)
    begun = monotonic()
    with somebody_writes(installation.database):
        assert sessions.find(token) is not None
        with pytest.raises(Unreachable), installation.acting(CLERK, wait=False) as c:
            c.session.execute(text("update login_session set seen_at = seen_at"))
    assert monotonic() - begun < 10
    with installation.database.read() as session:
        assert session.scalars(select(LoginSession.seen_at)).one() == DUE
    assert sessions.find(token) is not None
    with installation.database.read() as session:
        assert session.scalars(select(LoginSession.seen_at)).one() == clock.now
