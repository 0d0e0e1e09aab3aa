"""Who comes in, for how long, and how attempts are held back."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from db.models import Cover, LoginSession, Person
from logins import FIRST, HERE, SECOND, Clock, actions, enter
from luoshi.sessions import DOOR, AccountSessions
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.access.throttle import ADDRESS
from workflow.rules.access.throttle import HERE as TRIES
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.verbs.access import credentials
from workflow.verbs.access.attempts import AttemptSource, TooManyAttempts
from workflow.verbs.access.end_session import end_sessions_of
from workflow.verbs.access.log_in import begin


def test_a_right_pair_opens_a_session_that_knows_the_person(sessions: AccountSessions) -> None:
    token = enter(sessions, " Wang@Example.org", FIRST, HERE)
    visitor = sessions.find(token)
    assert visitor is not None
    assert (visitor.name, visitor.unit, visitor.language) == ("wang", "市科技局", "zh")
    assert visitor.roles == {"liaison"}


def test_the_database_holds_no_token(installation: Installation, sessions: AccountSessions) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    with installation.database.read() as session:
        (stored,) = session.scalars(select(LoginSession.token_hash))
    assert stored != token
    assert sessions.find(stored) is None


@pytest.mark.parametrize("email", ["wang@example.org", "nobody@example.org"])
def test_a_wrong_pair_is_refused_in_the_same_words(
    email: str, installation: Installation, sessions: AccountSessions
) -> None:
    with pytest.raises(NotAllowed, match="不正确"):
        enter(sessions, email, "wrong", HERE)
    assert actions(installation)[-1][0] == "log_in_failed"


def test_an_unknown_address_costs_a_check_of_a_password_too(
    sessions: AccountSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    real = credentials._HASHER.verify

    class Watched:
        hash = staticmethod(credentials._HASHER.hash)

        @staticmethod
        def verify(stored: str, password: str) -> bool:
            checked.append(stored.split("$")[1:4])
            return real(stored, password)

    monkeypatch.setattr(credentials, "_HASHER", Watched)
    for email in ("wang@example.org", "nobody@example.org"):
        with pytest.raises(NotAllowed):
            enter(sessions, email, "wrong", HERE)
    assert len(checked) == 2
    assert checked[0] == checked[1]


def test_an_address_is_held_back_over_all_accounts(
    sessions: AccountSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "verify_password", lambda *_: False)
    monkeypatch.setattr("workflow.verbs.access.log_in.verify_password", lambda *_: False)
    for n in range(ADDRESS):
        with pytest.raises(NotAllowed):
            enter(sessions, f"guess{n}@example.org", "wrong", HERE)
    with pytest.raises(TooManyAttempts):
        enter(sessions, "li@example.org", "wrong", HERE)
    with pytest.raises(NotAllowed):
        enter(sessions, "li@example.org", "wrong", AttemptSource("10.9.9.9"))


def test_many_attempts_at_once_are_counted_like_one_after_another(
    installation: Installation,
) -> None:
    given = {"email": "wang@example.org", "source": HERE, "secret": "s", "at": installation.wall()}

    def attempt() -> bool:
        with installation.acting(DOOR) as c:
            begin(c, **given)
        return True

    for _no in range(TRIES - 1):
        assert attempt()
    with ThreadPoolExecutor(1) as pool:
        with installation.acting(DOOR) as c:
            begin(c, **given)
            second = pool.submit(attempt)
            time.sleep(0.3)
        with pytest.raises(TooManyAttempts):
            second.result()


def test_success_clears_the_count(sessions: AccountSessions) -> None:
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(NotAllowed):
                enter(sessions, "wang@example.org", "wrong", HERE)
        enter(sessions, "wang@example.org", FIRST, HERE)


def test_a_session_ends_when_nothing_is_done(sessions: AccountSessions, clock: Clock) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    for _ in range(3):
        clock.wait(minutes=110)
        assert sessions.find(token)
    clock.wait(hours=2)
    assert sessions.find(token) is None


def test_a_session_ends_after_half_a_day_whatever_is_done(
    sessions: AccountSessions, clock: Clock
) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    for _ in range(11):
        clock.wait(hours=1)
        assert sessions.find(token)
    clock.wait(hours=1)
    assert sessions.find(token) is None


def test_logout_ends_this_session_alone(
    installation: Installation, sessions: AccountSessions
) -> None:
    one = enter(sessions, "wang@example.org", FIRST, HERE)
    other = enter(sessions, "wang@example.org", FIRST, HERE)
    sessions.log_out(one)
    sessions.log_out(one)
    sessions.log_out("made up")
    assert sessions.find(one) is None
    assert sessions.find(other)
    assert [action for action, _ in actions(installation)].count("log_out") == 1


def test_a_person_put_out_loses_the_open_session(
    installation: Installation, sessions: AccountSessions
) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    with installation.database.write() as session:
        session.scalars(select(Person).where(Person.name == "wang")).one().active = False
    assert sessions.find(token) is None
    with pytest.raises(NotAllowed):
        enter(sessions, "wang@example.org", FIRST, HERE)


def test_a_changed_password_ends_every_other_session(sessions: AccountSessions) -> None:
    one = enter(sessions, "wang@example.org", FIRST, HERE)
    other = enter(sessions, "wang@example.org", FIRST, HERE)
    kept = sessions.change_password(one, FIRST, SECOND)
    assert sessions.find(kept)
    assert sessions.find(one) is None
    assert sessions.find(other) is None
    with pytest.raises(NotAllowed):
        enter(sessions, "wang@example.org", FIRST, HERE)
    assert enter(sessions, "wang@example.org", SECOND, HERE)


def test_the_first_password_must_be_changed(
    installation: Installation, sessions: AccountSessions
) -> None:
    with installation.database.write() as session:
        session.scalars(select(Person).where(Person.name == "li")).one().must_change_password = True
    token = enter(sessions, "li@example.org", FIRST, HERE)
    visitor = sessions.find(token)
    assert visitor is not None
    assert visitor.must_change_password
    visitor = sessions.find(sessions.change_password(token, FIRST, SECOND))
    assert visitor is not None
    assert not visitor.must_change_password


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("wrong", SECOND),
        (FIRST, FIRST),
        (FIRST, "Short-1"),
        (FIRST, "allthesamekind"),
        (FIRST, "1111111111a"),
        (FIRST, "wang-wang-2021"),
        (FIRST, "Password2021!"),
        (FIRST, "a1" * 65),
    ],
)
def test_a_wrong_or_weak_password_changes_nothing(
    old: str, new: str, sessions: AccountSessions
) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    with pytest.raises(Invalid):
        sessions.change_password(token, old, new)
    assert sessions.find(token)
    assert enter(sessions, "wang@example.org", FIRST, HERE)


def test_guessing_the_old_password_is_held_back_too(sessions: AccountSessions) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    for _ in range(TRIES):
        with pytest.raises(Invalid):
            sessions.change_password(token, "wrong", SECOND)
    with pytest.raises(TooManyAttempts):
        sessions.change_password(token, FIRST, SECOND)


def test_the_language_is_kept(sessions: AccountSessions) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    sessions.choose_language(token, "en")
    visitor = sessions.find(token)
    assert visitor is not None
    assert visitor.language == "en"
    with pytest.raises(Invalid):
        sessions.choose_language(token, "fr")
    with pytest.raises(NotFound):
        sessions.choose_language("made up", "en")


def test_a_substitute_has_the_roles_of_the_one_on_leave(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    with installation.database.write() as session:
        ids = {p.name: p.id for p in session.scalars(select(Person))}
        session.add(
            Cover(
                person_id=ids["wang"],
                substitute_id=ids["li"],
                valid_from=date(2021, 11, 22),
                valid_to=date(2021, 11, 23),
            )
        )
    visitor = sessions.find(enter(sessions, "li@example.org", FIRST, HERE))
    assert visitor is not None
    assert visitor.roles == {"liaison"}
    clock.wait(days=1)
    visitor = sessions.find(enter(sessions, "li@example.org", FIRST, HERE))
    assert visitor is not None
    assert visitor.roles == frozenset()


def test_who_guards_people_ends_all_sessions_of_somebody(
    installation: Installation, sessions: AccountSessions
) -> None:
    first, second = (enter(sessions, "wang@example.org", FIRST, HERE) for _ in range(2))
    other = enter(sessions, "li@example.org", FIRST, HERE)
    with installation.database.read() as session:
        ids = {p.name: p.id for p in session.scalars(select(Person))}
    with pytest.raises(NotAllowed), installation.acting(ids["li"]) as c:
        end_sessions_of(c, person_id=ids["wang"], at=installation.wall())
    with installation.acting(system("command line")) as c:
        assert end_sessions_of(c, person_id=ids["wang"], at=installation.wall()) == 2
    assert [sessions.find(token) is None for token in (first, second, other)] == [True, True, False]
    assert actions(installation)[-1] == ("end_sessions", ids["wang"])
    with pytest.raises(NotFound), installation.acting(system("command line")) as c:
        end_sessions_of(c, person_id=0, at=installation.wall())
