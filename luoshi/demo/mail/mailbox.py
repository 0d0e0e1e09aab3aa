"""A mail server that keeps every mail as a file, so that nobody outside is ever written to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
MAILS_OF_ONE_PERSON = 200


@dataclass(frozen=True)
class Heading:
    """One mail in a list: whose, its name in the box, when (UTC) and about what."""

    address: str
    name: str
    at: datetime
    subject: str
    sender: str


class Mailbox:
    """A folder with a folder for each address, and in it a file for each mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, address: str, content: bytes) -> None:
        """Keep one mail for one recipient, named by its own date."""
        written = BytesHeaderParser(policy=policy.default).parsebytes(content)["Date"]
        at = parsedate_to_datetime(str(written)) if written else datetime.now(UTC)
        place = self.folder / _safe(address.lower())
        place.mkdir(exist_ok=True)
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{time.time_ns():x}"
        (place / f"{name}.eml").write_bytes(content)

    def people(self) -> dict[str, int]:
        """Address → how many mails, in the order of the address."""
        return {
            place.name: sum(1 for _ in place.glob("*.eml"))
            for place in sorted(self.folder.iterdir())
            if place.is_dir()
        }

    def mails(self, address: str = "", limit: int = MAILS_OF_ONE_PERSON) -> list[Heading]:
        """The newest mails of a person, or of everybody."""
        places = self.folder.glob(f"{_safe(address.lower()) if address else '*'}/*.eml")
        newest = sorted(places, key=lambda place: place.name, reverse=True)[:limit]
        return [self._heading(place) for place in newest]

    def _heading(self, place: Path) -> Heading:
        with place.open("rb") as lines:
            head = BytesHeaderParser(policy=policy.default).parse(lines)
        at = datetime.strptime(place.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return Heading(
            place.parent.name, place.stem, at, str(head["Subject"] or ""), str(head["From"] or "")
        )

    def open(self, address: str, name: str) -> tuple[Heading, EmailMessage] | None:
        """One mail, or None where there is no such."""
        place = self.folder / _safe(address.lower()) / f"{_safe(name)}.eml"
        if not place.is_file():
            return None
        with place.open("rb") as content:
            message = BytesParser(policy=policy.default).parse(content)
        return self._heading(place), message

    def __iter__(self) -> Iterator[Heading]:
        return iter(self.mails(limit=1_000_000))


def _safe(name: str) -> str:
    """A name that stays inside its folder."""
    kept = "".join(letter for letter in name if letter.isalnum() or letter in "@.-_+")
    return kept.strip(".") or "_"


class _Keeper:
    """What aiosmtpd calls for every mail."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        for address in envelope.rcpt_tos:
            self.box.keep(address, envelope.content)
        return "250 kept"


def receive(box: Mailbox, port: int) -> Callable[[], None]:
    """Listen on a port of this machine alone; returns what stops it. Raises OSError if taken."""
    from aiosmtpd.controller import Controller

    controller = Controller(_Keeper(box), hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    return controller.stop
