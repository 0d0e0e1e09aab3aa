"""What a mail server's refusal means: of an address, of who writes, of a letter, or for now only.

The enhanced status (RFC 3463: class, subject, detail) says it best; without one its words do.
Words that might mean either are read as not concerning the address.
"""

from __future__ import annotations

import re

from workflow.rules.mail.delivery import SendResult

ENHANCED = re.compile(r"(?<![\d.])5\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
OF_WHO_WRITES = re.compile(
    r"sender|mail from|\bfrom\b|relay|polic|spam|block|black|reputation|dns|authenti|login|"
    r"permi|allow|prohibit|denied|too many|\brate\b|limit|client|local problem|发件|垃圾|拒绝",
    re.IGNORECASE,
)
OF_MAILBOX = re.compile(
    r"no such (?:user|recipient|mailbox|address|person|account)|"
    r"(?:unknown|invalid) (?:user|recipient|mailbox|account)|"
    r"(?:user|recipient|mailbox|account)\W*(?:is )?(?:unknown|not found|does ?n[o']t exist|"
    r"does not exist|not exist)|用户不存在|收件人不存在|邮箱不存在|地址不存在",
    re.IGNORECASE,
)
MAILBOX_CODES = frozenset({550, 551, 553})
FULL_MAILBOX = 552
SENDERS = frozenset({7, 8})
"""5.1.7 and 5.1.8 speak of the sender's address."""


def of_recipient(code: int, text: str) -> SendResult:
    """The fate of a letter whose recipient was refused with a reply code and its words."""
    if code < 500:
        return SendResult.POSTPONED
    found = ENHANCED.search(text)
    if found:
        return _by_status(int(found[1]), int(found[2]))
    if code == FULL_MAILBOX:
        return SendResult.POSTPONED
    if code not in MAILBOX_CODES or OF_WHO_WRITES.search(text):
        return SendResult.NOT_FROM_US
    return SendResult.NO_SUCH_ADDRESS if OF_MAILBOX.search(text) else SendResult.ADDRESS_REFUSED


def of_content(code: int, text: str) -> SendResult:
    """The fate of a letter that was refused after its content. Some servers look for the mailbox
    only then."""
    fate = of_recipient(code, text)
    found = ENHANCED.search(text)
    if fate == SendResult.POSTPONED and code == FULL_MAILBOX and not found:
        return SendResult.REFUSED  # too large
    return (
        fate if fate in (SendResult.NO_SUCH_ADDRESS, SendResult.POSTPONED) else SendResult.REFUSED
    )


def _by_status(subject: int, detail: int) -> SendResult:
    if subject == 1:
        return SendResult.NOT_FROM_US if detail in SENDERS else SendResult.NO_SUCH_ADDRESS
    if (subject, detail) == (2, 2):
        return SendResult.POSTPONED
    return SendResult.ADDRESS_REFUSED if subject in (2, 4) else SendResult.NOT_FROM_US


def said(code: int, text: str) -> str:
    """A server's answer in one line, free of mail addresses."""
    return f"{code} {without_addresses(text)}"[:300]


def without_addresses(text: str) -> str:
    """Words in one line, free of mail addresses."""
    return ADDRESS.sub("…", " ".join(text.split()))
