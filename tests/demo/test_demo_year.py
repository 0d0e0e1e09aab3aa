"""The simulated year is always the same, looks like life, and its record holds."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.models import (
    ChainHead,
    Clock,
    Event,
    Outbox,
    Person,
    Report,
    ReportState,
    Request,
    RequestState,
    Round,
    SignOff,
    Submission,
    Unit,
    Verdict,
)
from db.queries.places.cascade import cascade
from luoshi.demo.clock import local
from luoshi.demo.mail.mailbox import Mailbox
from luoshi.demo.place import DemoFolder, settings_of
from luoshi.demo.year.cast import cast_of
from luoshi.demo.year.history import begins_at, live
from luoshi.demo.year.numbers import ROUNDS
from luoshi.demo.year.participants import plans_by_code
from luoshi.demo.year.scripts import read_story, second_story
from luoshi.demo.year.story import ReportKey, Story
from luoshi.wiring import Installation
from workflow.rules.access.permissions import TOP_PLACE, system
from workflow.rules.reporting.confidentiality import find

STORY = read_story()


def test_the_same_story_lives_the_same_year(demo_database: Database, tmp_path: Path) -> None:
    until = local(2021, 1, 20)
    place = DemoFolder(tmp_path)
    installation = Installation(settings_of(place, place.folder, 8501, 9))
    installation.database.upgrade()
    plan_id = live(installation, STORY, until, lambda _: None)
    with installation.database.read() as session:
        again = session.get_one(ChainHead, plan_id)
    with demo_database.read() as session:
        first = session.get_one(Event, (plan_id, again.no))
    assert again.no > 150
    assert first.hash == again.hash


def test_the_event_chains_hold(demo_installation: Installation) -> None:
    from workflow.verbs.record.verify_audit import verify_audit

    with demo_installation.reading(system("test")) as c:
        assert verify_audit(c, from_checkpoint=False).broken is None


def test_nothing_is_dated_after_the_demo_begins(demo_database: Database) -> None:
    with demo_database.read() as session:
        assert session.scalar(select(func.max(Event.at))) <= begins_at(STORY)


def test_three_rounds_are_over_and_the_fourth_is_half_way(demo_database: Database) -> None:
    with demo_database.read() as session:
        rows = session.execute(
            select(Round.period, ReportState.state, func.count())
            .join(Report, Report.round_id == Round.id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(ReportState.open())
            .group_by(Round.period, ReportState.state)
        ).all()
    states = {(period, state): count for period, state, count in rows}
    for period in ("2021Q1", "2021Q2", "2021Q3"):
        assert states[period, "accepted"] > 50
    fourth = {state: count for (period, state), count in states.items() if period == "2021Q4"}
    assert fourth["returned"] == 2
    for state in ("accepted", "signed_off", "submitted", "draft", "due"):
        assert fourth[state] >= 4, state


def test_some_are_late_and_most_are_not(demo_database: Database) -> None:
    with demo_database.read() as session:
        rows = session.execute(
            select(Clock.due_on, func.min(SignOff.at))
            .select_from(Report)
            .join(Round, Round.id == Report.round_id)
            .join(Clock, Clock.id == Report.clock_id)
            .join(Submission, Submission.report_id == Report.id)
            .join(SignOff, SignOff.submission_id == Submission.id)
            .where(Round.period != "2021Q4", SignOff.consent)
            .group_by(Report.id)
        ).all()
    late = sum((at + timedelta(hours=8)).date() > due for due, at in rows)
    assert 0.08 < late / len(rows) < 0.3


def test_returns_are_answered_and_carry_reasons(demo_database: Database) -> None:
    with demo_database.read() as session:
        verdicts = session.execute(select(Verdict.outcome, Verdict.reason)).all()
        twice = session.scalar(
            select(func.count()).select_from(Submission).where(Submission.no == 2)
        )
        noted = session.scalars(select(Submission.change_note).where(Submission.no == 2)).all()
    outcomes = Counter(outcome for outcome, _ in verdicts)
    assert 0.05 < outcomes["returned"] / len(verdicts) < 0.2
    assert all(reason for outcome, reason in verdicts if outcome == "returned")
    assert twice
    assert sum(bool(note) for note in noted) >= 14


def test_everything_that_may_happen_to_a_plan_happened(demo_database: Database) -> None:
    with demo_database.read() as session:
        decided = set(
            session.execute(
                select(Request.kind, RequestState.state).join(
                    RequestState, RequestState.request_id == Request.id
                )
            ).tuples()
        )
        on_paper = session.scalar(
            select(func.count()).select_from(SignOff).where(SignOff.paper_signer != "")
        )
        nil = session.scalar(
            select(func.count()).select_from(Submission).where(Submission.nil_reason != "")
        )
        actions = set(session.scalars(select(Event.action)))
    for kind in ("comment", "extension", "target_change", "completion"):
        assert (kind, "approved") in decided
    assert ("extension", "pending") in decided
    assert ("comment", "refused") in decided
    assert ("dispute", "refused") in decided
    assert on_paper
    assert nil
    assert {"instruct", "close_out", "uphold", "extend", "change_target"} <= actions


def test_every_unit_has_a_liaison_and_a_deputy_head(demo_database: Database) -> None:
    with demo_database.read() as session:
        units = set(session.scalars(select(Unit.name).where(Unit.place_id == TOP_PLACE)))
        phones = session.scalars(select(Person.phone).where(Person.phone != "")).all()
    for role in ("liaison", "deputy_head"):
        assert {p.unit for p in cast_of(STORY) if p.role == role} == units
    assert all(phone.startswith("0570-30") for phone in phones)


def test_mails_were_sent_by_smtp_and_none_waits(lived_year: Path) -> None:
    made = Database(f"sqlite:///{lived_year}/luoshi.db")
    with made.read() as session:
        states = Counter(session.scalars(select(Outbox.state)))
    made.dispose()
    assert set(states) == {"sent"}
    kept = list(Mailbox(lived_year / "mail"))
    assert len(kept) == states["sent"]
    assert len({mail.name for mail in kept}) == len(kept)


@pytest.mark.parametrize("key", sorted(STORY.returns, key=str), ids=str)
def test_a_second_submission_differs_from_the_first(key: ReportKey) -> None:
    returned = STORY.returns[key]
    first, second = STORY.first_words(key, returned), STORY.words(key)
    assert first != second or not returned.evidence


def test_texts_name_no_person_and_no_number_of_one() -> None:
    for task, told in STORY.reports.items():
        for unit in (*told.get("by", {}), *STORY.places, "x"):
            for round_code in ROUNDS:
                if unit in STORY.places or "{place}" not in str(told):
                    words = STORY.words(ReportKey(task, unit, round_code))
                    assert not find(words.text), words.text


def test_the_counties_took_over_what_the_city_asked_and_ask_more(
    demo_installation: Installation,
) -> None:
    with demo_installation.reading(system("test")) as c:
        plan_id = plans_by_code(c.session)["qz2021"]
        city = c.session.scalars(select(Person.id).where(Person.email == "zzb.admin@qz.example"))
        admin = city.one()
    with demo_installation.reading(admin) as c:
        rows = cascade(c.session, c.actor, plan_id, c.now, 2021)
    taken = {(row.place, row.code): row for row in rows if row.taken}
    assert set(taken) == {
        ("柯城区", "3.2.4"), ("柯城区", "3.3.3"), ("柯城区", "4.3.1"),
        ("龙游县", "3.3.3"), ("龙游县", "4.3.1"),
    }  # fmt: skip
    assert taken["柯城区", "3.3.3"].units == 2
    (raised,) = taken["柯城区", "4.3.1"].targets
    assert (raised.asked, raised.below, raised.raised) == (20, 25, 25)
    assert all(row.up for row in taken.values())


@pytest.mark.parametrize("story", [STORY, second_story()], ids=["opinion", "plan"])
def test_numbers_never_fall_from_year_to_year(story: Story) -> None:
    later = [f"{year}{code}" for year in (2022, 2023) for code in ROUNDS]
    for task, measures in story.measures.items():
        for no, measure in enumerate(measures, 1):
            if measure.kind != "annual" and "by" not in story.numbers.get(task, [{}])[0]:
                values = [story.value(task, no, one) for one in (*ROUNDS, *later)]
                assert values == sorted(values), (task, no, values)


def test_in_later_years_other_words_are_written() -> None:
    keys = [ReportKey("4.1", "绿色产业集聚区", one) for one in ("Q1", "2022Q1", "2023Q1")]
    assert len({STORY.words(key).text for key in keys}) == len(keys)


def test_numbers_never_fall_within_the_year() -> None:
    for task, measures in STORY.numbers.items():
        for no in range(1, len(measures) + 1):
            values = [STORY.value(task, no, one) for one in ROUNDS]
            assert values == sorted(values)
            assert values[-1] <= STORY.year_targets(task, no)[2021] * Decimal("1.2")
