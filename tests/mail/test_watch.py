"""The watchdog notices what does not run, and nags the administrators once a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from threading import Event as Signal

import pytest
from sqlalchemy import insert, select, update

from db.engine import Database, Unreachable
from db.installation import set_value
from db.models import Outbox, Person, Plan, Role
from db.queries.record.heartbeats import record_run, silent
from letters import LETTERHEAD
from workflow.rules.access.permissions import Actor, Post, system
from workflow.rules.refusals import NotAllowed
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.timetable import TIMETABLE
from workflow.verbs.context import Context
from workflow.verbs.record.watch import watch, watch_for_ever
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

ISSUED = datetime(2021, 9, 22, 2, tzinfo=UTC)  # Wednesday, ten in the morning
ZONE = "Asia/Shanghai"


@pytest.fixture
def installation(database: Database) -> Database:
    with database.write() as session:
        session.execute(
            insert(Plan).values(
                id=1, code="p", title="P", first_year=2021, last_year=2025, published=None
            )
        )
        session.execute(
            insert(Person).values(
                [{"id": n, "email": f"p{n}@example.cn", "name": f"P{n}"} for n in (1, 2, 3)]
            )
        )
        for person, role in ((1, "administrator"), (2, "administrator"), (3, "reviewer")):
            session.execute(
                insert(Role).values(person_id=person, name=role, valid_from=date(2021, 1, 1))
            )
    return database


def issue(installation: Database) -> None:
    with installation.write() as session:
        session.execute(update(Plan).values(issued_at=ISSUED))


WATCH = system("watch")


@contextmanager
def acting(installation: Database, now: datetime, actor: Actor = WATCH) -> Iterator[Context]:
    with installation.write() as session:
        yield Context(session, actor, now, LETTERHEAD)


def quiet(installation: Database, now: datetime) -> list[str]:
    with installation.read() as session:
        return [one.name for one in silent(session, now=now, calendar=Calendar(), zone=ZONE)]


def test_nothing_is_expected_of_an_installation_without_a_plan(installation: Database) -> None:
    assert quiet(installation, ISSUED + timedelta(days=90)) == []


def test_what_should_have_run_and_has_not_is_silent(installation: Database) -> None:
    issue(installation)
    assert quiet(installation, ISSUED + timedelta(hours=13)) == []
    assert quiet(installation, ISSUED + timedelta(hours=24)) == [
        "close_rounds", "open_rounds", "checkpoint", "back_up", "drill"
    ]  # fmt: skip
    assert quiet(installation, ISSUED + timedelta(hours=25)) == [
        "close_rounds", "open_rounds", "remind", "checkpoint", "back_up", "drill"
    ]  # fmt: skip


def test_a_run_that_was_refused_is_noticed_and_a_demo_needs_no_backup(
    installation: Database,
) -> None:
    issue(installation)
    now = ISSUED + timedelta(hours=1)
    with installation.write() as session:
        record_run(session, "back_up", now, ok=False, summary="refused=disk_full")
    with acting(installation, now) as c:
        assert [(one.name, one.failing) for one in watch(c)] == [("back_up", True)]
    body = message_from_bytes(alerts(installation)[0].content, policy=default)
    assert "最近一次运行失败" in body.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    with installation.write() as session:
        set_value(session, demo="1")
    assert "back_up" not in quiet(installation, now + timedelta(days=9))


def test_reminders_rest_on_free_days(installation: Database) -> None:
    issue(installation)
    friday = datetime(2021, 10, 8, 1, tzinfo=UTC)
    with installation.write() as session:
        record_run(session, "remind", datetime(2021, 9, 30, 1, tzinfo=UTC))
    # From 1 to 7 October 2021 was the National Day holiday.
    assert "remind" not in quiet(installation, friday)
    assert "remind" in quiet(installation, friday + timedelta(hours=3))


def test_a_run_that_began_a_moment_early_is_the_run_of_its_time(installation: Database) -> None:
    issue(installation)
    due = datetime(2021, 9, 23, 0, 30, tzinfo=UTC)  # Thursday, half past eight
    late = due + timedelta(hours=3)
    with installation.write() as session:
        record_run(session, "remind", due - timedelta(seconds=2))
    assert "remind" not in quiet(installation, late)
    assert "remind" in quiet(installation, late + timedelta(days=1))
    with installation.write() as session:
        record_run(session, "remind", due - timedelta(seconds=3))
    assert "remind" in quiet(installation, late)


def test_the_verbs_themselves_beat_so_runs_by_hand_count(installation: Database) -> None:
    issue(installation)
    now = ISSUED + timedelta(days=1)
    for name, verb in (("open_rounds", open_rounds), ("close_rounds", close_rounds),
                       ("remind", remind)):  # fmt: skip
        assert name in {slot.name for slot in TIMETABLE}
        with acting(installation, now, system(name)) as c:
            verb(c)
        assert name not in quiet(installation, now)


def test_a_delivery_loop_that_stopped_or_cannot_deliver_is_noticed(installation: Database) -> None:
    now = ISSUED
    with installation.write() as session:
        record_run(session, "deliver", now)
    assert quiet(installation, now + timedelta(minutes=59)) == []
    assert quiet(installation, now + timedelta(minutes=61)) == ["deliver"]
    with installation.write() as session:
        record_run(session, "deliver", now, ok=False, summary="relay=451")
    with installation.read() as session:
        found = silent(session, now=now, calendar=Calendar(), zone=ZONE)
    assert [(one.name, one.failing) for one in found] == [("deliver", True)]


def test_mail_that_nobody_ever_delivered_is_noticed(installation: Database) -> None:
    with installation.write() as session:
        session.execute(insert(Outbox).values(
            message_id="<1@b.cn>", person_id=1, plan_id=None, kind="digest", subject="s",
            content=b"", created_at=ISSUED, not_before=ISSUED,
        ))  # fmt: skip
    assert quiet(installation, ISSUED + timedelta(minutes=50)) == []
    assert quiet(installation, ISSUED + timedelta(minutes=70)) == ["deliver"]


def alerts(installation: Database) -> list[Outbox]:
    with installation.read() as session:
        mails = select(Outbox).where(Outbox.kind == "alert").order_by(Outbox.id)
        return list(session.scalars(mails))


def test_each_administrator_is_told_once_a_day(installation: Database) -> None:
    issue(installation)
    now = ISSUED + timedelta(days=2)
    for hours in (0, 1, 2):
        with acting(installation, now + timedelta(hours=hours)) as c:
            assert len(watch(c)) >= 4
    assert [mail.person_id for mail in alerts(installation)] == [1, 2]
    with acting(installation, now + timedelta(days=1)) as c:
        watch(c)
    assert [mail.person_id for mail in alerts(installation)] == [1, 2, 1, 2]
    first = message_from_bytes(alerts(installation)[0].content, policy=default)
    body = first.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert "应于 2021-09-23 08:30" in body


def test_nobody_is_told_while_all_runs(installation: Database) -> None:
    issue(installation)
    with acting(installation, ISSUED + timedelta(hours=1)) as c:
        assert watch(c) == ()
    assert alerts(installation) == []


def test_only_those_who_keep_the_installation_watch(installation: Database) -> None:
    reviewer = Actor(3, frozenset({Post("reviewer", None)}))
    with pytest.raises(NotAllowed), acting(installation, ISSUED, reviewer) as c:
        watch(c)


def test_the_watch_outlives_a_lost_database(sqlite_database: Database) -> None:
    stop, tries = Signal(), iter([Unreachable("gone"), None])

    @contextmanager
    def sometimes() -> Iterator[Context]:
        trouble = next(tries)
        if trouble:
            raise trouble
        stop.set()
        with acting(sqlite_database, ISSUED) as c:
            yield c

    watch_for_ever(sometimes, stop, every_seconds=0)
    assert next(tries, "over") == "over"
