"""What is in the outbox arrives once, whatever the network, the relay or a crash does."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from sqlalchemy import select

from db.engine import Database, Unreachable
from db.models import Event, Outbox, Person
from db.queries.mail.outbox import backlog, mail_log
from db.queries.record.heartbeats import last_runs
from letters import NOW
from mailed_city import City
from notifications.smtp import Relay, SmtpPool
from relay import Server, certificate, free_port, listening, only
from workflow.rules.access.permissions import Actor, Post
from workflow.rules.refusals import NotAllowed, NotFound, WrongState
from workflow.verbs.context import Context
from workflow.verbs.mail import deliver as delivering
from workflow.verbs.mail.deliver import (
    LEASE,
    claim,
    deliver,
    deliver_for_ever,
    deliver_once,
    settle_mail,
)
from workflow.verbs.mail.resend import resend
from workflow.verbs.mail.settle_mail import settle_taken

REVIEWER = Actor(1, frozenset({Post("reviewer", None)}))


def test_each_letter_arrives_once_with_its_frozen_bytes(database: Database) -> None:
    city = City(database, 45)
    with listening() as server:
        assert city.deliver(server) == delivering.DeliveryResult(sent=45)
        assert city.deliver(server) == delivering.DeliveryResult()
    assert sorted(server.received) == sorted(
        (f"p{n}@example.cn", city.content(n)) for n in range(1, 46)
    )
    assert server.sessions == 2
    assert city.states() == {"sent": 45}
    assert all(mail.sent_at == NOW and not mail.lease_owner for mail in city.mails().values())


def test_the_urgent_leave_first(database: Database) -> None:
    city = City(database, 3)
    with city.acting() as c:
        c.session.get_one(Outbox, 3).priority = 1
    with listening() as server:
        city.deliver(server, connections=1)
    assert server.people == ["p3", "p1", "p2"]


def test_what_is_for_later_waits(database: Database) -> None:
    city = City(database, 2)
    with city.acting() as c:
        c.session.get_one(Outbox, 2).not_before = NOW + timedelta(hours=1)
    with listening() as server:
        city.deliver(server)
        assert server.people == ["p1"]
        city.now += timedelta(hours=1)
        city.deliver(server)
    assert server.people == ["p1", "p2"]


def test_a_refused_address_fails_alone_and_marks_the_person(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    city = City(database, 3)
    caplog.set_level(logging.DEBUG, "workflow")
    caplog.set_level(logging.DEBUG, "notifications")
    server = Server(refuses={"p2@example.cn": "550 5.1.1 <p2@example.cn> no such user"})
    with listening(server):
        assert city.deliver(server) == delivering.DeliveryResult(sent=2, failed=1)
    assert city.bounced() == [2]
    assert city.mails()[2].last_error == "550 5.1.1 <…> no such user"
    with database.read() as session:
        event = session.scalars(select(Event)).one()
    assert (event.action, event.subject_id) == ("mail_failed", 2)
    assert "mail 2 failed" in caplog.text
    assert "@" not in caplog.text
    assert "人" not in caplog.text


def test_a_letter_that_is_refused_for_now_waits_longer_each_time(database: Database) -> None:
    city = City(database, 1)
    server = Server(refuses={"p1@example.cn": "451 try later"})
    pauses = []
    with listening(server):
        for _ in range(9):
            city.deliver(server)
            pauses.append((city.mails()[1].not_before - city.now) / timedelta(minutes=1))
            city.now = city.mails()[1].not_before
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
        server.refuses.clear()
        city.deliver(server)
    assert city.states() == {"sent": 1}
    assert city.bounced() == []


def test_a_letter_is_given_up_after_two_days_and_a_person_is_asked(database: Database) -> None:
    city = City(database, 1)
    server = Server(refuses={"p1@example.cn": "451 try later"})
    with listening(server):
        while city.states() == {"queued": 1}:
            city.deliver(server)
            city.now += timedelta(hours=1)
    assert city.states() == {"failed": 1}
    assert timedelta(days=2) < city.now - NOW < timedelta(days=3)
    assert city.bounced() == []


def test_a_full_mailbox_is_no_wrong_address(database: Database) -> None:
    city = City(database, 1)
    server = Server(refuses={"p1@example.cn": "552 5.2.2 mailbox full"})
    with listening(server):
        assert city.deliver(server).postponed == 1
    assert city.bounced() == []


def test_a_refused_letter_fails_and_does_not_mark_the_person(database: Database) -> None:
    city = City(database, 2)
    server = Server(refuses={"p1@example.cn letter": "554 looks like spam"})
    with listening(server):
        done = city.deliver(server)
    assert (done.sent, done.failed) == (1, 1)
    assert city.bounced() == []


def test_an_address_that_works_again_is_unmarked(database: Database) -> None:
    city = City(database, 1)
    with city.acting() as c:
        c.session.get_one(Person, 1).bounced_at = NOW
    with listening() as server:
        city.deliver(server)
    assert city.bounced() == []


def test_a_dropped_connection_loses_nothing_and_is_made_anew(database: Database) -> None:
    city = City(database, 30)
    server = Server(cuts=3)
    with listening(server):
        city.deliver(server)
        city.now += timedelta(minutes=5)
        city.deliver(server)
    assert sorted(server.people) == sorted(f"p{n}" for n in range(1, 31))
    assert city.states() == {"sent": 30}


def test_a_connection_that_the_relay_ends_costs_no_letter_a_minute(database: Database) -> None:
    city = City(database, 10)
    with listening(Server(patience=3)) as server:
        assert city.deliver(server, connections=1) == delivering.DeliveryResult(sent=10)
    assert server.sessions == 4


def test_a_letter_whose_answer_was_lost_goes_again_as_the_same_letter(database: Database) -> None:
    city = City(database, 4)
    server = Server(drops=1)
    with listening(server):
        assert city.deliver(server).postponed == 1
        city.now += timedelta(minutes=5)
        assert city.deliver(server).sent == 1
    assert len(server.received) == 5
    assert len(set(server.received)) == 4


def test_a_crash_between_network_and_settling_loses_nothing(database: Database) -> None:
    city = City(database, 5)
    with listening() as server:
        with SmtpPool(server.relay()) as office:
            with city.acting() as c:
                letters = claim(c, "one who dies").letters
            office.send(letters, 60)
        assert len(server.received) == 5
        assert city.deliver(server) == delivering.DeliveryResult()
        city.now += LEASE
        assert city.deliver(server).sent == 5
    assert len(server.received) == 10
    assert len(set(server.received)) == 5
    assert city.states() == {"sent": 5}


def test_what_was_taken_is_settled_while_other_letters_still_go(database: Database) -> None:
    city = City(database, 40)
    seen: list[int] = []

    def settle(taken: list[int]) -> None:
        with city.acting() as c:
            settle_taken(c, "one who dies", taken)
        seen.append(city.states()["sent"])

    with listening(Server(slow=0.01)) as server, SmtpPool(server.relay()) as office:
        with city.acting() as c:
            letters = claim(c, "one who dies").letters
        office.send(letters, 60, settle)
        assert seen[-1] == len(server.received) == 40
        assert len(seen) > 1
        city.now += LEASE
        assert city.deliver(server) == delivering.DeliveryResult()


def test_no_letter_is_begun_when_nothing_can_be_settled(database: Database) -> None:
    city = City(database, 60)

    def broken(taken: list[int]) -> None:
        raise Unreachable("The database does not answer just now.")

    with listening() as server, SmtpPool(server.relay()) as office:
        with city.acting() as c:
            letters = claim(c, "unlucky").letters
        with pytest.raises(Unreachable):
            office.send(letters, 60, broken)
        sent = [one for one in office.outcomes if one.fate == delivering.SendResult.SENT]
        assert 0 < len(sent) == len(server.received) < 60
        assert len(office.outcomes) == 60


def test_who_lost_the_lease_settles_nothing(database: Database) -> None:
    city = City(database, 1)
    with city.acting() as c:
        claim(c, "slow")
    city.now += LEASE
    with city.acting() as c:
        claim(c, "other")
        refused = [delivering.SendOutcome(1, delivering.SendResult.NO_SUCH_ADDRESS)]
        settle_mail(c, "slow", refused)
    assert city.mails()[1].state == "sending"
    assert city.bounced() == []


@pytest.mark.parametrize("answer", ["550 5.7.1 not from here", "451 busy"])
def test_a_relay_that_refuses_us_makes_everything_wait(database: Database, answer: str) -> None:
    city = City(database, 25)
    server = Server(refuses={"MAIL": answer})
    with listening(server):
        done = city.deliver(server)
        assert (done.sent, done.failed) == (0, 0)
        assert done.relay.startswith(answer[:3])
        assert city.states() == {"queued": 25}
        assert all(mail.attempts == 0 for mail in city.mails().values())
        with database.read() as session:
            assert not last_runs(session)["deliver"].ok
        server.refuses.clear()
        city.now += timedelta(minutes=5)
        assert city.deliver(server) == delivering.DeliveryResult(sent=25)
    with database.read() as session:
        assert last_runs(session)["deliver"].ok


def test_nobody_listening_makes_everything_wait(database: Database) -> None:
    city = City(database, 3)
    done = deliver(city.acting, Relay("127.0.0.1", free_port(), "a@b.cn", tls="none"))
    assert (done.sent, done.failed, done.postponed) == (0, 0, 3)
    assert done.relay


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_letters_leave_by_tls_and_with_a_login(
    database: Database, tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    city = City(database, 3)
    options = {"auth_required": True, "authenticator": only("right")}
    if tls == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    with listening(**options) as server:
        wrong = city.deliver(server, tls=tls, username="luoshi", password="wrong")
        assert wrong.relay == "login refused: 535"
        city.now += timedelta(minutes=5)
        right = city.deliver(server, tls=tls, username="luoshi", password="right")
    assert right == delivering.DeliveryResult(sent=3)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    database: Database, tmp_path: Path
) -> None:
    context, _ = certificate(tmp_path)
    city = City(database, 1)
    with listening(tls_context=context) as server:
        done = city.deliver(server, tls="starttls")
    assert "certificate" in done.relay.lower()
    assert server.received == []


def test_two_deliverers_at_once_send_each_letter_once(database: Database) -> None:
    city = City(database, 120)
    with listening() as server, ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: city.deliver(server), range(3)))
    assert sum(each.sent for each in done) == 120
    assert len(server.received) == len(set(server.received)) == 120


def test_a_corrected_address_gets_the_letter(database: Database) -> None:
    city = City(database, 1)
    with city.acting() as c:
        c.session.get_one(Person, 1).email = "new@example.cn"
    with listening() as server:
        city.deliver(server)
    assert server.people == ["new"]


def test_only_those_who_keep_the_installation_deliver(database: Database) -> None:
    city = City(database, 1)
    with pytest.raises(NotAllowed):
        deliver(lambda: city.acting(REVIEWER), Relay("127.0.0.1", 9, "a@b.cn"))


def test_a_failed_letter_can_be_sent_once_more(database: Database) -> None:
    city = City(database, 2)
    server = Server(refuses={"p1@example.cn": "550 no such user"})
    with listening(server):
        city.deliver(server)
        with pytest.raises(WrongState), city.acting(REVIEWER) as c:
            resend(c, outbox_id=2)
        with pytest.raises(NotFound), city.acting(REVIEWER) as c:
            resend(c, outbox_id=99)
        with city.acting(REVIEWER) as c:
            resend(c, outbox_id=1)
        assert city.bounced() == []
        server.refuses.clear()
        assert city.deliver(server).sent == 1
    assert city.states() == {"sent": 2}


def test_the_log_shows_what_failed_to_the_office_alone(database: Database) -> None:
    city = City(database, 2)
    server = Server(refuses={"p1@example.cn": "550 no such user"})
    with listening(server):
        city.deliver(server)
    with database.read() as session:
        failed = mail_log(session, REVIEWER, state="failed")
        assert [(mail.id, mail.person, mail.last_error) for mail in failed] == [
            (1, "人1", "550 no such user")
        ]
        assert [mail.id for mail in mail_log(session, REVIEWER)] == [2, 1]
        stand = backlog(session, REVIEWER, at=NOW)
        assert (stand.queued, stand.sent, stand.failed, stand.waiting_since) == (0, 1, 1, None)
        with pytest.raises(NotAllowed):
            mail_log(session, Actor(2, frozenset({Post("liaison", 1)})))


def test_the_loop_delivers_until_it_is_stopped_and_outlives_a_lost_database(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(sqlite_database, 3)
    monkeypatch.setattr(delivering, "TROUBLE_SECONDS", 0.01)
    failures = iter([True, True])

    def acting() -> AbstractContextManager[Context]:
        if next(failures, False):
            raise Unreachable("The database does not answer just now.")
        return city.acting()

    stop = Signal()
    with listening() as server:
        loop = Thread(target=deliver_for_ever, args=(acting, server.relay(), stop, 0.01))
        loop.start()
        while city.states() != {"sent": 3} and loop.is_alive():
            stop.wait(0.02)
        stop.set()
        loop.join()
    assert len(server.received) == 3
    with sqlite_database.read() as session:
        assert last_runs(session)["deliver"].ok


def test_an_idle_loop_beats_once_a_minute_without_claiming(database: Database) -> None:
    city = City(database, 0)
    with SmtpPool(Relay("127.0.0.1", 9, "a@b.cn")) as office:
        for later, beaten in ((0, 0), (30, 0), (61, 61)):
            city.now = NOW + timedelta(seconds=later)
            assert deliver_once(city.acting, office) is None
            with database.read() as session:
                assert last_runs(session)["deliver"].at == NOW + timedelta(seconds=beaten)
