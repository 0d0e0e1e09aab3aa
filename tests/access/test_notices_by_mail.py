"""Whoever owns an account hears by mail when its password or second factor changes."""

import email
from email.policy import default

import pyotp
import pytest
from sqlalchemy import select, update

from db.models import Outbox, Person
from letters import LETTERHEAD, NOW, facts_of
from logins import FIRST, HERE, SECOND, Clock, enter
from luoshi.sessions import AccountSessions
from luoshi.wiring import Installation
from notifications.rendering import render
from workflow.rules.access.changes import AccountChange
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Refused
from workflow.verbs.access.enrol_factor import remove_factor
from workflow.verbs.access.reset_password import link_for
from workflow.verbs.people.choose_language import choose_language

WANG = "wang@example.org"


def notices(installation: Installation) -> list[str]:
    """The subjects of what Wang was mailed about the account, in order."""
    with installation.database.read() as session:
        rows = session.execute(
            select(Outbox.subject, Person.email)
            .join(Person, Person.id == Outbox.person_id)
            .where(Outbox.kind == "security")
            .order_by(Outbox.id)
        ).all()
    assert {address for _subject, address in rows} <= {WANG}
    return [subject for subject, _address in rows]


def enrol(sessions: AccountSessions, clock: Clock, token: str) -> list[str]:
    offer = sessions.offer_factor(token)
    return sessions.enrol_factor(token, FIRST, offer.sealed, pyotp.TOTP(offer.secret).at(clock.now))


def test_a_changed_password_is_mailed_and_a_refused_change_is_not(
    installation: Installation, sessions: AccountSessions
) -> None:
    token = enter(sessions, WANG)
    with pytest.raises(Refused):
        sessions.change_password(token, "wrong", SECOND)
    assert notices(installation) == []
    assert sessions.find(token).news == 0
    sessions.change_password(token, FIRST, SECOND)
    assert notices(installation) == ["您的登录密码已修改"]
    again = enter(sessions, WANG, SECOND)
    assert sessions.find(again).news == 1  # which the bell shows


def test_a_password_set_by_a_link_is_mailed_unless_it_is_the_first(
    installation: Installation, sessions: AccountSessions
) -> None:
    def by_link(password: str) -> None:
        with installation.acting(system("command line")) as c:
            token = link_for(c, email=WANG, at=installation.wall()).partition("token=")[2]
        sessions.set_password(token, password, HERE)

    with installation.database.write() as session:
        session.execute(update(Person).where(Person.email == WANG).values(password_hash=""))
    by_link(FIRST)
    assert notices(installation) == []
    by_link(SECOND)
    assert notices(installation) == ["您的登录密码已修改"]


def test_a_factor_set_up_used_by_a_recovery_code_and_given_up(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    token = enter(sessions, WANG)
    codes = enrol(sessions, clock, token)
    assert notices(installation) == ["您的账号已启用双因素验证"]
    step = sessions.log_in(WANG, FIRST, HERE).token
    with pytest.raises(Refused):
        sessions.prove_code(step, "00000000", HERE)
    assert len(notices(installation)) == 1
    sessions.prove_code(step, codes[0], HERE)
    assert notices(installation)[1:] == ["您的账号已使用恢复码登录"]
    sessions.give_up_factor(token, FIRST)
    assert notices(installation)[2:] == ["您的账号已解除双因素验证"]


def test_a_code_of_the_telephone_is_an_ordinary_login(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    offer = sessions.offer_factor(token := enter(sessions, WANG))
    phone = pyotp.TOTP(offer.secret)
    sessions.enrol_factor(token, FIRST, offer.sealed, phone.at(clock.now))
    clock.wait(minutes=1)
    step = sessions.log_in(WANG, FIRST, HERE).token
    sessions.prove_code(step, phone.at(clock.now), HERE)
    assert len(notices(installation)) == 1


def test_a_factor_removed_by_somebody_else_is_mailed_to_its_owner_in_their_language(
    installation: Installation, sessions: AccountSessions, clock: Clock
) -> None:
    enrol(sessions, clock, enter(sessions, WANG))
    with installation.database.read() as session:
        wang = session.scalars(select(Person.id).where(Person.email == WANG)).one()
    with installation.acting(wang) as c:
        choose_language(c, language="en")
    with installation.acting(system("command line")) as c:
        remove_factor(c, wang, at=installation.wall())
    assert notices(installation)[1:] == ["The second factor of your account was removed"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("change", AccountChange)
def test_every_change_has_words_of_its_own_and_the_time(
    change: AccountChange, language: str
) -> None:
    mail = render(
        "security", facts_of("security", change=change), LETTERHEAD, WANG, "王", language,
        "<1@example.cn>", NOW,
    )  # fmt: skip
    message = email.message_from_bytes(mail.content, policy=default)
    body = message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    others = [
        render(
            "security", facts_of("security", change=other), LETTERHEAD, WANG, "王", language,
            "<1@example.cn>", NOW,
        ).subject
        for other in AccountChange if other != change
    ]  # fmt: skip
    assert mail.subject
    assert mail.subject not in others
    assert ("年" in body) == (language == "zh")
    assert "/account" in body
