"""A mail as it came: who wrote it, what to, in which words, with which workbooks. No database here.

To be run apart (documents.untrusted.apart): nothing of it is believed, and its size is bounded
before it is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from documents.mail.mail_text import decoded, own_words, words_of_html
from i18n import mark
from workflow.rules.mail.incoming import Nature, nature_of
from workflow.rules.refusals import Invalid

LARGEST = 30_000_000
"""Bytes of one mail: the largest workbook in base64, and some words."""
MOST_PARTS = 200
MOST_WORKBOOKS = 3
_MOST_REFERENCES = 50
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_STATUS = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_ARCHIVE = b"PK\x03\x04"


@dataclass(frozen=True)
class MailWorkbook:
    """A file that may be a return, by its content: xlsx, or an older xls, which is named only."""

    name: str
    content: bytes


@dataclass(frozen=True)
class DeliveryFailure:
    """What a notice of non-delivery says of one recipient: address and enhanced status (5.1.1)."""

    recipient: str
    status: str
    permanent: bool


@dataclass(frozen=True)
class IncomingMail:
    """A mail. `nature` is a Nature; `sender` its one address in small letters, or ""; `references`
    the Message-IDs that it answers or returns; `text` what its writer added, `forwarded` what they
    passed on without a word; `others`: how many attachments, pictures aside, are no
    workbooks."""

    nature: str
    sender: str
    message_id: str
    references: tuple[str, ...]
    text: str
    forwarded: str
    workbooks: tuple[MailWorkbook, ...]
    others: int
    failures: tuple[DeliveryFailure, ...]


def read_mail(content: bytes, own: tuple[str, ...]) -> IncomingMail:
    """The mail in these bytes; `own` are the installation's addresses. Raises Invalid."""
    try:
        message = message_from_bytes(content)
        parts = _parts(message)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise Invalid(mark("The mail cannot be read.")) from error
    head = _head(message)
    senders = {
        address.lower() for _, address in getaddresses(list(head.get("from", ()))) if address
    }
    sender = senders.pop() if len(senders) == 1 else ""
    nature = nature_of(head, sender, own)
    text, forwarded = own_words(_text(parts))
    workbooks, others = _attachments(parts)
    named = " ".join([*head.get("in-reply-to", ()), *head.get("references", ())])
    if nature is Nature.BOUNCE:
        named = _returned_id(parts)
    ids = _ID.findall(" ".join(head.get("message-id", ())))
    return IncomingMail(
        nature=str(nature),
        sender=sender,
        message_id=ids[0] if ids else "",
        references=tuple(_ID.findall(named)[-_MOST_REFERENCES:]),
        text=text,
        forwarded=forwarded,
        workbooks=workbooks,
        others=others,
        failures=_failures(parts) if nature is Nature.BOUNCE else (),
    )


def _parts(message: Message) -> list[Message]:
    parts = []
    for part in message.walk():
        parts.append(part)
        if len(parts) > MOST_PARTS:
            raise ValueError("too many parts")
    return parts


def _head(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.items():
        found.setdefault(name.lower(), []).append(_said(value))
    return found


def _said(value: object) -> str:
    """A value of the head in words; raw bytes that stand in it too."""
    pieces = []
    for piece, charset in decode_header(value):  # type: ignore[arg-type] # a Header as well
        if isinstance(piece, str):
            pieces.append(decoded(piece.encode("utf-8", "surrogateescape"), "utf-8"))
        else:
            pieces.append(decoded(piece, charset or "utf-8"))
    return "".join(pieces)


def _text(parts: list[Message]) -> str:
    """The words of the first text that is no attachment: plain, else HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() != kind or part.get_filename():
                continue
            raw = part.get_payload(decode=True)
            if not isinstance(raw, bytes) or not raw.strip():
                continue
            text = decoded(raw, part.get_content_charset() or "utf-8")
            text = words_of_html(text) if kind == "text/html" else text
            if text.strip():
                return text
    return ""


def _attachments(parts: list[Message]) -> tuple[tuple[MailWorkbook, ...], int]:
    found: list[MailWorkbook] = []
    others = 0
    for part in parts:
        name = part.get_filename()
        kind = part.get_content_maintype()
        # Pictures are mostly those of signatures.
        if part.is_multipart() or kind == "image" or (not name and kind != "application"):
            continue
        raw = part.get_payload(decode=True)
        raw = raw if isinstance(raw, bytes) else b""
        is_book = raw.startswith(_ARCHIVE) and b"xl/workbook" in raw
        if is_book and len(found) < MOST_WORKBOOKS:
            found.append(MailWorkbook(_said(name or "")[:200], raw))
        else:
            others += 1
    return tuple(found), others


def _failures(parts: list[Message]) -> tuple[DeliveryFailure, ...]:
    """The recipients that a delivery-status part tells of (RFC 3464)."""
    found = []
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message) or "action" not in block:
                continue
            recipient = str(block.get("final-recipient", "")).rpartition(";")[2]
            status = _STATUS.search(str(block.get("status", "")))
            permanent = str(block.get("action", "")).strip().lower() == "failed"
            found.append(
                DeliveryFailure(
                    recipient.strip().strip("<>").lower(), status[0] if status else "", permanent
                )
            )
    return tuple(found)


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of the mail that came back, from its head below the notice."""
    for part in parts:
        kind = part.get_content_type()
        if kind in ("text/rfc822-headers", "message/rfc822-headers"):
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                return str(message_from_bytes(raw).get("message-id", ""))
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return str(inner[0].get("message-id", ""))
    return ""
