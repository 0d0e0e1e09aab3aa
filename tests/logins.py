"""People with passwords and a clock that tests turn, for whatever is about logging in."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from db.models import Event
from luoshi.sessions import AccountSessions
from luoshi.wiring import Installation
from workflow.verbs.access.attempts import AttemptSource
from workflow.verbs.access.credentials import hash_password

NOW = datetime(2021, 11, 22, 1, tzinfo=UTC)
FIRST, SECOND = "Harbour-4711", "Lantern-0815"
HASH = hash_password(FIRST)
HERE = AttemptSource("10.0.0.7")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: int) -> None:
        self.now += timedelta(**span)


def enter(
    sessions: AccountSessions, email: str, password: str = FIRST, source: AttemptSource = HERE
) -> str:
    """The token of a session opened by a right password alone."""
    entry = sessions.log_in(email, password, source)
    assert not entry.awaits_code
    return entry.token


def actions(installation: Installation) -> list[tuple[str, int]]:
    with installation.database.read() as session:
        return [(e.action, e.subject_id) for e in session.scalars(select(Event).order_by(Event.no))]
