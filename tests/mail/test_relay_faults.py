"""Whatever is wrong with the relay, nothing is lost, nobody is marked, and operators see it."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from db.engine import Database
from mailed_city import City
from notifications import smtp
from relay import Server, certificate, free_port, listening, only

LETTERS = 5
PEOPLE = [f"p{n}@example.cn" for n in range(1, LETTERS + 1)]


@dataclass(frozen=True)
class Fault:
    """What is wrong: `at` a phase for everybody; to a recipient; how we speak to the server, and
    how it is set up. `sent` letters go all the same."""

    name: str
    at: dict[str, str] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    relay: dict[str, object] = field(default_factory=dict)
    server: dict[str, object] = field(default_factory=dict)
    sent: int = 0
    well: int = 0


def to(people: list[str], answer: str) -> dict[str, str]:
    return dict.fromkeys(people, answer)


LOGIN = {"username": "luoshi", "password": "wrong"}
ASKS = {"auth_required": True, "auth_require_tls": False}


def busy(*_: object) -> AuthResult:
    return AuthResult(success=False, handled=False, message="454 4.7.0 try later")


FAULTS = [
    Fault("nobody listens", relay={"port": 0}),
    Fault("greets with 421", {"CONNECT": "421 4.3.2 shutting down"}),
    Fault("greets with 554", {"CONNECT": "554 5.7.1 you are blocked"}),
    Fault("cuts before the greeting", {"CONNECT": "drop"}),
    Fault("never greets", {"CONNECT": "hang"}),
    Fault("EHLO 451", {"EHLO": "451 4.3.0 try later"}),
    Fault("EHLO 554", {"EHLO": "554 5.7.1 go away"}),
    Fault("cuts at EHLO", {"EHLO": "drop"}),
    Fault("hangs at EHLO", {"EHLO": "hang"}),
    Fault("no STARTTLS where we want it", relay={"tls": "starttls"}),
    Fault("no TLS where we want it", relay={"tls": "tls"}),
    Fault("a certificate nobody vouches for", relay={"tls": "starttls"}, server={"tls": True}),
    Fault("no login where we want one", relay=LOGIN),
    Fault("login refused", relay=LOGIN, server={**ASKS, "authenticator": only("right")}),
    Fault("login put off", relay=LOGIN, server={**ASKS, "authenticator": busy}),
    Fault("login asked of us who have none", server={**ASKS, "authenticator": only("right")}),
    Fault("MAIL 421", {"MAIL": "421 4.7.0 too busy"}),
    Fault("MAIL 451", {"MAIL": "451 4.3.0 try later"}),
    Fault("MAIL 452, its disk is full", {"MAIL": "452 4.3.1 insufficient system storage"}),
    Fault("MAIL 550, our address", {"MAIL": "550 5.7.1 you may not send as this"}),
    Fault("MAIL 553, our domain", {"MAIL": "553 5.1.8 sender's domain is unknown"}),
    Fault("cuts at MAIL", {"MAIL": "drop"}),
    Fault("hangs at MAIL", {"MAIL": "hang"}),
    Fault("RCPT 421", {"RCPT": "421 4.3.2 not now"}),
    Fault("RCPT 450 for all", {"RCPT": "450 4.2.0 greylisted"}),
    Fault("RCPT 451 for all", {"RCPT": "451 4.3.0 lookup failed"}),
    Fault("RCPT 550 for all, no reason", {"RCPT": "550 not accepted"}),
    Fault("RCPT 550 for all, an unavailable mailbox", {"RCPT": "550 mailbox unavailable"}),
    Fault("RCPT 550 for all, policy", {"RCPT": "550 5.7.1 blocked by policy"}),
    Fault("RCPT 550 for all, its directory is lost", {"RCPT": "550 5.1.1 user unknown"}),
    Fault("RCPT 550 for all, in words", {"RCPT": "550 no such user here"}),
    Fault("RCPT 553 for all, our address", {"RCPT": "553 5.1.8 sender rejected"}),
    Fault("RCPT 554 for all", {"RCPT": "554 5.7.1 relay access denied"}),
    Fault("RCPT 554 for all, in words", {"RCPT": "554 transaction failed"}),
    Fault("RCPT 552 for all", {"RCPT": "552 5.2.2 over quota"}),
    Fault("RCPT 503 for all", {"RCPT": "503 5.5.1 bad sequence"}),
    Fault("cuts at RCPT", {"RCPT": "drop"}),
    Fault("hangs at RCPT", {"RCPT": "hang"}),
    Fault("DATA 421", {"DOT": "421 4.3.2 not now"}),
    Fault("DATA 451 for all", {"DOT": "451 4.3.0 try later"}),
    Fault("DATA 452, its disk is full", {"DOT": "452 4.3.1 insufficient system storage"}),
    Fault("DATA 554 for all", {"DOT": "554 5.7.1 looks like spam"}),
    Fault("DATA 550 for all, in words", {"DOT": "550 no such user here"}),
    Fault("refuses to begin DATA", {"DATA": "554 5.5.1 no valid recipients"}),
    Fault("cuts at DATA", {"DATA": "drop"}),
    Fault("takes the content and cuts", {"DOT": "drop"}),
    Fault("takes the content and hangs", {"DOT": "hang"}),
    Fault("begins to refuse in the middle", {"RCPT": "550 not accepted"}, well=2, sent=2,
          relay={"connections": 1}),
    Fault("begins to refuse us in the middle", {"MAIL": "452 4.5.3 too many"}, well=2, sent=2,
          relay={"connections": 1}),
    Fault("takes only its own people", refuses=to(PEOPLE[2:], "550 not accepted"), sent=2),
    Fault("relays for nobody else", refuses=to(PEOPLE[2:], "550 relaying denied"), sent=2),
    Fault("finds one of five", refuses=to(PEOPLE[1:], "550 5.1.1 user unknown"), sent=1),
    Fault("takes two for spam", refuses=to([f"{p} letter" for p in PEOPLE[:2]], "554 5.7.1 spam"),
          sent=3),
    Fault("refuses one by a rule", refuses=to(PEOPLE[:1], "550 5.7.1 list is closed"), sent=4),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_nothing_is_lost_nobody_is_marked_and_it_is_seen(
    sqlite_database: Database, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_story(sqlite_database, fault, tmp_path, monkeypatch)


PICKED = {"EHLO 451", "RCPT 550 for all, no reason", "RCPT 550 for all, its directory is lost",
          "takes the content and cuts", "takes only its own people"}  # fmt: skip


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.name in PICKED], ids=lambda fault: fault.name
)
def test_the_same_on_postgresql(
    postgres_database: Database, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_story(postgres_database, fault, tmp_path, monkeypatch)


def whole_story(
    database: Database, fault: Fault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour of the fault in which everything that is due is tried again and again, then a relay
    that is mended."""
    city, server = City(database, LETTERS), Server()
    with monkeypatch.context() as hasty:
        if "hang" in fault.at.values():
            hasty.setattr(smtp, "COMMAND_PATIENCE", 0.3)
            hasty.setattr(smtp, "CONTENT_PATIENCE", 0.3)
        with listening(server, **set_up(fault, folder)):
            server.at, server.refuses, server.well = fault.at, fault.refuses, fault.well
            options = fault.relay
            if "port" in options:
                options = {**options, "port": free_port()}
            for minute in (0, 5, 10, 20, 40, 60) if "hang" not in fault.at.values() else (0,):
                city.now = city.began + timedelta(minutes=minute)
                city.deliver(server, **options)
                assert city.bounced() == []
                assert city.states().get("failed", 0) == 0
                (seen,) = city.seen()
                assert (seen.name, seen.failing, bool(seen.why)) == ("deliver", True, True)
                assert seen.expected_at == city.began
                assert "@" not in seen.why
    assert city.states() == {"queued": LETTERS - fault.sent} | (
        {"sent": fault.sent} if fault.sent else {}
    )
    waits = [mail for mail in city.mails().values() if mail.state == "queued"]
    assert all(mail.attempts == 0 for mail in waits)
    assert all(mail.not_before > city.now for mail in waits)
    with listening(Server(port=server.port, received=server.received)) as mended:
        for _ in range(3):
            city.now += timedelta(hours=1)
            city.deliver(mended)
    assert city.states() == {"sent": LETTERS}
    assert sorted(set(server.received)) == [
        (f"p{n}@example.cn", city.content(n)) for n in range(1, LETTERS + 1)
    ]
    assert city.bounced() == []
    assert city.seen() == []


def set_up(fault: Fault, folder: Path) -> dict[str, object]:
    options = dict(fault.server)
    if options.pop("tls", False):
        options["tls_context"] = certificate(folder)[0]
    return options
