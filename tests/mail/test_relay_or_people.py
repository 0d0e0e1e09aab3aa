"""Who was refused waits, is marked, or is let go again, as other letters tell in time."""

from datetime import timedelta

from db.engine import Database
from db.models import Person
from db.queries.record.heartbeats import last_runs
from mailed_city import City
from relay import Server, listening

NO_REASON = "550 not accepted"
GONE = "550 5.1.1 no such user"


def only(city: City, *letters: int) -> None:
    """Let no other letters be due for a month."""
    with city.acting() as c:
        for mail in city.mails().values():
            if mail.id not in letters and mail.state == "queued":
                c.session.merge(mail).not_before = city.now + timedelta(days=30)


def due(city: City, letter: int) -> None:
    with city.acting() as c:
        c.session.merge(city.mails()[letter]).not_before = city.now


def address(n: int) -> str:
    return f"p{n}@example.cn"


def test_a_lone_refusal_is_decided_when_somebody_else_gets_a_letter(database: Database) -> None:
    city = City(database, 2)
    only(city, 1)
    server = Server(refuses={address(1): NO_REASON})
    with listening(server):
        assert city.deliver(server).postponed == 1
        assert (city.bounced(), city.well()) == ([], False)
        city.now += timedelta(minutes=5)
        due(city, 2)
        assert city.deliver(server).sent == 1
        city.deliver(server)
    assert city.states() == {"sent": 1, "failed": 1}
    assert (city.bounced(), city.well()) == ([1], True)


def test_a_lone_refusal_that_was_the_relays_is_no_mark(database: Database) -> None:
    city = City(database, 2)
    only(city, 1)
    server = Server(at={"RCPT": NO_REASON})
    with listening(server):
        for _ in range(20):
            city.deliver(server)
            city.now += timedelta(hours=1)
        assert city.bounced() == []
        server.at.clear()
        due(city, 2)
        city.deliver(server)
        city.deliver(server)
    assert city.states() == {"sent": 2}
    assert (city.bounced(), city.reachable_again()) == ([], [])


def test_a_lone_refusal_fails_after_a_day_and_is_taken_back_when_others_share_it(
    database: Database,
) -> None:
    city = City(database, 2)
    only(city, 1)
    server = Server(at={"RCPT": NO_REASON})
    with listening(server):
        while city.states() == {"queued": 2}:
            city.deliver(server)
            city.now += timedelta(hours=1)
        assert timedelta(days=1) < city.now - city.began < timedelta(days=1, hours=3)
        assert (city.bounced(), city.well()) == ([1], False)
        due(city, 2)
        city.deliver(server)
        assert (city.bounced(), city.reachable_again()) == ([], [1])
        assert city.states() == {"queued": 2}
        server.at.clear()
        city.now += timedelta(hours=1)
        city.deliver(server)
    assert city.states() == {"sent": 2}


def test_letters_that_come_one_by_one_mark_nobody_for_long(database: Database) -> None:
    city = City(database, 6)
    server = Server(at={"RCPT": GONE})
    with listening(server):
        for n in range(1, 7):
            only(city, n)
            due(city, n)
            city.deliver(server)
            assert city.bounced() == ([1] if n == 1 else [])
            city.now += timedelta(minutes=1)
        assert city.states() == {"queued": 6}
        server.at.clear()
        city.now += timedelta(days=40)
        city.deliver(server)
    assert city.states() == {"sent": 6}


def test_two_who_are_gone_are_marked_when_the_relay_takes_other_letters(
    database: Database,
) -> None:
    city = City(database, 3)
    only(city, 1, 2)
    server = Server(refuses={address(1): GONE, address(2): GONE})
    with listening(server):
        city.deliver(server)
        assert (city.bounced(), city.states()) == ([], {"queued": 3})
        due(city, 3)
        city.deliver(server)
        city.deliver(server)
    assert city.bounced() == [1, 2]
    assert city.well()


def test_who_was_marked_at_the_brink_of_an_outage_is_let_go(database: Database) -> None:
    city = City(database, 6)
    only(city, 1, 2)
    server = Server(refuses={address(n): NO_REASON for n in range(2, 7)})
    with listening(server):
        city.deliver(server)
        assert city.bounced() == [2]
        city.now += timedelta(minutes=1)
        for n in range(3, 7):
            due(city, n)
        city.deliver(server)
        assert (city.bounced(), city.reachable_again()) == ([], [2])
        server.refuses.clear()
        city.now += timedelta(hours=2)
        city.deliver(server)
    assert city.states() == {"sent": 6}


def test_a_mark_of_long_ago_stays(database: Database) -> None:
    city = City(database, 5)
    only(city, 1, 2)
    server = Server(refuses={address(1): NO_REASON})
    with listening(server):
        city.deliver(server)
        assert city.bounced() == [1]
        city.now += timedelta(days=15)
        due(city, 5)
        assert city.deliver(server).sent == 1
        city.now += timedelta(days=16)
        server.at["RCPT"] = NO_REASON
        city.deliver(server)
    assert (city.bounced(), city.reachable_again()) == ([1], [])


def test_what_was_held_goes_at_once_when_the_relay_is_back(database: Database) -> None:
    city = City(database, 40)
    server = Server(at={"RCPT": "451 4.3.0 try later"})
    with listening(server):
        for _ in range(3):
            for _ in range(3):
                city.deliver(server)
            city.now += timedelta(hours=1)
        city.deliver(server)
        server.at.clear()
        # One new letter is enough to see that it is back.
        with city.acting() as c:
            first = c.session.merge(city.mails()[1])
            first.not_before, first.fault, first.tried_since = city.now, None, None
        assert city.deliver(server).sent == 40


def test_a_run_with_something_held_is_told_though_the_rest_went(database: Database) -> None:
    city = City(database, 25)
    server = Server(refuses={address(n): "550 relaying denied" for n in (3, 4)})
    with listening(server):
        assert city.deliver(server).sent == 23
        assert not city.well()
        with database.read() as session:
            said = last_runs(session)["deliver"].summary
        assert said.endswith("relay=550 relaying denied")
        (seen,) = city.seen()
        assert seen.expected_at == city.began
    with database.read() as session:
        assert session.get_one(Person, 3).bounced_at is None
