"""What a mail says: whose words, which files, in any charset; and what it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from collecting import mails
from collecting.programs import PROGRAMS, REMINDER, Wrap
from documents.mail.mail_file import MOST_PARTS, read_mail
from documents.mail.mail_text import own_words, words_of_html
from letters import facts_of
from little_city import LETTERHEAD
from notifications.rendering import READ, render
from workflow.rules.refusals import Invalid

READING = replace(LETTERHEAD, reply_to="huifu@example.cn")


def read(content: bytes):
    return read_mail(content, mails.OWN)


@pytest.mark.parametrize("wrap", PROGRAMS)
def test_only_the_senders_own_words_are_read(wrap: Wrap) -> None:
    assert read(wrap("累计引进86人，其中博士30人。\n下一步召开对接会。")).text == (
        "累计引进86人，其中博士30人。\n下一步召开对接会。"
    )


def test_what_is_passed_on_without_a_word_is_no_word_of_the_senders() -> None:
    below = "---------- 转发的邮件 ----------\n发件人：人才处\n日期：3月\n主题：数据\n\n累计500人"
    found = read(mails.reply(below, subject="转发：数据"))
    assert (found.text, found.forwarded) == ("", "累计500人")


def test_our_own_reminder_sent_back_says_nothing() -> None:
    quoted = "------------------ 原始邮件 ------------------\n" + REMINDER
    assert own_words(quoted) == ("", "")


def test_html_is_read_as_lines_without_what_it_hides() -> None:
    html = "<table><tr><td>累计</td><td>86人</td></tr></table><script>1</script><p>谢谢"
    assert words_of_html(html) == "累计 86人\n谢谢"
    assert words_of_html("<div><blockquote>500人</div>后面") == ""  # hidden rather than shown


def test_of_two_senders_there_is_none() -> None:
    assert read(mails.reply("86人", "a@b.cn>, <c@d.cn")).sender == ""


def test_a_name_in_gbk_and_raw_bytes_in_the_head_are_no_obstacle() -> None:
    raw = "From: 李敏 <Min.Li@Example.CN>\r\nSubject: 回复\r\n\r\n累计86人".encode("gb18030")
    found = read(raw)
    assert (found.sender, found.text) == ("min.li@example.cn", "累计86人")


def test_files_are_known_by_their_content() -> None:
    content = mails.reply("见附件", files=(("a.pdf", b"%PDF-1.4"), ("b.xlsx", b"MZ")))
    found = read(content)
    assert (found.workbooks, found.others) == ((), 2)


def test_a_mail_of_countless_parts_is_refused() -> None:
    part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    head = 'From: a@b.cn\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    with pytest.raises(Invalid):
        read((head + part * (MOST_PARTS + 1) + "--b--").encode())


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 50, b"From: x\r\n\r\n", b"=?x?q?" * 1000])
def test_whatever_comes_is_read_as_something(content: bytes) -> None:
    assert read(content).workbooks == ()


def letter(kind: str, letterhead: Any = READING, **changed: object):
    made = render(
        kind, facts_of(kind, **changed), letterhead, "li@example.cn", "李敏", "zh", "<x@y>",
        datetime(2021, 3, 22, tzinfo=UTC),
    )  # fmt: skip
    return message_from_bytes(made.content, policy=policy.default)


def test_letters_that_may_be_answered_bear_the_address_that_is_read() -> None:
    for kind in sorted(READ):
        sent = letter(kind)
        assert sent["Reply-To"].addresses[0].addr_spec == "huifu@example.cn"
        assert "可直接回复本邮件" in sent.get_body(("plain",)).get_content()
    assert letter("issue")["Reply-To"] is None
    assert letter("digest", LETTERHEAD)["Reply-To"] is None
    assert "请勿直接回复" in letter("digest", LETTERHEAD).get_body(("plain",)).get_content()


def test_letters_of_one_round_to_one_person_are_one_thread() -> None:
    one, two = letter("returned"), letter("sent_back")
    assert one["References"] == two["References"] == one["In-Reply-To"]
    assert letter("returned", period="2022Q2")["References"] != one["References"]
    assert letter("security")["References"] is None
