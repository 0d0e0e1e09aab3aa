"""A forgotten password: a link by mail that works once and tells nobody who is known here."""

import email
import re
from email import policy

import pytest
from sqlalchemy import func, select

from db.models import LoginAttempt, Outbox, PasswordReset
from logins import FIRST, HERE, SECOND, Clock, actions, enter
from luoshi.sessions import HouseSessions
from luoshi.wiring import House
from workflow.rules.refusals import Invalid, NotAllowed
from workflow.rules.throttle import HERE as TRIES
from workflow.verbs import reset_password as resetting
from workflow.verbs.attempts import TooManyAttempts
from workflow.verbs.reset_password import StaleLink


def mailed_token(house: House) -> str:
    with house.database.read() as session:
        content = session.scalars(select(Outbox.content).order_by(Outbox.id.desc())).first()
    message = email.message_from_bytes(content, policy=policy.default)
    found = re.search(r"/reset\?token=([\w-]+)", message.get_body(("plain",)).get_content())
    assert found
    return found[1]


def test_the_mailed_link_sets_a_password_once(house: House, sessions: HouseSessions) -> None:
    open_session = enter(sessions, "wang@example.org", FIRST, HERE)
    sessions.ask_reset("Wang@example.org ", HERE)
    token = mailed_token(house)
    sessions.set_password(token, SECOND, HERE)
    assert sessions.find(open_session) is None
    assert enter(sessions, "wang@example.org", SECOND, HERE)
    with pytest.raises(NotAllowed):
        enter(sessions, "wang@example.org", FIRST, HERE)
    with pytest.raises(StaleLink):
        sessions.set_password(token, "Another-1234", HERE)


def test_a_weak_password_does_not_use_the_link_up(house: House, sessions: HouseSessions) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    token = mailed_token(house)
    with pytest.raises(Invalid):
        sessions.set_password(token, "short", HERE)
    sessions.set_password(token, SECOND, HERE)


def test_an_old_or_invented_link_is_refused(
    house: House, sessions: HouseSessions, clock: Clock
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    clock.wait(minutes=30)
    for token in (mailed_token(house), "invented"):
        with pytest.raises(StaleLink):
            sessions.set_password(token, SECOND, HERE)


def test_of_two_links_the_other_dies_with_the_first_use(
    house: House, sessions: HouseSessions
) -> None:
    sessions.ask_reset("wang@example.org", HERE)
    first = mailed_token(house)
    sessions.ask_reset("wang@example.org", HERE)
    sessions.set_password(mailed_token(house), SECOND, HERE)
    with pytest.raises(StaleLink):
        sessions.set_password(first, SECOND, HERE)


def test_an_unknown_address_leaves_no_mail_and_makes_no_difference(
    house: House,
    sessions: HouseSessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    real = resetting.tell
    monkeypatch.setattr(resetting, "tell", lambda *a, **k: (made.append(1), real(*a, **k))[1])
    sessions.ask_reset("nobody@example.org", HERE)
    assert len(made) == 1  # the same work as for a known one
    with house.database.read() as session:
        for table in (Outbox, PasswordReset):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 3
    assert actions(house) == [("ask_reset", 0)]


def test_asking_is_held_back(sessions: HouseSessions) -> None:
    for _ in range(TRIES):
        sessions.ask_reset("nobody@example.org", HERE)
    with pytest.raises(TooManyAttempts):
        sessions.ask_reset("nobody@example.org", HERE)
