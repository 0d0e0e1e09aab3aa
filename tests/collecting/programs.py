"""The same words as the mail programs of China send them: quoted, signed, in HTML, in GBK."""

from __future__ import annotations

from collections.abc import Callable
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape

from collecting.mails import reply

SENDER = "labour.liaison@example.cn"
REMINDER = (
    "您有1项待办：\n1.1 引进领军型人才 目标100人，上期累计74人，序时进度80人\n"
    "例如“1.1：本季引进12人，累计99人”。\n打开：https://luoshi.example.cn/my_tasks"
)
"""Numbers of ours that come back with every answer, and must not be taken for the sender's."""
Wrap = Callable[[str], bytes]


def plain(text: str) -> bytes:
    return reply(text, SENDER)


def signed(text: str) -> bytes:
    return reply(
        f"{text}\n\n-- \n衢州市人力社保局 李敏\n电话：0570-3021234 手机：13857001234\n累计500人",
        SENDER,
    )


def signed_without_dashes(text: str) -> bytes:
    return reply(f"{text}\n\n联系人：李敏\n电话：3021234 传真：3021235\n地址：花园路86号", SENDER)


def quoted_with_marks(text: str) -> bytes:
    below = "\n".join(f"> {line}" for line in REMINDER.split("\n"))
    return reply(
        f"{text}\n\n在 2021年3月22日 08:30，落实 <luoshi@example.cn> 写道：\n{below}", SENDER
    )


def qq(text: str) -> bytes:
    return reply(
        f'{text}\n\n\n\n\n------------------ 原始邮件 ------------------\n发件人: "落实" '
        f"<luoshi@example.cn>;\n发送时间: 2021年3月22日(星期一) 上午8:30\n主题: 待办\n\n{REMINDER}",
        SENDER,
    )


def netease(text: str) -> bytes:
    return reply(
        f"{text}\n\n---- 回复的原邮件 ----\n| 发件人 | 落实<luoshi@example.cn> |\n"
        f"| 日期 | 2021年3月22日 |\n\n{REMINDER}",
        SENDER,
    )


def outlook(text: str) -> bytes:
    return reply(
        f"{text}\n\n发件人: 落实 <luoshi@example.cn> \n发送时间: 2021年3月22日 8:30\n收件人: 李敏\n"
        f"主题: 待办\n\n{REMINDER}",
        SENDER,
    )


def english(text: str) -> bytes:
    below = "\n".join(f"> {line}" for line in REMINDER.split("\n"))
    return reply(
        f"{text}\n\nOn Mon, Mar 22, 2021 at 8:30 AM Luoshi <l@e.cn> wrote:\n{below}", SENDER
    )


def telephone(text: str) -> bytes:
    return reply(f"{text}\n\n发自我的iPhone\n\n{REMINDER}", SENDER)


def html_only(text: str) -> bytes:
    lines = "".join(f"<div>{escape(line)}</div>" for line in text.split("\n"))
    return reply(
        f"<html><head><style>p {{ margin: 86px }}</style></head><body>{lines}"
        f'<blockquote>{escape(REMINDER)}</blockquote></body></html>',
        SENDER, html=True,
    )  # fmt: skip


def html_of_a_webmail(text: str) -> bytes:
    words = escape(text).replace("\n", "<br>")
    return reply(
        f'<div style="font-size:14px"><span>{words}</span><br/></div>'
        f'<div class="ntes_quote gmail_quote"><p>{escape(REMINDER)}</p></div>'
        '<div style="display:none">累计500人</div>',
        SENDER, html=True,
    )  # fmt: skip


def gbk(text: str) -> bytes:
    return reply(text, SENDER, charset="gbk")


def gb18030_called_gb2312(text: str) -> bytes:
    """As older programs do: more characters than the charset has, and its name unchanged."""
    raw = reply(text, SENDER, charset="gb18030")
    return raw.replace(b'charset="gb18030"', b'charset="gb2312"')


def utf8_without_a_charset(text: str) -> bytes:
    head = f"From: {SENDER}\r\nSubject: re\r\nMessage-ID: <{abs(hash(text))}@e.cn>\r\n\r\n"
    return head.encode() + text.encode()


def in_two_forms(text: str) -> bytes:
    both = MIMEMultipart("alternative")
    both["From"], both["Subject"] = SENDER, "回复"
    both["Message-ID"] = f"<{abs(hash(text))}.two@e.cn>"
    both.attach(MIMEText(f"{text}\n\n> {REMINDER.splitlines()[1]}", "plain", "utf-8"))
    both.attach(MIMEText(f"<p>{escape(text)}</p>", "html", "utf-8"))
    return both.as_bytes()


def with_words_above_a_forward(text: str) -> bytes:
    return reply(
        f"{text}\n\n---------- Forwarded message ---------\n发件人：人才处\n"
        "主题：数据\n\n累计500人",
        SENDER, subject="转发：数据",
    )  # fmt: skip


PROGRAMS: tuple[Wrap, ...] = (
    plain, signed, signed_without_dashes, quoted_with_marks, qq, netease, outlook, english,
    telephone, html_only, html_of_a_webmail, gbk, gb18030_called_gb2312, utf8_without_a_charset,
    in_two_forms, with_words_above_a_forward,
)  # fmt: skip
