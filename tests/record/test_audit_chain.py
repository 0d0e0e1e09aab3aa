"""The chains show what was changed, taken out or cut off, whoever held the connection."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import delete, select, text, update

from built_once import built_once
from db.engine import Database
from db.models import ChainHead, Checkpoint, Event, Outbox, Seal, Table
from db.models.table import AppendOnly, tables_of
from db.queries.record import chains
from db.queries.record.chains import ChainEnd
from db.record import EventRecord, chain_hash
from db.sealing import Sealed, content_of, digest
from workflow.rules.access.permissions import system
from workflow.rules.refusals import NotAllowed
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.record.verify_audit import (
    CHANGED,
    CUT_OFF,
    MISSING,
    OTHER_HEAD,
    WRONG_HEAD,
    Verified,
    verify_audit,
)
from worlds import World, little_city

CLOCK = system("clock")


@pytest.fixture
@built_once
def city(database: Database) -> World:
    made = little_city(database)
    made.now += timedelta(hours=1)
    return made


def verify(city: World, **how: object) -> Verified:
    with city.reading(CLOCK) as c:
        return verify_audit(c, **how)


def tamper(city: World, *statements: object) -> None:
    """What somebody with the database's own password can do."""
    with city.database.write() as session:
        for table in tables_of(AppendOnly):
            for action in ("update", "delete"):
                name = f"{table}_no_{action}"
                on = f" on {table}" if session.get_bind().dialect.name == "postgresql" else ""
                session.execute(text(f"drop trigger {name}{on}"))
        for statement in statements:
            session.execute(statement)


def event(city: World, no: int) -> tuple[object, ...]:
    return Event.chain == city.plan_id, Event.no == no


def last(city: World) -> ChainEnd:
    with city.database.read() as session:
        found = chains.head(session, city.plan_id)
    assert found is not None
    return found


def grow(city: World) -> None:
    city.now += timedelta(days=1)
    with city.acting(CLOCK) as c:
        for n in range(3):
            c.record_event(city.plan_id, "looked", "plan", n)


def test_an_untouched_record_holds(city: World) -> None:
    found = verify(city)
    assert found.broken is None
    assert found.events >= last(city).no > 5
    assert found.chains == 1


def test_a_long_chain_is_walked_in_pieces(city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "AT_ONCE", 2)
    assert verify(city).broken is None


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject_id", "after", "payload"])
def test_a_changed_event_is_named(column: str, city: World) -> None:
    wrong = {"at": city.now, "subject_id": 999}.get(column, "x")
    tamper(city, update(Event).where(*event(city, 3)).values({column: wrong}))
    broken = verify(city).broken
    assert broken is not None
    assert (broken.chain, broken.no, broken.why) == (city.plan_id, 3, CHANGED)


def test_a_missing_event_is_named(city: World) -> None:
    tamper(city, delete(Event).where(*event(city, 4)))
    broken = verify(city).broken
    assert broken is not None
    assert (broken.no, broken.why) == (4, MISSING)


def test_a_tail_cut_off_is_seen_by_the_head(city: World) -> None:
    tamper(city, delete(Event).where(*event(city, last(city).no)))
    broken = verify(city).broken
    assert broken is not None
    assert broken.why == WRONG_HEAD


def cut(city: World, *, checkpoints: bool) -> None:
    """Cut the tail off and set the head back, and the checkpoints too."""
    no = last(city).no - 2
    with city.database.read() as session:
        there = session.scalars(select(Event.hash).where(*event(city, no))).one()
    later = Event.chain == city.plan_id, Event.no > no
    of_plan = ChainHead.chain == city.plan_id
    seals = delete(Seal).where(Seal.chain == city.plan_id, Seal.no > no)
    statements = [seals, delete(Event).where(*later), update(ChainHead).where(of_plan).values(
        no=no, hash=there
    )]  # fmt: skip
    tamper(city, *statements, *([delete(Checkpoint)] if checkpoints else []))


@pytest.mark.parametrize("from_checkpoint", [True, False])
def test_a_tail_cut_off_with_its_head_is_seen_by_the_checkpoint(
    from_checkpoint: bool, city: World
) -> None:
    with city.acting(CLOCK) as c:
        checkpoint(c)
    cut(city, checkpoints=False)
    broken = verify(city, from_checkpoint=from_checkpoint).broken
    assert broken is not None
    assert broken.why == CUT_OFF


def test_only_a_mailed_head_shows_a_tail_cut_off_with_all_that_remembers_it(city: World) -> None:
    with city.acting(CLOCK) as c:
        left = {head.chain: head for head in checkpoint(c)}
    cut(city, checkpoints=True)
    assert verify(city).broken is None
    mailed = left[city.plan_id]
    broken = verify(city, outside=[(mailed.chain, mailed.no, mailed.hash)]).broken
    assert broken is not None
    assert broken.why == CUT_OFF


def test_a_chain_written_anew_is_not_the_one_that_left(city: World) -> None:
    head = last(city)
    broken = verify(city, outside=[(city.plan_id, head.no - 1, "0" * 64)]).broken
    assert broken is not None
    assert (broken.no, broken.why) == (head.no - 1, OTHER_HEAD)


def test_from_a_checkpoint_only_what_came_after_is_walked(city: World) -> None:
    with city.acting(CLOCK) as c:
        checkpoint(c)
    grow(city)
    found = verify(city)
    assert found.broken is None
    assert found.events == 3 + 1  # and the checkpoint's own event
    assert verify(city, from_checkpoint=False).events > found.events
    tamper(city, update(Event).where(*event(city, 2)).values(actor="x"))
    assert verify(city).broken is None
    broken = verify(city, from_checkpoint=False).broken
    assert broken is not None
    assert broken.no == 2


def test_heads_are_kept_when_something_happened_and_only_then(city: World) -> None:
    with city.acting(CLOCK) as c:
        assert {head.chain for head in checkpoint(c)} == {city.plan_id}
    with city.acting(CLOCK) as c:
        assert {head.chain for head in checkpoint(c)} == {0}  # the first time's own event
    with city.acting(CLOCK) as c:
        assert checkpoint(c) == []
    grow(city)
    with city.acting(CLOCK) as c:
        assert [head.chain for head in checkpoint(c)] == [city.plan_id]
    assert mailed(city) == [city.administrator]


def mailed(city: World) -> list[int]:
    with city.database.read() as session:
        mails = select(Outbox.person_id).where(Outbox.kind == "heads").order_by(Outbox.id)
        return list(session.scalars(mails))


def test_heads_go_by_one_mail_a_week_with_all_that_grew_in_it(city: World) -> None:
    began = city.now
    with city.acting(CLOCK) as c:
        checkpoint(c)
    for day in range(1, 15):
        city.now = began + timedelta(days=day)
        if day == 2:
            grow(city)
        with city.acting(CLOCK) as c:
            checkpoint(c)
    assert len(mailed(city)) == 2  # of the third week nothing is to be said
    with city.database.read() as session:
        letters = session.scalars(
            select(Outbox.content).where(Outbox.kind == "heads").order_by(Outbox.id)
        ).all()
    body = message_from_bytes(letters[-1], policy=default).get_body(("plain",))
    head = last(city)
    assert f"{city.plan_id}:{head.no}:{head.hash}" in body.get_content()


def test_by_hand_they_go_at_once(city: World) -> None:
    with city.acting(CLOCK) as c:
        checkpoint(c)
    grow(city)
    with city.acting(CLOCK) as c:
        checkpoint(c, letter=True)
    assert len(mailed(city)) == 2


def test_a_reviewer_neither_checks_nor_sends_heads(city: World) -> None:
    for verb in (verify_audit, checkpoint):
        with pytest.raises(NotAllowed), city.acting(city.reviewer) as c:
            verb(c)


def test_the_hash_of_an_event_is_this_one() -> None:
    """Reckoned by sha256sum over the text beside it; whoever changes how it is made breaks every
    chain there is."""
    at = datetime(2021, 1, 4, 1, tzinfo=UTC)
    note = EventRecord(
        1, at, "p7", "accept", "report", 12, "signed_off", "accepted", '{"verdict":3}'
    )
    # [1,1,"2021-01-04T01:00:00.000000+00:00","p7","accept","report",12,"signed_off","accepted",
    #  "{\"verdict\":3}"] without the break and its blanks
    first = "f8d2a2d122068d8a87ef69946a7d72bd008b205c7ca5eb4185fd0f7d443f3445"
    assert chain_hash("", 1, note) == first
    # the hash before, and the same text with 2 for its number
    second = "8412ce9d464198b740b79c590803bb42c4b16198f702a25457dac635ca6cfaa4"
    assert chain_hash(first, 2, note) == second
    assert chain_hash("", 2, note) != chain_hash(first, 2, note)


def test_the_seal_of_a_row_is_this_one() -> None:
    row = (5, 3, 7, datetime(2021, 3, 15, 4, tzinfo=UTC), "returned", "请核实", None)
    # ["verdict",{"at":"2021-03-15T04:00:00+00:00","id":5,"outcome":"returned","person_id":7,
    #  "reason":"请核实","submission_id":3}] without the break and its blanks
    sha = "1f17c819e75d9f4b2f550063170d3892bf4c5d1a5e1f120ac09cd23e0e9e5fff"
    assert content_of(Table.metadata.tables["verdict"], row) == sha
    # "verdict 5 <sha>" and a line feed
    whole = "93a3e3371558005483e544dfdce3fa1b487ba5aa0dfa2c4bd7eb3ab803e9200c"
    assert digest([Sealed("verdict", "5", sha)]) == whole
