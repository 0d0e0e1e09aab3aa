"""An answer to a reminder becomes a draft that a person confirms, and never more."""

from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest
from sqlalchemy import func, select

from built_once import built_once
from collecting import mails
from collecting.post import (
    LIAISON,
    arrives,
    letters,
    opened_city,
    reminder_of,
    replies,
    report_of,
    returns,
)
from db.engine import Database
from db.models import Draft, Submission
from documents.returns.return_file import read_return
from little_city import City
from reports.workbooks import template
from workflow.rules.mail.returns import ReturnOutcome
from workflow.rules.refusals import Invalid
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.submit import submit

SAID = "1.1：本季引进12人，累计86人。"


@pytest.fixture
@built_once
def city(database: Database) -> City:
    return opened_city(database)


def draft(city: City, task: str) -> dict[str, str]:
    with city.database.read() as session:
        found = session.get(Draft, report_of(city, task))
        return json.loads(found.content) if found else {}


def submissions(city: City) -> int:
    with city.database.read() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_a_number_goes_into_its_field_and_waits_to_be_confirmed(city: City) -> None:
    assert arrives(city, mails.reply(SAID, answers=reminder_of(city))) == ReturnOutcome.DRAFTED
    field = f"value:{city.measures['trained']}"
    assert draft(city, "train")[field] == "86"
    (one,) = replies(city)
    assert (one.state, one.report_id) == ("open", report_of(city, "train"))
    assert json.loads(one.placed)[field] == "86"
    assert json.loads(one.doubtful) == ["本季引进12人"]
    assert submissions(city) == 0


def test_what_came_by_mail_cannot_be_submitted_unconfirmed(city: City) -> None:
    arrives(city, mails.reply(SAID, answers=reminder_of(city)))
    report, field = report_of(city, "train"), f"value:{city.measures['trained']}"
    said = draft(city, "train") | {"status": "on_track"}
    with pytest.raises(Invalid) as refused, city.acting(LIAISON) as c:
        submit(c, report_id=report, version=1, key="k", content=said)
    assert field in {problem.where for problem in refused.value.problems}
    own = said | {field: "85", "text": "组织培训三期，新增高技能人才。"}
    with city.acting(LIAISON) as c:
        submit(c, report_id=report, version=1, key="k", content=own)
    assert [one.state for one in replies(city)] == ["put_aside"]


def test_what_people_have_typed_stays(city: City) -> None:
    report, field = report_of(city, "train"), f"value:{city.measures['trained']}"
    with city.acting(LIAISON) as c:
        save_draft(c, report_id=report, content={field: "80", "text": "正在核对"}, version=0)
    arrives(city, mails.reply(SAID, answers=reminder_of(city)))
    assert draft(city, "train") == {field: "80", "text": "正在核对"}
    (one,) = replies(city)
    assert "累计86人" in one.doubtful
    assert json.loads(one.placed) == {}


def test_what_names_no_report_waits_to_be_placed(city: City) -> None:
    said = "本季引进12人，累计86人。"
    assert arrives(city, mails.reply(said, answers=reminder_of(city))) == ReturnOutcome.TO_PLACE
    (one,) = replies(city)
    assert (one.report_id, one.text) == (None, said)
    assert draft(city, "train") == {}


def test_an_answer_that_can_be_about_one_report_only_needs_no_number(city: City) -> None:
    said = mails.reply("本季未召开会议。", "south.liaison@example.cn")
    assert arrives(city, said) == ReturnOutcome.DRAFTED
    assert replies(city)[0].report_id == report_of(city, "towns", "south")


def test_several_reports_are_told_apart_by_their_numbers(city: City) -> None:
    said = "您好！\n1.1 累计86人\n1.2 实施细则已出台。\n谢谢！\n-- \n李敏 0570-1234567"
    arrives(city, mails.reply(said, answers=reminder_of(city)))
    assert draft(city, "train")[f"value:{city.measures['trained']}"] == "86"
    assert draft(city, "policy")["text"].startswith("实施细则已出台。")
    assert [one.report_id for one in replies(city)] == [
        report_of(city, "train"), report_of(city, "policy"),
    ]  # fmt: skip


def test_the_same_mail_twice_counts_once(city: City) -> None:
    content = mails.reply(SAID, answers=reminder_of(city))
    arrives(city, content)
    assert arrives(city, content) == ReturnOutcome.REPEATED
    assert (len(returns(city)), len(replies(city)), len(letters(city))) == (1, 1, 1)


def test_the_sender_is_told_in_the_same_thread(city: City) -> None:
    content = mails.reply(SAID, answers=reminder_of(city))
    arrives(city, content)
    (letter,) = letters(city)
    sent = message_from_bytes(letter.content, policy=policy.default)
    assert sent["In-Reply-To"] == message_from_bytes(content)["Message-ID"]
    assert sent["Auto-Submitted"] == "auto-replied"
    body = sent.get_body(("plain",)).get_content()
    assert "尚未报送" in body
    assert "1.1 任务1" in body
    assert returns(city)[0].answered


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("收到，谢谢！", ReturnOutcome.THANKS),
        ("已收到，我们会按时报送。", ReturnOutcome.THANKS),
        ("", ReturnOutcome.EMPTY),
        ("> 1.1 累计86人", ReturnOutcome.EMPTY),
    ],
)
def test_words_that_say_nothing_make_no_draft(
    city: City, said: str, outcome: ReturnOutcome
) -> None:
    assert arrives(city, mails.reply(said, answers=reminder_of(city))) == outcome
    assert replies(city) == []
    assert len(letters(city)) == (outcome == ReturnOutcome.EMPTY)


def test_another_persons_mail_touches_nothing_of_this_unit(city: City) -> None:
    said = mails.reply(SAID, "north.liaison@example.cn", answers=reminder_of(city))
    assert (
        arrives(city, said) == ReturnOutcome.DRAFTED
    )  # their own only report, and no number of it
    assert draft(city, "train") == {}
    assert {one.report_id for one in replies(city)} == {report_of(city, "towns", "north")}
    assert "value" not in replies(city)[0].placed


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [
        ("someone@elsewhere.cn", ReturnOutcome.UNKNOWN),
        ("labour.deputy@example.cn", ReturnOutcome.NOT_THEIRS),
    ],
)
def test_who_files_no_reports_brings_none(city: City, sender: str, outcome: ReturnOutcome) -> None:
    assert arrives(city, mails.reply(SAID, sender, answers=reminder_of(city))) == outcome
    assert replies(city) == []
    assert len(letters(city)) == (outcome == ReturnOutcome.NOT_THEIRS)


def test_a_workbook_does_not_carry_out_what_nobody_has_confirmed(city: City) -> None:
    arrives(city, mails.reply(SAID, answers=reminder_of(city)))
    read = read_return(template(city))
    assert [row["value"].text for row in read.numbers] == [""]
    assert [row["text"].text for row in read.reports] == ["", ""]
