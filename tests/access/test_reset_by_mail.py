"""A forgotten password: a link by mail that works once and tells nobody who is known here."""

import email
import re
from datetime import timedelta
from email import policy

import pytest
from sqlalchemy import delete, func, select

from db.models import Event, LoginAttempt, Outbox, PasswordReset
from logins import FIRST, HERE, SECOND, Clock, actions, enter
from luoshi.sessions import AccountSessions
from luoshi.settings import Settings
from luoshi.wiring import Installation
from notifications.smtp import Letter
from workflow.rules.access.permissions import system
from workflow.rules.access.throttle import HERE as TRIES
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.access import reset_password as resetting
from workflow.verbs.access.attempts import TooManyAttempts
from workflow.verbs.access.reset_password import StaleLink
from workflow.verbs.mail.deliver import LEASE, claim


def text_of(content: bytes) -> str:
    message = email.message_from_bytes(content, policy=policy.default)
    return "".join(part.get_content() for part in message.walk() if not part.is_multipart())


def letters(installation: Installation) -> list[Letter]:
    with installation.acting(system("deliver")) as c:
        return claim(c, "the test").letters


def mailed_token(installation: Installation) -> str:
    found = set(re.findall(r"/reset\?token=([\w.-]+)", text_of(letters(installation)[-1].content)))
    assert len(found) == 1  # the same in text and HTML
    return found.pop()


def test_the_mailed_link_sets_a_password_once(
    installation: Installation, sessions: AccountSessions
) -> None:
    open_session = enter(sessions, "wang@example.org", FIRST, HERE)
    sessions.ask_reset("Wang@example.org ", HERE)
    token = mailed_token(installation)
    sessions.set_password(token, SECOND, HERE)
    assert sessions.find(open_session) is None
    assert enter(sessions, "wang@example.org", SECOND, HERE)
    with pytest.raises(NotAllowed):
        enter(sessions, "wang@example.org", FIRST, HERE)
    with pytest.raises(StaleLink):
        sessions.set_password(token, "Another-1234", HERE)


def test_a_weak_password_does_not_use_the_link_up(
    installation: Installation, sessions: AccountSessions
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    token = mailed_token(installation)
    with pytest.raises(Invalid):
        sessions.set_password(token, "short", HERE)
    sessions.set_password(token, SECOND, HERE)


def test_an_old_or_invented_link_is_refused(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    clock.wait(minutes=30)
    for token in (mailed_token(installation), "invented"):
        with pytest.raises(StaleLink):
            sessions.set_password(token, SECOND, HERE)


def test_of_two_links_the_other_dies_with_the_first_use(
    installation: Installation, sessions: AccountSessions
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    first = mailed_token(installation)
    sessions.ask_reset("wang@example.org", HERE)
    sessions.set_password(mailed_token(installation), SECOND, HERE)
    with pytest.raises(StaleLink):
        sessions.set_password(first, SECOND, HERE)


def test_an_unknown_address_leaves_no_mail_and_makes_no_difference(
    installation: Installation,
    sessions: AccountSessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    real = resetting.notify
    monkeypatch.setattr(resetting, "notify", lambda *a, **k: (made.append(1), real(*a, **k))[1])
    sessions.ask_reset("nobody@example.org", HERE)
    assert len(made) == 1  # the same work as for a known one
    with installation.database.read() as session:
        for table in (Outbox, PasswordReset):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 3
    assert actions(installation) == [("ask_reset", 0)]


def test_asking_is_held_back(sessions: AccountSessions) -> None:
    for _ in range(TRIES):
        sessions.ask_reset("nobody@example.org", HERE)
    with pytest.raises(TooManyAttempts):
        sessions.ask_reset("nobody@example.org", HERE)


def test_nothing_in_the_database_opens_the_link(
    installation: Installation, sessions: AccountSessions
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    token = mailed_token(installation)
    with installation.database.read() as session:
        waiting = session.scalars(select(Outbox.content)).one()
        kept = session.scalars(select(PasswordReset.token_hash)).one()
        noted = session.scalars(select(Event.payload)).all()
    assert kept == token_hash(token)
    assert token not in text_of(waiting) + "".join(noted)
    (written,) = set(re.findall(r"/reset\?token=([\w.-]+)", text_of(waiting)))
    for guess in (written, written.partition(".")[2]):
        with pytest.raises(StaleLink):
            sessions.set_password(guess, SECOND, HERE)


def test_a_letter_in_doubt_goes_again_with_the_same_bytes(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    first = letters(installation)
    assert letters(installation) == []
    clock.now += LEASE + timedelta(seconds=1)
    assert letters(installation) == first


@pytest.mark.parametrize("why", ["used", "another secret", "left behind"])
def test_a_letter_whose_link_is_dead_fails_instead_of_misleading(
    why: str, installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    if why == "used":
        token = mailed_token(installation)
        sessions.set_password(token, SECOND, HERE)
        clock.now += LEASE + timedelta(seconds=1)
    elif why == "another secret":
        other = Settings(_env_file=None, database_url="sqlite://", secret_key="another" * 5)
        installation.letterhead = Installation(other).letterhead
    else:
        with installation.database.write() as session:
            session.execute(delete(PasswordReset))
    assert not [one for one in letters(installation) if "/reset" in text_of(one.content)]
    with installation.database.read() as session:
        links = select(Outbox.state).where(Outbox.kind == "reset")
        assert session.scalars(links).all() == ["failed"]
    assert ("mail_failed", 1) in actions(installation)


def test_without_a_secret_no_link_is_made(
    installation: Installation, sessions: AccountSessions
) -> None:
    installation.letterhead = Installation(
        Settings(_env_file=None, database_url="sqlite://")
    ).letterhead
    with pytest.raises(Refused, match="LUOSHI_SECRET_KEY"):
        sessions.ask_reset("wang@example.org", HERE)
