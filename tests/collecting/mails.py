"""Mails as people's programs write them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

OWN = ("luoshi@example.cn",)
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reply(
    text: str,
    sender: str = "labour.liaison@example.cn",
    answers: str = "",
    *,
    html: bool = False,
    charset: str = "utf-8",
    subject: str = "回复：待办事项",
    files: tuple[tuple[str, bytes], ...] = (),
    **head: str,
) -> bytes:
    """An answer in words, with files attached; `head` are further fields, "_" for "-"."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"联络员 <{sender}>"
    message["To"] = "luoshi@example.cn"
    message["Subject"] = subject
    message["Message-ID"] = f"<{uuid4().hex}@example.cn>"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    for name, value in head.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, subtype="html" if html else "plain", charset=charset, cte="base64")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype=XLSX, filename=name)
    return message.as_bytes()


def bounce(message_id: str, recipient: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A notice of non-delivery as RFC 3464 has it."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.cn\r\nTo: luoshi@example.cn\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <{uuid4().hex}@mx.example.cn>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.cn\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n"
        "Subject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()
