"""Sending frozen letters over kept connections, and what became of each.

A letter is handed over in three phases (sender, recipient, content), so that a refusal of our own
address, of the recipient, and of the letter can be told apart; notifications/answers.py reads it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.response import SMTPResponse

from notifications.answers import of_content, of_recipient, said, without_addresses
from workflow.rules.mail.delivery import SendResult

log = logging.getLogger(__name__)
COMMAND_PATIENCE = 60.0
CONTENT_PATIENCE = 600.0
"""Seconds to wait after the final dot: the standard asks for ten minutes, less makes duplicates."""
MISSES = 3
"""So many letters in a row that a new connection does not carry, and the relay is down: each may
have cost a minute."""
SETTLE_EVERY = 0.02
"""Seconds between two looks at what was taken."""
COMPLETED, TAKEN = 250, frozenset({250, 251})
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


@dataclass(frozen=True)
class Letter:
    """A frozen letter of the outbox with the address that its envelope bears."""

    id: int
    to: str
    content: bytes


@dataclass(frozen=True)
class SendOutcome:
    """A letter's fate, with the server's words where it was refused, free of addresses."""

    id: int
    fate: SendResult
    reason: str = ""


Settle = Callable[[list[int]], None]
"""Is told which letters, by id, the relay has taken."""


class RelayDown(Exception):
    """The relay takes nothing at all just now; the words say why."""


class SmtpPool:
    """Kept connections to one relay. Use it as a context manager, from one thread."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.down = ""
        """Why the relay would take nothing more the last time, or empty."""
        self.error = ""
        """The class of an error of the program that struck a letter the last time, or empty."""
        self.outcomes: list[SendOutcome] = []
        """What became of the letters so far, also when `send` was broken off."""
        self.begun: set[int] = set()
        """Letters whose content the relay was given: it may have taken them."""
        self._misses = 0
        self._runner = asyncio.Runner()
        self._kept: list[SMTP] = []

    def __enter__(self) -> SmtpPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._quit())
        self._runner.close()

    def forget(self) -> None:
        """Begin anew: nothing is told of earlier letters."""
        self.down = self.error = ""
        self.outcomes, self.begun, self._misses = [], set(), 0

    def send(
        self, letters: Sequence[Letter], within: float, settle: Settle | None = None
    ) -> list[SendOutcome]:
        """Hand letters to the relay; the fate of each, in no certain order.

        No letter is begun after `within` seconds, so that a lease can outlast the last one. Every
        few milliseconds `settle` is told, in a thread of its own, which letters were taken since:
        only those are in doubt if this process dies. What it raises is raised when no letter is
        under way any more.
        """
        self.forget()
        return self._runner.run(self._send(deque(letters), time.monotonic() + within, settle))

    async def _send(
        self, letters: deque[Letter], until: float, settle: Settle | None
    ) -> list[SendOutcome]:
        workers = min(self.relay.connections, len(letters))
        sending = asyncio.gather(*(self._work(letters, until) for _ in range(workers)))
        left: list[Letter] = []
        try:
            if settle is not None:
                await self._settling(sending, settle)
        except BaseException:
            # What cannot be settled is not begun.
            left = list(letters)
            letters.clear()
            raise
        finally:
            await sending
            left += letters
            self.outcomes += [SendOutcome(one.id, SendResult.WAITS, self.down) for one in left]
        return self.outcomes

    async def _settling(self, sending: asyncio.Future[Any], settle: Settle) -> None:
        """One task settles for all connections."""
        settled, over = 0, False
        while not over:
            await asyncio.wait((sending,), timeout=SETTLE_EVERY)
            over = sending.done()
            new = self.outcomes[settled:]
            settled += len(new)
            taken = [one.id for one in new if one.fate == SendResult.SENT]
            if taken:
                await asyncio.to_thread(settle, taken)

    async def _work(self, letters: deque[Letter], until: float) -> None:
        client = self._kept.pop() if self._kept else self._client()
        while letters and not self.down and time.monotonic() < until:
            letter = letters.popleft()
            try:
                outcome = await self._deliver(client, letter)
            except RelayDown as down:
                self.down = str(down)
                outcome = SendOutcome(letter.id, SendResult.WAITS, self.down)
            except Exception as error:  # noqa: BLE001 - one letter must not keep the others here
                # Whatever was begun over this connection is left behind with it.
                client.close()
                self.error = type(error).__name__
                log.error("mail %s met an error of the program: %s", letter.id, self.error)
                outcome = SendOutcome(letter.id, SendResult.POSTPONED, self.error)
            self.outcomes.append(outcome)
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

    async def _deliver(self, client: SMTP, letter: Letter) -> SendOutcome:
        """One letter over one connection, which is made anew if it was dropped in the meantime."""
        fresh = not client.is_connected
        if fresh:
            await self._connect(client)
        try:
            await self._envelope(client, letter, fresh)
        except SMTPRecipientRefused as refused:
            await self._clear(client)
            return _refused(letter, of_recipient, refused)
        except (SMTPException, TimeoutError, OSError) as dropped:
            client.close()
            if not fresh:
                return await self._deliver(client, letter)
            return self._missed(letter, dropped)
        self.begun.add(letter.id)
        try:
            async with asyncio.timeout(CONTENT_PATIENCE):
                await client.data(letter.content, timeout=None)
        except SMTPDataError as refused:
            await self._clear(client)
            return _refused(letter, of_content, refused)
        except (SMTPException, TimeoutError, OSError) as dropped:
            # It may have been taken: the same bytes with the same Message-ID will go again.
            client.close()
            return self._missed(letter, dropped)
        self._misses = 0
        return SendOutcome(letter.id, SendResult.SENT)

    def _missed(self, letter: Letter, dropped: Exception) -> SendOutcome:
        self._misses += 1
        if self._misses >= MISSES:
            self.down = _network_words(dropped)
        return SendOutcome(letter.id, SendResult.POSTPONED, _network_words(dropped))

    async def _envelope(self, client: SMTP, letter: Letter, fresh: bool) -> None:
        try:
            answer = await self._ask(client, b"MAIL", b"FROM", self.relay.sender)
            if answer.code != COMPLETED:
                if answer.code == SESSION_OVER and not fresh:
                    raise SMTPServerDisconnected(answer.message)
                # Our own address is refused, which no other letter would change.
                client.close()
                raise RelayDown(said(answer.code, answer.message))
        except (SMTPException, TimeoutError, OSError) as dropped:
            if not fresh:
                raise
            client.close()
            raise RelayDown(_network_words(dropped)) from dropped
        answer = await self._ask(client, b"RCPT", b"TO", letter.to)
        if answer.code == SESSION_OVER:
            raise SMTPServerDisconnected(answer.message)
        if answer.code in NO_LOGIN:
            client.close()
            raise RelayDown(said(answer.code, answer.message))
        if answer.code not in TAKEN:
            raise SMTPRecipientRefused(answer.code, answer.message, letter.to)

    async def _ask(self, client: SMTP, verb: bytes, what: bytes, address: str) -> SMTPResponse:
        """One command of the envelope. The client's own `mail` and `rcpt` read the address anew
        each time and set a timer for each answer, which takes as long as all the rest."""
        async with asyncio.timeout(COMMAND_PATIENCE):
            return await client.execute_command(
                verb, what + b":<" + address.encode("ascii") + b">", timeout=None
            )

    async def _connect(self, client: SMTP) -> None:
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPAuthenticationError as refused:
            client.close()
            raise RelayDown(f"login refused: {refused.code}") from refused
        except SMTPResponseException as refused:
            client.close()
            raise RelayDown(said(refused.code, refused.message)) from refused
        except (SMTPException, TimeoutError, OSError) as failed:
            client.close()
            raise RelayDown(_network_words(failed)) from failed

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


def _refused(
    letter: Letter, reading: Callable[[int, str], SendResult], refused: SMTPResponseException
) -> SendOutcome:
    text = said(refused.code, refused.message)
    return SendOutcome(letter.id, reading(refused.code, text), text)


def _network_words(failed: Exception) -> str:
    if isinstance(failed, SMTPResponseException):
        return said(failed.code, failed.message)
    return without_addresses(f"{type(failed).__name__}: {failed}")[:300]
