"""A mailbox read by IMAP: what has come since it was last looked at. Nothing in it is changed.

The folder is opened for reading alone; how far it was read is kept in our database, so that people
may look into the mailbox too, and nothing that they have opened is missed.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from notifications.answers import without_addresses

PATIENCE = 60.0
"""Seconds that the server may be silent."""
HEAD_ONLY = 65_536
"""Bytes of the head of a mail that is too large to be fetched."""
_SIZE = re.compile(rb"UID (\d+)|RFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Mailbox:
    """Where answers and notices of non-delivery lie. `tls`: none, starttls, or tls (from the first
    byte)."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: str = "tls"
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """Under which it is remembered how far it was read."""
        return f"{self.username}@{self.host}/{self.folder}"


class MailboxDown(Exception):
    """The mailbox cannot be read now; why, in the server's words without addresses."""


@dataclass(frozen=True)
class Waiting:
    """A mail that lies in the mailbox: its UID and its size in bytes."""

    uid: int
    size: int


class OpenMailbox:
    """A mailbox with its folder opened for reading."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self._connection = connection
        with _network():
            _ok(connection.select(_quoted(folder), readonly=True))
            _code, data = connection.response("UIDVALIDITY")
            self.validity = int(data[0]) if data and data[0] else 0

    def after(self, uid: int, most: int) -> list[Waiting]:
        """The mails with a higher UID, the oldest first, no more than `most`."""
        with _network():
            data = _ok(self._connection.uid("SEARCH", f"UID {uid + 1}:*"))
            # "5:*" gives the last mail also where its UID is lower.
            uids = sorted(int(one) for one in (data[0] or b"").split() if int(one) > uid)[:most]
            if not uids:
                return []
            sizes = self._sizes(uids)
        return [Waiting(one, sizes[one]) for one in uids if one in sizes]

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        sizes = {}
        for line in _ok(self._connection.uid("FETCH", ",".join(map(str, uids)), "(RFC822.SIZE)")):
            said = line[0] if isinstance(line, tuple) else line
            found = dict(
                ("uid", int(one)) if one else ("size", int(size))
                for one, size in _SIZE.findall(said or b"")
            )
            if len(found) == 2:
                sizes[found["uid"]] = found["size"]
        return sizes

    def content(self, uid: int) -> bytes:
        """A whole mail, unread as it was; b"" where it has gone meanwhile."""
        return self._fetch(uid, "(BODY.PEEK[])")

    def head(self, uid: int) -> bytes:
        """The head of a mail."""
        return self._fetch(uid, f"(BODY.PEEK[HEADER]<0.{HEAD_ONLY}>)")

    def _fetch(self, uid: int, what: str) -> bytes:
        with _network():
            for line in _ok(self._connection.uid("FETCH", str(uid), what)):
                if isinstance(line, tuple):
                    return bytes(line[1])
        return b""


@contextmanager
def _network() -> Iterator[None]:
    """Whatever the server or the network does inside is MailboxDown."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, EOFError, ValueError) as error:
        raise MailboxDown(without_addresses(str(error))[:200] or type(error).__name__) from error


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[OpenMailbox]:
    """The mailbox for as long as the block lasts. Raises MailboxDown, and so do its methods."""
    with _network():
        connection = _connect(mailbox)
    try:
        yield OpenMailbox(connection, mailbox.folder)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.tls == "tls":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=PATIENCE
        )
    else:
        connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=PATIENCE)
        if mailbox.tls == "starttls":
            connection.starttls(context)
    connection.login(mailbox.username, mailbox.password)
    if "ID" in connection.capabilities or "ID" in _capabilities(connection):
        # Chinese providers (163, 126) show no folder to a program that has not said its name.
        with suppress(imaplib.IMAP4.error):
            connection.xatom("ID", '("name" "luoshi")')
    return connection


def _capabilities(connection: imaplib.IMAP4) -> str:
    data = _ok(connection.capability())
    return str((data[0] or b"").decode("ascii", "replace")).upper()


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    code, data = answer
    if code != "OK":
        said = data[0] if data else b""
        raise imaplib.IMAP4.error(
            said.decode("utf-8", "replace") if isinstance(said, bytes) else ""
        )
    return data
