"""Letters that wait without their token: a place is kept for it, and filled when they leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

_PLACE = re.compile(r"luoshi-sealed\.([\w-]+)")


def place_for(salt: str) -> str:
    """What stands in a letter where the token made from this salt will stand."""
    return f"luoshi-sealed.{salt}"


def salts_in(content: bytes) -> set[str]:
    """The salts of every place that a frozen letter keeps."""
    return {salt for part in _texts(_parsed(content)) for salt in _PLACE.findall(part)}


def with_token(content: bytes, token: Callable[[str], str]) -> bytes:
    """The letter with each place filled by the token of its salt; the same bytes each time."""
    message = _parsed(content)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = _PLACE.sub(lambda found: token(found[1]), part.get_content())
            part.set_content(text, subtype=part.get_content_subtype(), cte="base64")
    return message.as_bytes()


def _texts(message: EmailMessage) -> list[str]:
    return [p.get_content() for p in message.walk() if p.get_content_maintype() == "text"]


def _parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=SMTP)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    return message
