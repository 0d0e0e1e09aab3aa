"""Loops, automatic answers, lists and notices of non-delivery."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from built_once import built_once
from collecting import mails
from collecting.post import LIAISON, arrives, letters, opened_city, reminder_of, replies, returns
from db.engine import Database
from db.models import Event, Person
from documents.mail.mail_file import read_mail
from little_city import City
from workflow.rules.mail.returns import ReturnOutcome
from workflow.verbs.collecting import answer_return

SAID = "1.1：本季引进12人，累计86人。"


@pytest.fixture
@built_once
def city(database: Database) -> City:
    return opened_city(database)


def bounced(city: City) -> bool:
    with city.database.read() as session:
        return session.get_one(Person, city.people[LIAISON]).bounced_at is not None


@pytest.mark.parametrize(
    "head",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "1"},
        {"Return_Path": "<>"},
        {"List_Id": "<news.example.cn>"},
        {"subject": "自动回复：出差中"},
        {"subject": "Automatic reply: away"},
        {"subject": "系统退信/Systems bounce"},
        {"subject": "已读：待办事项"},
        {"sender": "luoshi@example.cn"},
        {"sender": "mailer-daemon@example.cn"},
        {"sender": "no-reply@example.cn"},
    ],
)
def test_a_machine_is_known_by_its_head(head: dict) -> None:
    assert read_mail(mails.reply(SAID, **head), mails.OWN).nature == "machine"


def test_a_person_is_one_also_where_a_program_says_so() -> None:
    said = mails.reply(SAID, Auto_Submitted="no")
    assert read_mail(said, mails.OWN).nature == "person"


def test_what_a_machine_wrote_changes_nothing_and_gets_no_answer(city: City) -> None:
    content = mails.reply(SAID, answers=reminder_of(city), Auto_Submitted="auto-replied")
    assert arrives(city, content) == ReturnOutcome.AUTOMATIC
    assert (replies(city), letters(city)) == ([], [])
    assert [one.outcome for one in returns(city)] == ["automatic"]


def test_whoever_answers_by_himself_without_saying_so_is_not_answered_for_ever(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_return, "MOST_ANSWERS", 3)
    for n in range(5):
        arrives(city, mails.reply(f"出差中，第{n}次。", answers=reminder_of(city)))
    assert len(letters(city)) == 3


def test_a_notice_that_a_mailbox_is_gone_marks_the_address(city: City) -> None:
    notice = mails.bounce(reminder_of(city), "labour.liaison@example.cn")
    assert arrives(city, notice) == ReturnOutcome.BOUNCED
    assert bounced(city)
    with city.database.read() as session:
        assert session.scalars(select(Event.no).where(Event.action == "bounce")).all()
    assert letters(city) == []


@pytest.mark.parametrize(
    ("message_id", "recipient", "status", "action"),
    [
        ("<forged@example.cn>", "labour.liaison@example.cn", "5.1.1", "failed"),
        ("", "somebody.else@example.cn", "5.1.1", "failed"),
        ("", "labour.liaison@example.cn", "4.4.1", "delayed"),
        ("", "labour.liaison@example.cn", "5.2.2", "failed"),
        ("", "labour.liaison@example.cn", "5.7.1", "failed"),
        ("", "labour.liaison@example.cn", "", "failed"),
    ],
)
def test_other_notices_mark_nobody(
    city: City, message_id: str, recipient: str, status: str, action: str
) -> None:
    notice = mails.bounce(message_id or reminder_of(city), recipient, status, action)
    assert arrives(city, notice) == ReturnOutcome.AUTOMATIC
    assert not bounced(city)
