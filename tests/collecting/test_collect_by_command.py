"""`luoshi collect` and the flow against a real mailbox: each mail once, from where it was left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import func, select

from collecting import mails
from collecting.post import acting_in, letters, opened_city, replies, returns
from db.engine import Database
from db.models import Heartbeat, MailboxPlace
from little_city import City
from mailbox_server import PASSWORD, USER, MailServer, served
from workflow.verbs.collecting.collect_mail import collect_mail


@pytest.fixture
def server() -> Iterator[MailServer]:
    with TemporaryDirectory(prefix="imap-") as folder, served(Path(folder)) as made:
        yield made


@pytest.fixture
def city(database: Database) -> City:
    return opened_city(database)


def test_what_came_is_taken_in_once_and_how_far_is_remembered(
    city: City, server: MailServer
) -> None:
    server.put(mails.reply("1.1：本季引进12人，累计86人。"))
    server.put(mails.reply("收到", "south.liaison@example.cn"))
    done = collect_mail(acting_in(city), server.mailbox(), mails.OWN)
    assert done.outcomes == {"drafted": 1, "thanks": 1}
    assert collect_mail(acting_in(city), server.mailbox(), mails.OWN).outcomes == {}
    server.put(mails.reply("本季未召开会议。", "north.liaison@example.cn"))
    seen: list[int] = []
    done = collect_mail(
        acting_in(city), server.mailbox(), mails.OWN,
        each=lambda uid, take: (seen.append(uid), take())[1],
    )  # fmt: skip
    assert (done.outcomes, len(seen)) == ({"drafted": 1}, 1)
    with city.database.read() as session:
        beat = session.scalars(select(Heartbeat).where(Heartbeat.name == "collect")).one()
        assert (beat.ok, beat.summary) == (True, "mails=1")


def test_a_folder_that_numbers_anew_is_read_anew_and_changes_nothing(
    city: City, server: MailServer
) -> None:
    server.put(mails.reply("1.1：本季引进12人，累计86人。"))
    collect_mail(acting_in(city), server.mailbox(), mails.OWN)
    with city.database.write() as session:
        session.scalars(select(MailboxPlace)).one().validity += 1
    done = collect_mail(acting_in(city), server.mailbox(), mails.OWN)
    assert done.outcomes == {"repeated": 1}
    assert (len(returns(city)), len(replies(city)), len(letters(city))) == (1, 1, 1)


def test_a_mail_that_is_too_large_is_not_fetched(
    city: City, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflow.verbs.collecting import collect_mail as collecting

    monkeypatch.setattr(collecting, "LARGEST", 2_000)
    server.put(mails.reply("x" * 4_000))
    done = collect_mail(acting_in(city), server.mailbox(), mails.OWN)
    assert done.outcomes == {"too_large": 1}


def test_a_mailbox_out_of_reach_is_said_by_the_heartbeat(city: City, server: MailServer) -> None:
    done = collect_mail(acting_in(city), server.mailbox(password="wrong"), mails.OWN)
    assert "AUTHENTICATIONFAILED" in done.trouble
    with city.database.read() as session:
        beat = session.scalars(select(Heartbeat).where(Heartbeat.name == "collect")).one()
        assert not beat.ok
        assert session.scalar(select(func.count()).select_from(MailboxPlace)) == 0


def test_the_command_says_what_came(
    tmp_path: Path,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    from luoshi.cli import main

    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/luoshi.db", "SECRET_KEY": "s" * 40,
        "IMAP_HOST": "127.0.0.1", "IMAP_PORT": str(server.port), "IMAP_USERNAME": USER,
        "IMAP_PASSWORD": PASSWORD, "IMAP_TLS": "none", "EVIDENCE_URL": f"file://{tmp_path}/e",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"LUOSHI_{name}", value)
    server.put(mails.reply("1.1 累计86人", "x@y.example"))

    def said(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["luoshi", *words])
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        return capsys.readouterr().out

    said("db", "upgrade")
    document = json.loads(said("collect", "--json"))
    assert document == {"outcomes": {"unknown": 1}, "trouble": ""}
