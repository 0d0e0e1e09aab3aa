"""A real SMTP server for the tests, that refuses, drops, hangs, asks for a login when told to."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.smtp import Relay

SENDER = "luoshi@example.cn"


@dataclass
class Server:
    """What came in, and how the server is to behave."""

    received: list[tuple[str, bytes]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    """Recipient → answer to RCPT; "MAIL" → to the sender; "DATA" → to the content;
    recipient and " letter" → to the content of theirs."""
    drops: int = 0
    """So many times the connection is cut after the content was taken, before the answer."""
    cuts: int = 0
    """So many times the connection is cut before a recipient is answered."""
    patience: int = 1000
    """Letters taken over one connection; then it is ended with 421."""
    at: dict[str, str] = field(default_factory=dict)
    """What is wrong at a phase of every session: CONNECT, EHLO, MAIL, RCPT, DATA, or DOT, when the
    content has come. "drop", "hang", or the answer."""
    well: int = 0
    """So many letters are taken before what is wrong begins."""
    slow: float = 0
    """Seconds before the content of a letter is answered."""
    sessions: int = 0
    port: int = 0

    def relay(self, **more: object) -> Relay:
        usual = {"host": "127.0.0.1", "port": self.port, "sender": SENDER, "tls": "none"}
        return Relay(**{**usual, **more})  # type: ignore[arg-type]

    @property
    def people(self) -> list[str]:
        return [to.partition("@")[0] for to, _ in self.received]

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list
    ) -> list:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if "MAIL" in self.refuses:
            return self.refuses["MAIL"]
        session.letters = getattr(session, "letters", 0) + 1
        if session.letters > self.patience:
            return "421 too many for one connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
            await asyncio.sleep(0)
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slow)
        for refused in ("DATA", f"{envelope.rcpt_tos[0]} letter"):
            if refused in self.refuses:
                return self.refuses[refused]
        assert isinstance(envelope.original_content, bytes)
        if self.at.get("DOT") in ("drop", "hang"):
            # It was taken, only the answer never came.
            self.received.append((envelope.rcpt_tos[0], envelope.original_content))
        if await misbehaves(self, "DOT", server):
            return ""
        self.received.append((envelope.rcpt_tos[0], envelope.original_content))
        self.well -= 1
        if self.drops:
            self.drops -= 1
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"


async def misbehaves(told: Server, phase: str, server: SMTP) -> bool:
    """Do what is wrong at a phase; False where nothing is."""
    wrong = told.at.get(phase) if told.well <= 0 else None
    if wrong is None:
        return False
    if wrong == "drop":
        server.transport.abort()
        await asyncio.sleep(0)
    elif wrong == "hang":
        await asyncio.sleep(3600)
    else:
        await server.push(wrong)
    return True


class Misbehaving(SMTP):
    """Does what is wrong at a phase before it does anything else."""

    async def _handle_client(self) -> None:
        if not await misbehaves(self.event_handler, "CONNECT", self):
            await super()._handle_client()
        elif self.transport:
            self.transport.close()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not await misbehaves(self.event_handler, "EHLO", self):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        if not await misbehaves(self.event_handler, "EHLO", self):
            await super().smtp_HELO(hostname)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if not await misbehaves(self.event_handler, "MAIL", self):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if not await misbehaves(self.event_handler, "RCPT", self):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if not await misbehaves(self.event_handler, "DATA", self):
            await super().smtp_DATA(arg)


class Listening(Controller):
    def factory(self) -> SMTP:
        return Misbehaving(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def listening(server: Server | None = None, **more: object) -> Iterator[Server]:
    """A server on a free port (its own, if it had one) for as long as the block lasts."""
    server = server or Server()
    server.port = server.port or free_port()
    controller = Listening(server, hostname="127.0.0.1", port=server.port, **more)  # type: ignore[arg-type]
    controller.start()
    # Starting tries the port once.
    server.sessions = 0
    try:
        yield server
    finally:
        controller.stop()


def only(password: str):
    """An authenticator that lets in the user `luoshi` with one password."""

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object):
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (
            b"luoshi", password.encode()
        )  # fmt: skip
        return AuthResult(success=fits, handled=False)

    return check


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a new certificate for 127.0.0.1, and the certificate's file."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "relay.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, pem
