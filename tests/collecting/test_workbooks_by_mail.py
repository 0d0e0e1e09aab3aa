"""The Excel return by mail: submitted under its token from a known address, else a draft."""

from __future__ import annotations

from email import message_from_bytes, policy
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from built_once import built_once
from collecting import mails
from collecting.post import LIAISON, arrives, letters, opened_city, replies, returns
from db.engine import Database
from db.models import Draft, Submission
from little_city import City
from reports.workbooks import everything, filled, put, template
from workflow.rules.mail.returns import ReturnOutcome
from workflow.verbs.reports.submit import submit


@pytest.fixture
@built_once
def city(database: Database) -> City:
    return opened_city(database)


def by_mail(content: bytes, sender: str = "labour.liaison@example.cn", **more: object) -> bytes:
    return mails.reply("见附件。", sender, files=(("进展情况报送表.xlsx", content),), **more)


def count(city: City, table: type) -> int:
    with city.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def body(city: City) -> str:
    sent = message_from_bytes(letters(city)[-1].content, policy=policy.default)
    return sent.get_body(("plain",)).get_content()


def test_under_its_token_from_a_known_address_it_is_submitted_with_one_receipt(city: City) -> None:
    content = filled(template(city), everything)
    assert arrives(city, by_mail(content)) == ReturnOutcome.SUBMITTED
    assert count(city, Submission) == 2
    (one,) = returns(city)
    assert (one.way, one.kind, one.submitted, one.period) == ("mail", "workbook", 2, "2021Q1")
    assert one.unit_id == city.units["labour"]
    assert len(letters(city)) == 1
    assert letters(city, "receipt") == []
    with city.database.read() as session:
        for receipt in session.scalars(select(Submission.receipt)):
            assert receipt in body(city)


def test_the_same_file_in_another_mail_changes_nothing(city: City) -> None:
    content = filled(template(city), everything)
    arrives(city, by_mail(content))
    assert arrives(city, by_mail(content)) == ReturnOutcome.REPEATED
    assert count(city, Submission) == 2


def test_what_is_wrong_goes_back_by_sheet_row_and_column(city: City) -> None:
    def wrong(book: Workbook) -> None:
        everything(book)
        put(book, 1, "1.1", "value", "约30")
        put(book, 2, "1.2", "reached", "三月底")

    assert arrives(city, by_mail(filled(template(city), wrong))) == ReturnOutcome.REFUSED
    assert count(city, Submission) == 0
    assert "工作表“量化指标”第3行“本期数值”栏（H3）" in body(city)
    assert "工作表“时间节点”第3行“完成日期”栏（F3）" in body(city)
    assert returns(city)[0].problems == 2


def test_a_token_is_good_for_one_file(city: City) -> None:
    form = template(city)

    def one(book: Workbook) -> None:
        put(book, 0, "1.2", "status", "正常推进")
        put(book, 0, "1.2", "text", "完成实施细则起草并征求意见。")

    def other(book: Workbook) -> None:
        put(book, 0, "1.1", "status", "正常推进")
        put(book, 1, "1.1", "value", "25")

    assert arrives(city, by_mail(filled(form, one))) == ReturnOutcome.SUBMITTED
    assert arrives(city, by_mail(filled(form, other))) == ReturnOutcome.DRAFTED
    assert count(city, Submission) == 1
    assert [one.state for one in replies(city)] == ["open"]


@pytest.mark.parametrize("sender", ["somebody@qq.example", "science.liaison@example.cn"])
def test_from_an_address_that_does_not_file_for_the_unit_it_is_no_submission(
    city: City, sender: str
) -> None:
    content = filled(template(city), everything)
    arrives(city, by_mail(content, sender))
    assert count(city, Submission) == 0
    # A stranger who has the workbook lays drafts for whoever took it along, who is told.
    assert count(city, Draft) == (2 if "qq" in sender else 0)
    told = {letter.person_id for letter in letters(city)}
    assert told == {city.people[LIAISON if "qq" in sender else "science.liaison"]}


def test_without_our_token_it_is_a_draft_and_cannot_go_out_unconfirmed(city: City) -> None:
    def forged(book: Workbook) -> None:
        everything(book)
        page = book.worksheets[0]
        page.cell(1, page.max_column, "luoshi:forged")

    assert arrives(city, by_mail(filled(template(city), forged))) == ReturnOutcome.DRAFTED
    assert count(city, Submission) == 0
    with city.database.read() as session:
        report = session.scalars(select(Draft.report_id).order_by(Draft.report_id)).first()
    with pytest.raises(Exception, match="尚未确认"), city.acting(LIAISON) as c:
        submit(c, report_id=report or 0, version=1, key="k")


def test_another_workbook_is_said_to_be_none(city: City) -> None:
    out = BytesIO()
    Workbook().save(out)
    assert arrives(city, by_mail(out.getvalue())) == ReturnOutcome.REFUSED
    assert "这不是本系统的报送表" in body(city)


def test_from_a_stranger_without_a_token_nothing_is_taken_and_nobody_answered(city: City) -> None:
    content = mails.reply("见附件。", "x@y.example", files=(("a.xlsx", b"PK\x03\x04 nothing"),))
    assert arrives(city, content) == ReturnOutcome.UNKNOWN
    assert letters(city) == []


def test_a_mail_that_is_too_large_is_said_so_by_its_head(city: City) -> None:
    head = mails.reply("x").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert arrives(city, head, whole=False) == ReturnOutcome.TOO_LARGE
    assert "邮件过大" in body(city)


def test_an_error_of_the_program_is_on_record_and_stops_no_other_mail(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflow.verbs.collecting import take_in_mail

    def broken(*_given: object) -> None:
        raise KeyError("personal words")

    monkeypatch.setattr(take_in_mail, "take_in_reply", broken)
    assert arrives(city, mails.reply("1.1 累计86人")) == ReturnOutcome.FAILED
    assert [one.outcome for one in returns(city)] == ["failed"]
