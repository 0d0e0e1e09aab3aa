"""Drafts, submissions, sign-off and what comes back, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from built_once import built_once
from db.engine import Database
from db.models import (
    ChainHead,
    Clock,
    Draft,
    Event,
    Outbox,
    Report,
    ReportState,
    Round,
    SignOff,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
)
from little_city import CLOCK, City, found, noon
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off
from workflow.verbs.reports.submit import Receipt, submit
from workflow.verbs.reports.withdraw import withdraw
from workflow.verbs.rounds.open_rounds import open_rounds


@pytest.fixture
@built_once
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 15)
    return made


def report(city: City, task: str, unit: str, period: str = "2021Q1") -> Report:
    with city.database.read() as session:
        return session.scalars(
            select(Report)
            .join(Round, Round.id == Report.round_id)
            .where(
                Report.task_id == city.tasks[task],
                Report.unit_id == city.units[unit],
                Round.period == period,
            )
        ).one()


def state(city: City, report_id: int) -> str:
    with city.database.read() as session:
        return session.scalars(
            select(ReportState.state).where(ReportState.report_id == report_id, ReportState.open())
        ).one()


WORDS = {"status": "on_track", "text": "组织培训三期，新增高技能人才。"}


def content(city: City, **more: str) -> dict[str, str]:
    return {**WORDS, f"value:{city.measures['trained']}": "１，０２５人", **more}


def send(
    city: City, report_id: int, said: dict[str, str], key: str = "k1", version: int = 0
) -> Receipt:
    with city.acting("labour.liaison") as c:
        return submit(c, report_id=report_id, version=version, key=key, content=said)


def test_the_first_save_makes_a_draft_and_later_ones_leave_no_event(city: City) -> None:
    one = report(city, "train", "labour")
    for version in range(3):
        with city.acting("labour.liaison") as c:
            assert save_draft(c, report_id=one.id, content={"text": "好"}, version=version) == (
                version + 1
            )
    assert state(city, one.id) == "draft"
    with city.database.read() as session:
        drafted = select(func.count()).select_from(Event).where(Event.action == "draft")
        assert session.scalar(drafted) == 1


def test_two_people_on_one_report_the_second_is_told_and_nothing_is_overwritten(
    city: City,
) -> None:
    one = report(city, "train", "labour")
    with city.acting("labour.liaison") as c:
        save_draft(c, report_id=one.id, content={"text": "甲"}, version=0)
    with pytest.raises(Conflict) as told, city.acting("labour.liaison") as c:
        save_draft(c, report_id=one.id, content={"text": "乙"}, version=0)
    assert told.value.fields["name"] == "labour.liaison"
    with city.database.read() as session:
        assert '"甲"' in session.scalars(select(Draft.content)).one()
    with pytest.raises(Conflict):
        send(city, one.id, content(city), version=0)


def test_a_submission_is_kept_with_its_numbers_as_typed_and_a_receipt_goes_out(city: City) -> None:
    one = report(city, "train", "labour")
    with city.database.read() as session:
        head = session.scalars(select(ChainHead.hash).where(ChainHead.chain == city.plan)).one()
    receipt = send(city, one.id, content(city))
    assert receipt.number == f"2021Q1-{one.id:04d}-1-{head[:6]}"
    assert state(city, one.id) == "submitted"
    with city.database.read() as session:
        value = session.scalars(select(SubmissionValue)).one()
        assert (value.value, value.written) == (Decimal(1025), "１，０２５人")
        mail = session.scalars(select(Outbox)).one()
        assert mail.kind == "receipt"
        assert mail.person_id == city.people["labour.liaison"]
        assert session.get_one(Report, one.id).version == one.version + 1


def test_a_double_click_acts_once(city: City) -> None:
    one = report(city, "train", "labour")
    first = send(city, one.id, content(city))
    assert send(city, one.id, content(city)) == first
    with city.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
        assert session.scalar(select(func.count()).select_from(Outbox)) == 1
    with pytest.raises(WrongState):
        send(city, one.id, content(city), key="k2", version=1)


def test_every_wrong_field_is_named_and_nothing_is_written(city: City) -> None:
    one = report(city, "train", "labour")
    number = f"value:{city.measures['trained']}"
    with pytest.raises(Invalid) as refused:
        send(city, one.id, {"status": "stuck", "text": "短", number: "一千多"})
    assert {p.where for p in refused.value.problems} == {"problem", "text", number}
    assert state(city, one.id) == "due"
    with city.database.read() as session:
        assert session.scalars(select(Draft)).all() == []


def test_a_number_that_the_round_does_not_ask_is_not_missed(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    with city.acting(CLOCK, noon(11, 15)) as c:
        open_rounds(c)
    city.now = noon(11, 20)
    with pytest.raises(Invalid) as refused:
        send(city, report(city, "train", "labour", "2021Q4").id, content(city), key="k4")
    (problem,) = refused.value.problems
    assert problem.where == f"value:{city.measures['share']}"


def test_a_nil_return_needs_a_reason_and_no_numbers(city: City) -> None:
    one = report(city, "train", "labour")
    with pytest.raises(Invalid) as refused:
        send(city, one.id, {"status": "on_track", "nil": "1"})
    assert [p.where for p in refused.value.problems] == ["nil_reason"]
    send(city, one.id, {"status": "on_track", "nil": "1", "nil_reason": "本季度未安排"})
    with city.database.read() as session:
        assert session.scalars(select(Submission.nil_reason)).one() == "本季度未安排"


def test_a_milestone_is_reached_on_a_day_that_is_not_to_come(city: City) -> None:
    one = report(city, "policy", "labour")
    step = city.milestones["rules"]
    for typed in ("2021-02-30", "2021-03-16", "三月"):
        with pytest.raises(Invalid) as refused:
            send(city, one.id, {**WORDS, f"reached:{step}": typed})
        assert [p.where for p in refused.value.problems] == [f"reached:{step}"]
    send(city, one.id, {**WORDS, f"reached:{step}": "2021年3月12日", f"document:{step}": "1号"})
    with city.database.read() as session:
        assert session.scalars(select(SubmissionMilestone.reached_on)).one() == date(2021, 3, 12)


def test_somebody_elses_report_is_not_there(city: City) -> None:
    one = report(city, "train", "labour")
    for who in ("north.liaison", "finance.deputy"):
        with pytest.raises(NotFound), city.acting(who) as c:
            save_draft(c, report_id=one.id, content={}, version=0)
    with pytest.raises(NotFound), city.acting("reviewer") as c:
        save_draft(c, report_id=10_000, content={}, version=0)
    with pytest.raises(NotAllowed), city.acting("labour.deputy") as c:
        save_draft(c, report_id=one.id, content={}, version=0)


def test_a_round_that_closed_takes_no_first_report_and_says_what_to_do(city: City) -> None:
    one = report(city, "train", "labour")
    city.now = noon(5, 10)
    with pytest.raises(WrongState, match="2021Q1"):
        send(city, one.id, content(city))
    with city.acting("labour.liaison") as c:
        assert save_draft(c, report_id=one.id, content=content(city), version=0) == 1


def test_what_was_withdrawn_is_a_draft_again_and_goes_as_the_next_version(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    with city.acting("labour.liaison") as c:
        withdraw(c, report_id=one.id, version=one.version + 1)
    assert state(city, one.id) == "draft"
    with city.acting("labour.liaison") as c:
        again = submit(c, report_id=one.id, version=1, key="k2")
    assert again.no == 2


def test_after_the_close_is_withdrawn_only_what_could_be_submitted_again(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    city.now = noon(4, 20)
    with pytest.raises(WrongState), city.acting("labour.liaison") as c:
        withdraw(c, report_id=one.id, version=one.version + 1)
    late = report(city, "policy", "labour")
    with city.acting("reviewer") as c:
        extend_report(
            c, report_id=late.id, version=1, due_on=date(2021, 4, 30), reason="受疫情影响"
        )
    send(city, late.id, WORDS, key="k2")
    with city.acting("labour.liaison") as c:
        withdraw(c, report_id=late.id, version=late.version + 2)
        submit(c, report_id=late.id, version=1, key="k3")


def test_the_deputy_head_signs_and_the_office_gets_its_own_date(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    with pytest.raises(NotAllowed), city.acting("labour.liaison") as c:
        sign_off(c, report_id=one.id, version=2)
    with pytest.raises(Conflict), city.acting("labour.deputy") as c:
        sign_off(c, report_id=one.id, version=1)
    with city.acting("labour.deputy") as c:
        sign_off(c, report_id=one.id, version=2)
    assert state(city, one.id) == "signed_off"
    with city.database.read() as session:
        clock = session.get_one(Clock, report(city, "train", "labour").review_clock_id)
        assert clock.due_on == session.scalars(select(Round.review_due_on)).one()


def test_after_the_rounds_own_date_the_office_gets_working_days_from_the_sign_off(
    city: City,
) -> None:
    one = report(city, "train", "labour")
    city.now = noon(4, 9)
    send(city, one.id, content(city))
    with city.acting("labour.deputy") as c:
        sign_off(c, report_id=one.id, version=2)
    with city.database.read() as session:
        clock = session.get_one(Clock, report(city, "train", "labour").review_clock_id)
    assert clock.due_on == date(2021, 4, 16)


def test_the_liaison_records_what_was_signed_on_paper(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    for signer, day, where in (
        ("", date(2021, 3, 14), "signer"),
        ("张", date(2021, 3, 16), "signed_on"),
    ):
        with pytest.raises(Invalid) as refused, city.acting("labour.liaison") as c:
            sign_off(c, report_id=one.id, version=2, paper=PaperSignOff(signer, day))
        assert [p.where for p in refused.value.problems] == [where]
    with pytest.raises(Invalid), city.acting("labour.liaison") as c:
        sign_off(c, report_id=one.id, version=2, paper=PaperSignOff("张", date(2021, 3, 14), 99))
    with city.acting("labour.liaison") as c:
        sign_off(c, report_id=one.id, version=2, paper=PaperSignOff("张三", date(2021, 3, 14)))
    with city.database.read() as session:
        signed = session.scalars(select(SignOff)).one()
        assert (signed.paper_signer, signed.paper_date) == ("张三", date(2021, 3, 14))
        payloads = session.scalars(select(Event.payload)).all()
    assert not any("张三" in payload for payload in payloads)


def test_what_the_deputy_head_sends_back_keeps_its_words_and_is_told(city: City) -> None:
    one = report(city, "train", "labour")
    send(city, one.id, content(city))
    with pytest.raises(Invalid), city.acting("labour.deputy") as c:
        send_back(c, report_id=one.id, version=2, reason="  ")
    with city.acting("labour.deputy") as c:
        send_back(c, report_id=one.id, version=2, reason="数字请核对")
    assert state(city, one.id) == "returned"
    with city.database.read() as session:
        assert session.scalars(select(Outbox.kind).order_by(Outbox.id)).all() == [
            "receipt",
            "sent_back",
        ]
        assert session.get_one(Draft, one.id).content
    with city.acting("labour.liaison") as c:
        assert submit(c, report_id=one.id, version=1, key="k2").no == 2
