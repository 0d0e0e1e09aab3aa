"""A second factor: set up, asked for after the password, lost, and demanded by role."""

from datetime import date, datetime

import pyotp
import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from db.models import Event, LoginSession, LoginStep, Person, RecoveryCode, Role, SecondFactor
from logins import FIRST, HERE, NOW, SECOND, Clock, actions, enter
from luoshi.sessions import AccountSessions
from luoshi.settings import Settings
from luoshi.wiring import Installation
from workflow.rules.access.codes import RECOVERY_CODES
from workflow.rules.access.passwords import CODE_LIFE
from workflow.rules.access.permissions import system
from workflow.rules.access.throttle import CODES
from workflow.rules.access.throttle import HERE as TRIES
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, Refused
from workflow.verbs.access.attempts import AttemptSource, TooManyAttempts
from workflow.verbs.access.enrol_factor import LIFE, remove_factor
from workflow.verbs.access.prove_code import StepOver, purpose_of
from workflow.verbs.access.seal_secret import Unsealable, seal, unseal

WANG = "wang@example.org"
CONSOLE = system("command line")


class Telephone:
    """An application for codes, whose clock is the test's."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.secret = ""

    def reads(self, address: str) -> None:
        self.secret = pyotp.parse_uri(address).secret

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now)


@pytest.fixture
def phone(clock: Clock) -> Telephone:
    return Telephone(clock)


def enrol(sessions: AccountSessions, phone: Telephone, email: str = WANG) -> list[str]:
    """Set up by a session that is ended again; the recovery codes."""
    token = enter(sessions, email)
    offer = sessions.offer_factor(token)
    phone.reads(offer.address)
    codes = sessions.enrol_factor(token, FIRST, offer.sealed, phone.code())
    sessions.log_out(token)
    phone.clock.wait(seconds=30)
    return codes


def step(sessions: AccountSessions, source: AttemptSource = HERE) -> str:
    entry = sessions.log_in(WANG, FIRST, source)
    assert entry.awaits_code
    assert entry.browser == ""
    return entry.token


def wrong(phone: Telephone) -> str:
    return f"{(int(phone.code()) + 1) % 1_000_000:06d}"


def test_the_password_alone_opens_nothing(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    token = step(sessions)
    assert sessions.find(token) is None
    entry = sessions.prove_code(token, phone.code(), HERE)
    assert sessions.find(entry.token)
    assert entry.browser
    assert actions(installation)[-1][0] == "log_in"
    with pytest.raises(StepOver):
        sessions.prove_code(token, phone.code(), HERE)


def test_a_code_is_good_once(sessions: AccountSessions, phone: Telephone, clock: Clock) -> None:
    enrol(sessions, phone)
    code = phone.code()
    sessions.prove_code(step(sessions), code, HERE)
    again = step(sessions)
    with pytest.raises(Invalid):
        sessions.prove_code(again, code, HERE)
    clock.wait(seconds=30)
    assert sessions.prove_code(again, phone.code(), HERE)


def test_the_code_by_which_it_was_set_up_is_used_up(
    sessions: AccountSessions, phone: Telephone, clock: Clock
) -> None:
    token = enter(sessions, WANG)
    offer = sessions.offer_factor(token)
    phone.reads(offer.address)
    sessions.enrol_factor(token, FIRST, offer.sealed, phone.code())
    with pytest.raises(Invalid):
        sessions.prove_code(step(sessions), phone.code(), HERE)


def test_each_recovery_code_lets_in_once(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    codes = enrol(sessions, phone)
    assert len(codes) == RECOVERY_CODES
    typed = codes[3].lower().replace("-", " ")
    assert sessions.prove_code(step(sessions), typed, HERE)
    with pytest.raises(Invalid):
        sessions.prove_code(step(sessions), codes[3], HERE)
    entry = sessions.prove_code(step(sessions), codes[4], HERE)
    assert sessions.account(entry.token).codes == RECOVERY_CODES - 2
    with installation.database.read() as session:
        assert not set(codes) & set(session.scalars(select(RecoveryCode.code_hash)))
        ways = [e.payload for e in session.scalars(select(Event).where(Event.action == "log_in"))]
    assert ways == ['{"way":"password"}', '{"way":"recovery"}', '{"way":"recovery"}']


def test_wrong_codes_use_the_step_up_and_leave_events(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    token = step(sessions)
    for _ in range(CODES):
        with pytest.raises(Invalid):
            sessions.prove_code(token, wrong(phone), HERE)
    with pytest.raises(StepOver):
        sessions.prove_code(token, phone.code(), HERE)
    assert [action for action, _ in actions(installation)].count("code_failed") == CODES


def test_codes_are_held_back_by_source_over_many_steps(
    sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    foe = AttemptSource("203.0.113.5")
    tried = 0
    for _ in range(2):
        token = step(sessions, foe)
        for _ in range(CODES):
            with pytest.raises((Invalid, TooManyAttempts)) as refused:
                sessions.prove_code(token, wrong(phone), foe)
            tried += refused.type is Invalid
    assert tried == TRIES
    assert sessions.prove_code(step(sessions), phone.code(), HERE)


def test_a_step_lasts_ten_minutes_and_ends_with_the_password(
    installation: Installation, sessions: AccountSessions, phone: Telephone, clock: Clock
) -> None:
    enrol(sessions, phone)
    old = step(sessions)
    clock.now += CODE_LIFE
    with pytest.raises(StepOver):
        sessions.prove_code(old, phone.code(), HERE)
    before = step(sessions)
    here = sessions.prove_code(step(sessions), phone.code(), HERE).token
    clock.wait(seconds=30)
    sessions.change_password(here, FIRST, SECOND)
    with pytest.raises(StepOver):
        sessions.prove_code(before, phone.code(), HERE)
    with installation.database.read() as session:
        assert not session.scalars(select(LoginStep)).all()


def test_two_at_the_same_instant_use_a_code_once(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    from workflow.verbs.access.prove_code import use_code

    enrol(sessions, phone)
    person, at = wang(installation), installation.wall()
    with installation.acting(person) as c:
        factor = c.session.get(SecondFactor, person)  # what the second one saw before
        assert factor
        c.session.execute(
            update(SecondFactor)
            .values(last_step=int(at.timestamp()) // 30)
            .execution_options(synchronize_session=False)
        )
        assert not use_code(c, person, phone.code(), secret_of(installation), at)


def secret_of(installation: Installation) -> str:
    return installation.settings.secret_key.get_secret_value()


def wang(installation: Installation) -> int:
    with installation.database.read() as session:
        return session.scalars(select(Person.id).where(Person.email == WANG)).one()


@pytest.mark.parametrize(("password", "right"), [("wrong", True), (FIRST, False)])
def test_setting_up_asks_for_password_and_code(
    password: str, right: bool, sessions: AccountSessions, phone: Telephone
) -> None:
    token = enter(sessions, WANG)
    offer = sessions.offer_factor(token)
    phone.reads(offer.address)
    with pytest.raises(Invalid):
        sessions.enrol_factor(
            token, password, offer.sealed, phone.code() if right else wrong(phone)
        )
    assert sessions.account(token).factor_since is None
    assert sessions.offer_factor(token, offer.sealed).secret == offer.secret


def test_an_offer_is_for_one_person_and_half_an_hour(
    sessions: AccountSessions, phone: Telephone, clock: Clock
) -> None:
    li, token = enter(sessions, "li@example.org"), enter(sessions, WANG)
    offer = sessions.offer_factor(token)
    phone.reads(offer.address)
    with pytest.raises(Unsealable):
        sessions.enrol_factor(li, FIRST, offer.sealed, phone.code())
    clock.now += LIFE
    with pytest.raises(Invalid):
        sessions.enrol_factor(token, FIRST, offer.sealed, phone.code())


def test_the_secret_stands_sealed_for_this_person_alone(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    person = wang(installation)
    with installation.database.read() as session:
        stored = session.scalars(select(SecondFactor.secret)).one()
    assert phone.secret not in stored
    key = secret_of(installation)
    assert unseal(stored, purpose_of(person), key) == phone.secret
    for purpose, other in ((purpose_of(person + 1), key), (purpose_of(person), "another")):
        with pytest.raises(Unsealable):
            unseal(stored, purpose, other)
    assert seal("x", "y", "s") != seal("x", "y", "s")


def test_a_changed_secret_key_is_told_and_not_mistaken_for_a_wrong_code(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    token = step(sessions)
    sessions._secret = "another"
    with pytest.raises(Unsealable):
        sessions.prove_code(token, phone.code(), HERE)


def test_a_new_telephone_takes_the_place_of_the_old_one(
    sessions: AccountSessions, phone: Telephone, clock: Clock
) -> None:
    old = enrol(sessions, phone)
    here = sessions.prove_code(step(sessions), old[0], HERE).token
    offer = sessions.offer_factor(here)
    before, phone.secret = phone.secret, offer.secret
    sessions.enrol_factor(here, FIRST, offer.sealed, phone.code())
    clock.wait(seconds=30)
    token = step(sessions)
    for code in (old[1], pyotp.TOTP(before).at(clock.now)):
        with pytest.raises(Invalid):
            sessions.prove_code(token, code, HERE)
    assert sessions.prove_code(token, phone.code(), HERE)


def test_recovery_codes_are_renewed(sessions: AccountSessions, phone: Telephone) -> None:
    old = enrol(sessions, phone)
    here = sessions.prove_code(step(sessions), phone.code(), HERE).token
    new = sessions.renew_recovery_codes(here, FIRST)
    with pytest.raises(Invalid):
        sessions.prove_code(step(sessions), old[0], HERE)
    assert sessions.prove_code(step(sessions), new[0], HERE)
    with pytest.raises(NotFound):
        sessions.renew_recovery_codes(enter(sessions, "li@example.org"), FIRST)


def test_ones_own_is_given_up_by_the_password(sessions: AccountSessions, phone: Telephone) -> None:
    enrol(sessions, phone)
    here = sessions.prove_code(step(sessions), phone.code(), HERE).token
    with pytest.raises(Invalid):
        sessions.give_up_factor(here, "wrong")
    sessions.give_up_factor(here, FIRST)
    assert enter(sessions, WANG)


def test_a_lost_one_is_removed_by_who_keeps_people(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    enrol(sessions, phone)
    here = sessions.prove_code(step(sessions), phone.code(), HERE).token
    person = wang(installation)
    with pytest.raises(NotAllowed), installation.acting(person) as c:
        remove_factor(c, person, at=installation.wall())
    with installation.acting(CONSOLE) as c:
        remove_factor(c, person, at=installation.wall())
    assert actions(installation)[-1] == ("remove_factor", person)
    assert sessions.find(here) is None
    assert enter(sessions, WANG)
    with installation.database.read() as session:
        assert not session.scalars(select(RecoveryCode)).all()
    with pytest.raises(NotFound), installation.acting(CONSOLE) as c:
        remove_factor(c, person, at=installation.wall())


def test_a_reset_by_mail_does_not_get_round_it(
    installation: Installation, sessions: AccountSessions, phone: Telephone
) -> None:
    from access.test_reset_by_mail import mailed_token

    enrol(sessions, phone)
    sessions.ask_reset(WANG, HERE)
    sessions.set_password(mailed_token(installation), SECOND, HERE)
    assert sessions.log_in(WANG, SECOND, HERE).awaits_code


def test_who_must_have_one_is_known_at_each_click(
    installation: Installation, clock: Clock, phone: Telephone
) -> None:
    installation.settings = Settings(
        _env_file=None, database_url="sqlite://", secret_key="s", second_factor="liaison, reviewer"
    )
    sessions = AccountSessions(installation)
    token, li = enter(sessions, WANG), enter(sessions, "li@example.org")
    assert must(sessions, token)
    assert not must(sessions, li)
    with installation.database.write() as session:
        person = session.scalars(select(Person.id).where(Person.name == "li")).one()
        session.add(Role(person_id=person, name="reviewer", valid_from=date(2021, 1, 1)))
    assert must(sessions, li)
    offer = sessions.offer_factor(token)
    phone.reads(offer.address)
    sessions.enrol_factor(token, FIRST, offer.sealed, phone.code())
    assert not must(sessions, token)


def must(sessions: AccountSessions, token: str) -> bool:
    visitor = sessions.find(token)
    assert visitor
    return visitor.must_enrol


def test_the_setting_knows_the_roles() -> None:
    assert Settings(_env_file=None).second_factor_roles == frozenset()
    with pytest.raises(ValidationError, match="emperor"):
        Settings(_env_file=None, second_factor="administrator,emperor")


def test_ones_own_sessions_are_listed_and_ended(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    first = sessions.log_in(WANG, FIRST, AttemptSource("x", agent=agent)).token
    clock.wait(minutes=5)
    here, third = enter(sessions, WANG), enter(sessions, WANG)
    li = enter(sessions, "li@example.org")
    listed = sessions.account(here).sessions
    assert [one.here for one in listed] == [True, False, False]
    assert [(one.since, one.browser) for one in listed][2] == (NOW, "Firefox · Windows")
    for refused in (
        lambda: sessions.end_session(here, "wrong", listed[2].key),
        lambda: sessions.end_other_sessions(here, "wrong"),
    ):
        with pytest.raises(Invalid):
            refused()
    assert sessions.find(first)
    sessions.end_session(here, FIRST, listed[2].key)
    assert sessions.find(first) is None
    with pytest.raises(NotFound):
        sessions.end_session(here, FIRST, listed[2].key)
    other = sessions.account(li).sessions[0].key
    with pytest.raises(NotFound):
        sessions.end_session(here, FIRST, other)
    assert sessions.find(li)
    assert sessions.end_other_sessions(here, FIRST) == 1
    assert sessions.find(third) is None
    assert sessions.find(here)
    assert [one for one, _ in actions(installation)][-2:] == ["end_session", "end_other_sessions"]
    with pytest.raises(Refused):
        sessions.account(third)


def test_the_list_names_sessions_by_what_opens_nothing(
    installation: Installation, sessions: AccountSessions
) -> None:
    token = enter(sessions, WANG)
    (one,) = sessions.account(token).sessions
    assert sessions.find(one.key) is None
    with installation.database.read() as session:
        assert session.scalars(select(LoginSession.token_hash)).one() == one.key
    assert isinstance(one.since, datetime)
