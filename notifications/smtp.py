"""Sending frozen letters over kept connections, and what became of each.

A letter is handed over in three phases (sender, recipient, content), so that a refusal of this
house, of one address, and of one letter can be told apart; permanent (5xx) from temporary (4xx).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

COMMAND_PATIENCE = 60.0
CONTENT_PATIENCE = 600.0
"""Seconds to wait after the final dot: the standard asks for ten minutes, less makes duplicates."""
FULL_MAILBOX = 552
SESSION_OVER = 421
NO_LOGIN = frozenset({530, 535})


@dataclass(frozen=True)
class Relay:
    """The mail server that everything leaves by. `tls`: none, starttls (on connection) or tls (from
    the first byte). `sender` is the envelope's address, its domain our name in the greeting."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    tls: str = "starttls"
    connections: int = 2


class Fate(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    NO_SUCH_ADDRESS = "no_such_address"  # permanent, the recipient was refused
    REFUSED = "refused"  # permanent, the letter itself was refused
    POSTPONED = "postponed"  # temporary, or in doubt: the same bytes go again
    WAITS = "waits"  # not tried: the relay takes nothing now, or time was over


@dataclass(frozen=True)
class Letter:
    """A frozen letter of the outbox with the address that its envelope bears."""

    id: int
    to: str
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """A letter's fate, with the server's words where it was refused, free of addresses."""

    id: int
    fate: Fate
    reason: str = ""


class RelayDown(Exception):
    """The relay takes nothing at all just now; the words say why."""


class PostOffice:
    """Kept connections to one relay. Use it as a context manager, from one thread."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.down = ""
        """Why the relay took nothing the last time, or empty."""
        self._runner = asyncio.Runner()
        self._kept: list[SMTP] = []

    def __enter__(self) -> PostOffice:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._quit())
        self._runner.close()

    def send(self, letters: Sequence[Letter], within: float) -> list[Outcome]:
        """Hand letters to the relay; the fate of each, in no certain order.

        No letter is begun after `within` seconds, so that a lease can outlast the last one.
        """
        self.down = ""
        return self._runner.run(self._send(deque(letters), time.monotonic() + within))

    async def _send(self, letters: deque[Letter], until: float) -> list[Outcome]:
        outcomes: list[Outcome] = []
        workers = min(self.relay.connections, len(letters))
        await asyncio.gather(*(self._work(letters, outcomes, until) for _ in range(workers)))
        outcomes += [Outcome(letter.id, Fate.WAITS, self.down) for letter in letters]
        return outcomes

    async def _work(self, letters: deque[Letter], outcomes: list[Outcome], until: float) -> None:
        client = self._kept.pop() if self._kept else self._client()
        while letters and not self.down and time.monotonic() < until:
            letter = letters.popleft()
            try:
                outcomes.append(await self._deliver(client, letter))
            except RelayDown as down:
                self.down = str(down)
                outcomes.append(Outcome(letter.id, Fate.WAITS, self.down))
        if client.is_connected:
            self._kept.append(client)

    def _client(self) -> SMTP:
        relay = self.relay
        return SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.username or None,
            password=relay.password or None,
            use_tls=relay.tls == "tls",
            start_tls=relay.tls == "starttls",
            local_hostname=relay.sender.rpartition("@")[2],
            timeout=COMMAND_PATIENCE,
        )

    async def _deliver(self, client: SMTP, letter: Letter) -> Outcome:
        """One letter over one connection, which is made anew if it was dropped in the meantime."""
        fresh = not client.is_connected
        if fresh:
            await self._connect(client)
        try:
            await self._envelope(client, letter)
        except SMTPRecipientRefused as refused:
            await self._clear(client)
            return _of_recipient(letter, refused)
        except (SMTPException, TimeoutError, OSError) as dropped:
            client.close()
            if fresh:
                return Outcome(letter.id, Fate.POSTPONED, type(dropped).__name__)
            return await self._deliver(client, letter)
        try:
            await client.data(letter.content, timeout=CONTENT_PATIENCE)
        except SMTPDataError as refused:
            await self._clear(client)
            fate = Fate.REFUSED if refused.code >= 500 else Fate.POSTPONED
            return Outcome(letter.id, fate, _words(refused, letter.to))
        except (SMTPException, TimeoutError, OSError) as dropped:
            # It may have been taken: the same bytes with the same Message-ID will go again.
            client.close()
            return Outcome(letter.id, Fate.POSTPONED, type(dropped).__name__)
        return Outcome(letter.id, Fate.SENT)

    async def _envelope(self, client: SMTP, letter: Letter) -> None:
        try:
            await client.mail(self.relay.sender)
        except SMTPSenderRefused as refused:
            if refused.code == SESSION_OVER:
                raise SMTPServerDisconnected(refused.message) from refused
            # Our own address is refused, which no other letter would change.
            client.close()
            raise RelayDown(_words(refused, self.relay.sender)) from refused
        try:
            await client.rcpt(letter.to)
        except SMTPRecipientRefused as refused:
            if refused.code == SESSION_OVER:
                raise SMTPServerDisconnected(refused.message) from refused
            if refused.code in NO_LOGIN:
                client.close()
                raise RelayDown(_words(refused, letter.to)) from refused
            raise

    async def _connect(self, client: SMTP) -> None:
        try:
            await client.connect()
        except SMTPAuthenticationError as refused:
            client.close()
            raise RelayDown(f"login refused: {refused.code}") from refused
        except SMTPResponseException as refused:
            client.close()
            raise RelayDown(f"{refused.code} {refused.message}") from refused
        except (SMTPException, TimeoutError, OSError) as failed:
            client.close()
            raise RelayDown(f"{type(failed).__name__}: {failed}") from failed

    async def _clear(self, client: SMTP) -> None:
        """Empty the envelope for the next letter."""
        try:
            await client.rset()
        except (SMTPException, TimeoutError, OSError):
            client.close()

    async def _quit(self) -> None:
        for client in self._kept:
            try:
                await client.quit(timeout=5)
            except (SMTPException, TimeoutError, OSError):
                client.close()
        self._kept.clear()


def _of_recipient(letter: Letter, refused: SMTPRecipientRefused) -> Outcome:
    lasting = refused.code >= 500 and refused.code != FULL_MAILBOX
    fate = Fate.NO_SUCH_ADDRESS if lasting else Fate.POSTPONED
    return Outcome(letter.id, fate, _words(refused, letter.to))


def _words(refused: SMTPResponseException, address: str) -> str:
    text = " ".join(refused.message.split()).replace(address, "…")
    return f"{refused.code} {text}"[:300]
