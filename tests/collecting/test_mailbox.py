"""A mailbox read by IMAP from a real server: each mail once, none changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mailbox_server import MailServer, served
from notifications.mailbox import Mailbox, MailboxDown, opened


@pytest.fixture
def server() -> Iterator[MailServer]:
    with TemporaryDirectory(prefix="imap-") as folder, served(Path(folder)) as made:
        yield made


def mail(subject: str, body: bytes = b"") -> bytes:
    return f"From: a@example.cn\r\nSubject: {subject}\r\n\r\n".encode() + body


def test_what_came_since_is_read_whole_and_left_as_it_was(server: MailServer) -> None:
    server.put(mail("one", b"\xd2\xbb\r\n"))
    server.put(mail("two"))
    with opened(server.mailbox()) as box:
        first, second = box.after(0, 10)
        assert box.content(first.uid) == mail("one", b"\xd2\xbb\r\n")
        assert first.size == len(mail("one", b"\xd2\xbb\r\n"))
        assert box.head(second.uid).startswith(b"From: a@example.cn\r\nSubject: two")
    server.put(mail("three"))
    with opened(server.mailbox()) as box:
        (third,) = box.after(second.uid, 10)
        assert box.after(third.uid, 10) == []
        assert len(box.after(0, 2)) == 2
        validity = box.validity
    with opened(server.mailbox()) as box:
        assert box.validity == validity > 0
    # Nobody has looked at any of them, as far as other programs can see.
    assert not any("S" in path.name.partition(":2,")[2] for path in server.folder.rglob("cur/*"))


def test_a_mail_that_was_taken_out_is_nothing(server: MailServer) -> None:
    server.put(mail("one"))
    with opened(server.mailbox()) as box:
        (one,) = box.after(0, 10)
        assert box.content(one.uid + 7) == b""


@pytest.mark.parametrize(
    "more", [{"password": "wrong"}, {"folder": "nowhere"}, {"tls": "starttls"}, {"tls": "tls"},
             {"port": 9}]
)  # fmt: skip
def test_what_is_wrong_with_the_mailbox_is_said(server: MailServer, more: dict) -> None:
    with pytest.raises(MailboxDown) as down, opened(server.mailbox(**more)):
        pass
    assert str(down.value)
    assert "a-password" not in str(down.value)


def test_the_password_is_in_no_representation() -> None:
    assert "secret" not in repr(Mailbox("h", 993, "u", "secret"))
