"""An error of the program inside delivery: the lease ends, it is seen, and mail goes on."""

import logging
from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest

from db.engine import Database
from mailed_city import City
from notifications.smtp import Letter, SendOutcome, SmtpPool
from relay import listening
from workflow.verbs.mail import deliver as delivering
from workflow.verbs.mail.deliver import LEASE, deliver_for_ever, deliver_once


class Slip(Exception):
    """An error that nobody expects."""


def test_one_letter_that_breaks_the_program_keeps_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    city, whole = City(database, 30), SmtpPool._deliver

    async def slips(self: SmtpPool, client: object, letter: Letter) -> SendOutcome:
        if letter.id == 7:
            raise Slip("p7@example.cn")
        return await whole(self, client, letter)  # type: ignore[arg-type]

    monkeypatch.setattr(SmtpPool, "_deliver", slips)
    with listening() as server:
        city.deliver(server)
        assert city.states() == {"sent": 29, "queued": 1}
        monkeypatch.undo()
        city.now += timedelta(minutes=5)
        city.deliver(server)
    assert city.states() == {"sent": 30}
    assert city.well()
    assert "Slip" in caplog.text
    assert "@" not in caplog.text


def test_an_error_before_the_network_frees_the_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(database, 3)

    def slips(*_: object) -> None:
        raise Slip

    monkeypatch.setattr(SmtpPool, "send", slips)
    with listening() as server, SmtpPool(server.relay()) as office:
        with pytest.raises(Slip):
            deliver_once(city.acting, office)
        assert city.states() == {"queued": 3}
        assert all((m.attempts, m.lease_owner) == (0, "") for m in city.mails().values())
        (seen,) = city.seen()
        assert (seen.failing, seen.why) == (True, "error=Slip")
        monkeypatch.undo()
        city.now += timedelta(minutes=5)
        city.deliver(server)
    assert len(server.received) == 3
    assert city.seen() == []


def test_an_error_in_the_middle_leaves_in_doubt_what_the_relay_may_have(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(database, 3)

    def slips(self: SmtpPool, *_: object) -> None:
        self.begun.update((1, 2))
        self.outcomes.append(SendOutcome(1, delivering.SendResult.SENT))
        raise Slip

    monkeypatch.setattr(SmtpPool, "send", slips)
    with listening() as server, SmtpPool(server.relay()) as office:
        with pytest.raises(Slip):
            deliver_once(city.acting, office)
        assert [city.mails()[n].state for n in (1, 2, 3)] == ["sent", "sending", "queued"]
        monkeypatch.undo()
        city.now += timedelta(minutes=5)
        city.deliver(server)
        assert server.people == ["p3"]
        city.now += LEASE
        city.deliver(server)
    assert server.people == ["p3", "p2"]
    assert city.states() == {"sent": 3}


def test_an_error_in_settling_sends_nothing_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(database, 3)

    def slips(*_: object) -> None:
        raise Slip

    monkeypatch.setattr(delivering, "settle_mail", slips)
    with listening() as server:
        with SmtpPool(server.relay()) as office, pytest.raises(Slip):
            deliver_once(city.acting, office)
        assert city.states() == {"sent": 3}
        assert not city.well()
        monkeypatch.undo()
        city.now += timedelta(days=1)
        city.deliver(server)
    assert len(server.received) == 3
    assert city.well()


def test_the_loop_goes_on_after_an_error(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    city, whole, slips = City(database, 3), delivering.claim, iter([True, True])

    def sometimes(*given: object) -> list[Letter]:
        if next(slips, False):
            raise Slip("p1@example.cn")
        return whole(*given)  # type: ignore[arg-type]

    caplog.set_level(logging.INFO, "workflow")
    monkeypatch.setattr(delivering, "TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(delivering, "claim", sometimes)
    stop = Signal()
    with listening() as server:
        loop = Thread(target=deliver_for_ever, args=(city.acting, server.relay(), stop, 0.01))
        loop.start()
        while city.states() != {"sent": 3} and loop.is_alive():
            stop.wait(0.02)
        stop.set()
        loop.join()
    assert len(server.received) == 3
    assert caplog.text.count("delivery failed: Slip in test_delivery_errors.py") == 2
    assert "@" not in caplog.text
