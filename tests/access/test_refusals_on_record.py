"""What was refused is an event, although its transaction left nothing; and never a flood."""

import json
from datetime import date

import pytest
from sqlalchemy import select, text

from db.models import Event, Person
from logins import FIRST, HERE, NOW, Clock
from luoshi.sessions import AccountSessions
from luoshi.wiring import Installation
from ui.composition import compose
from workflow.rules.access.permissions import TOP_PLACE, Subject, require, system
from workflow.rules.access.throttle import HERE as TRIES
from workflow.rules.record.flood import A_SOURCE
from workflow.rules.refusals import NotAllowed
from workflow.verbs.access.attempts import AttemptSource, TooManyAttempts
from workflow.verbs.people.cover import cover
from workflow.verbs.people.save_person import deactivate_person
from workflow.verbs.record.verify_audit import verify_audit

REFUSALS = ("refused", "page_refused", "log_in_failed", "held_back", "many_refused")


def events(installation: Installation) -> list[tuple[str, str, int, dict[str, object]]]:
    with installation.database.read() as session:
        rows = session.scalars(
            select(Event).where(Event.chain == 0, Event.action.in_(REFUSALS)).order_by(Event.no)
        )
        return [(e.actor, e.action, e.subject_id, json.loads(e.payload)) for e in rows]


def ids(installation: Installation) -> dict[str, int]:
    with installation.database.read() as session:
        return {row.name: row.id for row in session.execute(select(Person.name, Person.id))}


def refused(installation: Installation, who: int) -> None:
    def act() -> None:
        with installation.acting(who) as c:
            c.session.execute(text("update person set phone = '110'"))
            deactivate_person(c, who, at=NOW)

    with pytest.raises(NotAllowed):
        act()


def test_a_refused_act_is_on_record_and_left_nothing_else(installation: Installation) -> None:
    wang = ids(installation)["wang"]
    refused(installation, wang)
    assert events(installation) == [
        (
            f"p{wang}",
            "refused",
            wang,
            {"what": "keep_people", "source": "", "about": {"person_id": wang}},
        )
    ]
    with installation.database.read() as session:
        assert set(session.scalars(select(Person.phone))) == {""}
    with installation.reading(system("clock")) as c:
        assert verify_audit(c).broken is None


def test_what_is_refused_while_reading_and_about_whom_is_on_record(
    installation: Installation,
) -> None:
    people = ids(installation)
    with pytest.raises(NotAllowed), installation.reading(people["wang"]) as c:
        require(c.actor, "review", Subject(TOP_PLACE, unit_id=5))
    with pytest.raises(NotAllowed), installation.acting(people["wang"]) as c:
        cover(c, person_id=people["li"], substitute_id=people["wang"], first=date(2022, 1, 1),
              last=date(2022, 1, 1))  # fmt: skip
    first, second = events(installation)
    assert first[3] == {"what": "review", "source": "", "about": {"unit_id": 5}}
    assert second[3]["about"] == {"person_id": people["li"]}


def test_a_page_that_did_not_open_is_on_record(installation: Installation) -> None:
    wang = ids(installation)["wang"]
    shown = compose(installation)
    visitor = type("V", (), {"person_id": wang})()
    shown.refused(visitor, "operations")
    ((actor, action, subject, payload),) = events(installation)
    assert (actor, action, subject, payload["what"]) == (
        f"p{wang}", "page_refused", wang, "operations",
    )  # fmt: skip


def test_a_failed_login_tells_who_but_no_password_address_or_place(
    installation: Installation, sessions: AccountSessions
) -> None:
    for email in ("wang@example.org", "nobody@example.org", "Nobody@Example.org "):
        with pytest.raises(NotAllowed):
            sessions.log_in(email, "Secret-4711", HERE)
    known, unknown, again = events(installation)
    assert known[1:3] == ("log_in_failed", ids(installation)["wang"])
    assert known[3]["what"] == ""
    assert unknown[2] == 0
    assert unknown[3]["what"] == again[3]["what"] != ""
    assert known[3]["source"] == unknown[3]["source"] != ""
    with installation.database.read() as session:
        whole = " ".join(str(vars(e)) for e in session.scalars(select(Event)))
    assert not [word for word in ("Secret-4711", "nobody", HERE.address) if word in whole.lower()]


def test_another_source_has_another_hash(
    installation: Installation, sessions: AccountSessions
) -> None:
    for place in (HERE, AttemptSource("10.0.0.8")):
        with pytest.raises(NotAllowed):
            sessions.log_in("wang@example.org", "wrong", place)
    one, other = (event[3]["source"] for event in events(installation))
    assert one != other


def test_who_is_held_back_is_on_record(
    installation: Installation, sessions: AccountSessions
) -> None:
    for _ in range(TRIES):
        with pytest.raises(NotAllowed):
            sessions.log_in("wang@example.org", "wrong", HERE)
    with pytest.raises(TooManyAttempts):
        sessions.log_in("wang@example.org", FIRST, HERE)
    assert [event[1] for event in events(installation)] == ["log_in_failed"] * TRIES + ["held_back"]


def test_a_flood_is_bounded_and_told_by_one_event(installation: Installation, clock: Clock) -> None:
    people = ids(installation)
    for _ in range(A_SOURCE + 30):
        refused(installation, people["wang"])
    refused(installation, people["li"])
    assert len(events(installation)) == A_SOURCE + 1
    clock.wait(minutes=1)
    with installation.acting(system("clock")):
        pass
    last = events(installation)[-1]
    assert last[:2] == ("refusals", "many_refused")
    assert last[2] == people["wang"]
    assert last[3]["count"] == 30
    assert last[3]["source"] == f"p{people['wang']}"
    refused(installation, people["wang"])
    assert len(events(installation)) == A_SOURCE + 3


def test_what_was_only_counted_is_told_when_the_installation_closes(
    installation: Installation,
) -> None:
    wang = ids(installation)["wang"]
    for _ in range(A_SOURCE + 2):
        refused(installation, wang)
    installation.refusals.settle(end=True)
    assert events(installation)[-1][3]["count"] == 2


def test_an_ordinary_refusal_is_no_event(
    installation: Installation, sessions: AccountSessions
) -> None:
    people = ids(installation)
    with pytest.raises(Exception, match="代"), installation.acting(people["wang"]) as c:
        cover(c, person_id=people["wang"], substitute_id=people["wang"], first=date(2022, 1, 1),
              last=date(2022, 1, 1))  # fmt: skip
    assert events(installation) == []
