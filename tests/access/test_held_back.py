"""Attempts are counted by source: nobody locks a stranger out, and many machines guess slowly."""

from itertools import count

import pytest
from sqlalchemy import func, select

from access.test_reset_by_mail import mailed_token
from db.models import KnownSource, LoginAttempt, Outbox
from i18n import speaking
from logins import FIRST, HERE, SECOND, Clock, enter
from luoshi.sessions import AccountSessions
from luoshi.wiring import Installation
from workflow.rules.access.throttle import HERE as TRIES
from workflow.rules.access.throttle import KNOWN_FOR, MAILS, SLOWER, WINDOW
from workflow.rules.refusals import NotAllowed
from workflow.verbs.access import log_in as logging_in
from workflow.verbs.access.attempts import AttemptSource, TooManyAttempts

WANG = "wang@example.org"
_machines = count(1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of a password costs nothing here: the right one is FIRST."""
    for place in ("workflow.verbs.access.log_in", "workflow.verbs.access.credentials"):
        monkeypatch.setattr(f"{place}.verify_password", lambda stored, said: said == FIRST)


def attack(sessions: AccountSessions, times: int, source: AttemptSource | None = None) -> int:
    """Wrong passwords for Wang, each from a machine of its own unless told; how many were tried."""
    tried = 0
    for _no in range(times):
        try:
            sessions.log_in(WANG, "wrong", source or AttemptSource(f"machine {next(_machines)}"))
        except TooManyAttempts:
            pass
        except NotAllowed:
            tried += 1
    return tried


def test_whoever_guesses_is_held_back_alone(sessions: AccountSessions, clock: Clock) -> None:
    foe = AttemptSource("203.0.113.5")
    assert attack(sessions, TRIES + 5, foe) == TRIES
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, foe)
    assert enter(sessions, WANG, FIRST, HERE)
    clock.now += WINDOW
    assert enter(sessions, WANG, FIRST, foe)


def test_strangers_together_are_slowed_but_not_shut_out(
    sessions: AccountSessions, clock: Clock
) -> None:
    first, _pause = SLOWER[0]
    assert attack(sessions, 200) == first
    with pytest.raises(TooManyAttempts) as refused:
        sessions.log_in(WANG, FIRST, AttemptSource("a new place"))
    assert "10" in str(refused.value)
    with speaking("en"):
        assert "Forgotten the password?" in str(refused.value)
    clock.wait(seconds=10)
    assert enter(sessions, WANG, FIRST, AttemptSource("a new place"))


def test_who_was_here_before_gets_in_while_others_attack(
    sessions: AccountSessions, clock: Clock
) -> None:
    known = sessions.log_in(WANG, FIRST, HERE).browser
    assert known
    clock.wait(days=3)
    attack(sessions, 100)
    elsewhere = AttemptSource("a train", known)
    assert enter(sessions, WANG, FIRST, HERE)  # the address of last time, without a cookie
    assert enter(sessions, WANG, FIRST, elsewhere)  # the browser of last time, anywhere
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, AttemptSource("a hotel"))
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, AttemptSource("a hotel", "made up"))


def test_a_browser_is_known_to_the_accounts_that_came_in_with_it(sessions: AccountSessions) -> None:
    known = sessions.log_in("li@example.org", FIRST, HERE).browser
    attack(sessions, 100)
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, AttemptSource("a train", known))


def test_a_neighbour_behind_the_same_address_locks_no_known_browser_out(
    sessions: AccountSessions,
) -> None:
    known = sessions.log_in(WANG, FIRST, HERE).browser
    attack(sessions, TRIES + 1, HERE)
    for n in range(70):
        with pytest.raises((NotAllowed, TooManyAttempts)):
            sessions.log_in(f"guess{n}@example.org", "wrong", HERE)
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, HERE)
    assert enter(sessions, WANG, FIRST, AttemptSource(HERE.address, known))


def test_a_known_browser_that_guesses_is_held_back_too(sessions: AccountSessions) -> None:
    known = AttemptSource("anywhere", sessions.log_in(WANG, FIRST, HERE).browser)
    assert attack(sessions, TRIES + 5, known) == TRIES


def test_a_source_is_forgotten_after_half_a_year(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    known = AttemptSource("a train", sessions.log_in(WANG, FIRST, HERE).browser)
    clock.now += KNOWN_FOR
    attack(sessions, 100)
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, FIRST, known)
    enter(sessions, "li@example.org", FIRST, AttemptSource("home"))
    with installation.database.read() as session:
        assert session.scalar(select(func.count()).select_from(KnownSource)) == 2


def test_forgotten_passwords_never_hold_a_login_back(sessions: AccountSessions) -> None:
    for _ in range(TRIES):
        sessions.ask_reset(WANG, HERE)
    with pytest.raises(TooManyAttempts) as refused:
        sessions.ask_reset(WANG, HERE)
    assert "忘记密码" not in str(refused.value)
    for n in range(40):
        sessions.ask_reset(WANG, AttemptSource(f"10.2.0.{n}"))
    assert enter(sessions, WANG, FIRST, HERE)


def test_no_more_links_are_mailed_than_one_can_use_and_the_last_one_works(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    def mails() -> int:
        with installation.database.read() as session:
            links = select(func.count()).select_from(Outbox).where(Outbox.kind == "reset")
            return session.scalar(links) or 0

    for n in range(20):
        sessions.ask_reset(WANG, AttemptSource(f"10.2.0.{n}"))
    assert mails() == MAILS
    sessions.ask_reset("li@example.org", HERE)
    assert mails() == MAILS + 1
    clock.now += WINDOW
    sessions.ask_reset(WANG, HERE)
    assert mails() == MAILS + 2
    sessions.set_password(mailed_token(installation), SECOND, HERE)
    sessions.ask_reset(WANG, HERE)
    assert mails() == MAILS + 3


def test_the_mailed_link_opens_a_new_place_during_an_attack(
    installation: Installation, sessions: AccountSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging_in, "verify_password", lambda stored, said: said == SECOND)
    attack(sessions, 100)
    new = AttemptSource("a new place")
    with pytest.raises(TooManyAttempts):
        sessions.log_in(WANG, SECOND, new)
    sessions.ask_reset(WANG, new)
    known = sessions.set_password(mailed_token(installation), SECOND, new)
    attack(sessions, 100)
    assert enter(sessions, WANG, SECOND, AttemptSource("a new place", known))


def test_unknown_accounts_are_slowed_like_known_ones(sessions: AccountSessions) -> None:
    first, _pause = SLOWER[0]
    for n in range(first):
        with pytest.raises(NotAllowed):
            sessions.log_in("nobody@example.org", "wrong", AttemptSource(f"10.3.0.{n}"))
    with pytest.raises(TooManyAttempts):
        sessions.log_in("nobody@example.org", "wrong", AttemptSource("10.3.1.1"))


def test_the_tables_tell_nobody_who_tried_from_where(
    installation: Installation, sessions: AccountSessions
) -> None:
    attack(sessions, 1, HERE)
    known = sessions.log_in(WANG, FIRST, HERE).browser
    attack(sessions, 1, HERE)
    with installation.database.read() as session:
        keys = session.scalars(select(LoginAttempt.key).union_all(select(KnownSource.key))).all()
    assert len(keys) >= 4
    assert all(len(key) == 64 for key in keys)
    assert known not in keys
