"""Verdicts of reviewers and leads, their undoing, waivers and extensions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import Clock, Event, Outbox, Report, ReportState, Round, Verdict
from little_city import CLOCK, City, found_with, noon
from workflow.rules import states
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, NotFound, Refused, WrongState
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.ask_again import ask_again
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.receive import receive
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.reports.undo import undo
from workflow.verbs.reports.waive import waive
from workflow.verbs.reports.withdraw import withdraw
from workflow.verbs.rounds.open_rounds import open_rounds

WORDS = {"status": "on_track", "text": "组织培训三期，新增高技能人才。"}


@pytest.fixture
def city(database: Database) -> City:
    return running(database)


@built_once
def running(database: Database) -> City:
    made = found_with(database, PlanPolicy(supports_report=True))
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 15)
    return made


def report(city: City, task: str, unit: str) -> Report:
    with city.database.read() as session:
        return session.scalars(
            select(Report).where(
                Report.task_id == city.tasks[task], Report.unit_id == city.units[unit]
            )
        ).one()


def state(city: City, report_id: int) -> str:
    with city.database.read() as session:
        return session.scalars(
            select(ReportState.state).where(ReportState.report_id == report_id, ReportState.open())
        ).one()


def filed(city: City, task: str, unit: str, *, signed: bool = True) -> Report:
    one = report(city, task, unit)
    said = {**WORDS, f"value:{city.measures['trained']}": "25"}
    with city.acting(f"{unit}.liaison") as c:
        submit(c, report_id=one.id, version=0, key=f"{task}{unit}", content=said)
    if signed:
        with city.acting(f"{unit}.deputy") as c:
            sign_off(c, report_id=one.id, version=one.version + 1)
    return report(city, task, unit)


def test_nobody_reviews_their_own_units_report(city: City) -> None:
    one = filed(city, "own", "office")
    for verb, more in ((accept, {}), (return_report, {"reason": "重写"})):
        with pytest.raises(NotAllowed), city.acting("reviewer") as c:
            verb(c, report_id=one.id, version=one.version, **more)
    with city.acting("second") as c:
        accept(c, report_id=one.id, version=one.version)
    assert state(city, one.id) == "accepted"


@pytest.mark.parametrize(
    ("day", "answer"), [(15, date(2021, 3, 25)), (24, date(2021, 3, 29)), (30, date(2021, 4, 2))]
)
def test_a_return_has_a_reason_a_date_and_mails_for_liaison_and_deputy(
    city: City, day: int, answer: date
) -> None:
    """Three workdays, but never before the report's own date: one date in mail, page and digest."""
    one = filed(city, "train", "labour")
    city.now = noon(3, day)
    with pytest.raises(Invalid), city.acting("reviewer") as c:
        return_report(c, report_id=one.id, version=one.version, reason="")
    with city.acting("reviewer") as c:
        return_report(c, report_id=one.id, version=one.version, reason="请补充佐证")
    now = report(city, "train", "labour")
    assert now.answer_due_on == answer
    with city.database.read() as session:
        told = session.scalars(select(Outbox.person_id).where(Outbox.kind == "returned")).all()
        assert set(told) == {city.people["labour.liaison"], city.people["labour.deputy"]}
        verdict = session.scalars(select(Verdict)).one()
        assert (verdict.reason, verdict.answer_due_on) == ("请补充佐证", answer)
        assert not any("佐证" in e for e in session.scalars(select(Event.payload)))


def test_an_answer_to_a_return_says_what_was_changed_and_may_come_after_the_close(
    city: City,
) -> None:
    one = filed(city, "train", "labour")
    with city.acting("reviewer") as c:
        return_report(c, report_id=one.id, version=one.version, reason="请补充")
    city.now = noon(5, 20)
    with pytest.raises(Invalid) as refused, city.acting("labour.liaison") as c:
        submit(c, report_id=one.id, version=1, key="again")
    assert [p.where for p in refused.value.problems] == ["change_note"]
    said = {**WORDS, f"value:{city.measures['trained']}": "26", "change_note": "更正数字"}
    with city.acting("labour.liaison") as c:
        assert submit(c, report_id=one.id, version=1, key="again", content=said).no == 2
    assert report(city, "train", "labour").answer_due_on is None


def test_the_second_reviewer_is_told(city: City) -> None:
    one = filed(city, "train", "labour")
    with city.acting("reviewer") as c:
        accept(c, report_id=one.id, version=one.version)
    with pytest.raises(Conflict), city.acting("second") as c:
        return_report(c, report_id=one.id, version=one.version, reason="不行")


@pytest.mark.parametrize("outcome", ["accept", "return"])
def test_the_last_verdict_is_undone_by_any_reviewer(city: City, outcome: str) -> None:
    one = filed(city, "train", "labour")
    with city.acting("reviewer") as c:
        if outcome == "accept":
            accept(c, report_id=one.id, version=one.version)
        else:
            return_report(c, report_id=one.id, version=one.version, reason="误退")
    city.now = noon(3, 16)
    with city.acting("second") as c:
        undo(c, report_id=one.id, version=one.version + 1)
    now = report(city, "train", "labour")
    assert state(city, one.id) == "signed_off"
    assert (now.answer_due_on, now.review_clock_id) == (None, one.review_clock_id)
    with pytest.raises(WrongState), city.acting("second") as c:
        undo(c, report_id=one.id, version=now.version)


def test_a_return_that_the_unit_has_begun_to_answer_is_not_undone(city: City) -> None:
    one = filed(city, "train", "labour")
    with city.acting("reviewer") as c:
        return_report(c, report_id=one.id, version=one.version, reason="请补充")
    with city.acting("labour.liaison", noon(3, 16)) as c:
        save_draft(c, report_id=one.id, content=WORDS, version=1)
    with pytest.raises(WrongState), city.acting("reviewer", noon(3, 17)) as c:
        undo(c, report_id=one.id, version=one.version + 1)


def test_a_supports_report_goes_to_the_lead_alone(city: City) -> None:
    one = filed(city, "train", "science", signed=False)
    with pytest.raises(WrongState), city.acting("science.deputy") as c:
        sign_off(c, report_id=one.id, version=one.version)
    with pytest.raises(NotAllowed), city.acting("science.liaison") as c:
        receive(c, report_id=one.id, version=one.version)
    with city.acting("labour.liaison") as c:
        ask_again(c, report_id=one.id, version=one.version, reason="请分项")
    assert state(city, one.id) == "returned"
    with city.database.read() as session:
        kinds = session.execute(
            select(Outbox.kind).where(Outbox.person_id == city.people["science.liaison"])
        )
        assert [kind for (kind,) in kinds] == ["receipt", "sent_back"]
    said = {**WORDS, "change_note": "已分项"}
    with city.acting("science.liaison") as c:
        submit(c, report_id=one.id, version=1, key="s2", content=said)
    with city.acting("labour.deputy") as c:
        receive(c, report_id=one.id, version=one.version + 2)
    assert state(city, one.id) == "accepted"


def test_a_leads_own_report_is_not_received(city: City) -> None:
    one = filed(city, "train", "labour", signed=False)
    with pytest.raises(WrongState), city.acting("labour.liaison") as c:
        receive(c, report_id=one.id, version=one.version)


def test_a_waived_report_keeps_its_reason_and_is_asked_no_more(city: City) -> None:
    one = report(city, "train", "labour")
    with pytest.raises(NotAllowed), city.acting("labour.liaison") as c:
        waive(c, report_id=one.id, version=1, reason="忙")
    with city.acting("reviewer") as c:
        waive(c, report_id=one.id, version=1, reason="任务调整")
    assert state(city, one.id) == "waived"
    with pytest.raises(WrongState), city.acting("labour.liaison") as c:
        save_draft(c, report_id=one.id, content=WORDS, version=0)


def test_an_extension_gives_one_report_its_own_clock_and_keeps_the_first(city: City) -> None:
    one = report(city, "train", "labour")
    city.now = noon(4, 20)
    for day in (date(2021, 3, 25), date(2021, 4, 19)):
        with pytest.raises(Invalid), city.acting("reviewer") as c:
            extend_report(c, report_id=one.id, version=1, due_on=day, reason="受疫情影响")
    with city.acting("reviewer") as c:
        extend_report(c, report_id=one.id, version=1, due_on=date(2021, 4, 30), reason="受疫情影响")
    now = report(city, "train", "labour")
    assert now.first_clock_id == one.clock_id != now.clock_id
    with city.database.read() as session:
        assert session.get_one(Clock, now.clock_id).due_on == date(2021, 4, 30)
        assert session.get_one(Round, one.round_id).closes_on < date(2021, 4, 20)
        told = session.scalars(select(Outbox.person_id).where(Outbox.kind == "decision")).all()
        assert told == [city.people["labour.liaison"]]
    filed(city, "train", "labour")


def test_strangers_see_no_report_to_act_on(city: City) -> None:
    one = filed(city, "train", "labour")
    with pytest.raises(NotFound), city.acting("north.deputy") as c:
        send_back(c, report_id=one.id, version=one.version, reason="x")
    with pytest.raises(NotAllowed), city.acting("leader") as c:
        accept(c, report_id=one.id, version=one.version)


STEPS = {
    "submit": ("labour.liaison", "submit"),
    "withdraw": ("labour.liaison", "withdraw"),
    "sign_off": ("labour.deputy", "sign_off"),
    "send_back": ("labour.deputy", "send_back"),
    "accept": ("reviewer", "accept"),
    "return": ("reviewer", "return"),
    "undo": ("second", None),
}
UNDONE = {"accepted": "undo_accept", "returned": "undo_return"}


def act(city: City, one: Report, step: str, no: int) -> None:
    said = {**WORDS, f"value:{city.measures['trained']}": "25", "change_note": "改"}
    simple = {"withdraw": withdraw, "sign_off": sign_off, "accept": accept, "undo": undo}
    worded = {"send_back": send_back, "return": return_report}
    with city.acting(STEPS[step][0]) as c:
        version = c.session.get_one(Report, one.id).version
        if step == "submit":
            from db.models import Draft

            draft = c.session.get(Draft, one.id)
            seen = draft.version if draft else 0
            submit(c, report_id=one.id, version=seen, key=f"k{no}", content=said)
        elif step in simple:
            simple[step](c, report_id=one.id, version=version)
        else:
            worded[step](c, report_id=one.id, version=version, reason="理由")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=3, max_size=14))
def test_any_order_of_steps_follows_the_transition_table(
    sqlite_database: Database, steps: list[str]
) -> None:
    """Against one city, walked on from wherever the last example left it."""
    city = getattr(test_any_order_of_steps_follows_the_transition_table, "city", None)
    if city is None or city.database is not sqlite_database:
        city = running(sqlite_database)
        test_any_order_of_steps_follows_the_transition_table.city = city  # type: ignore[attr-defined]
        city.steps = 0  # type: ignore[attr-defined]
    one = report(city, "policy", "labour")
    for step in steps:
        city.steps += 1  # type: ignore[attr-defined]
        before = state(city, one.id)
        action = STEPS[step][1] or {"accepted": "undo_accept", "returned": "undo_return"}.get(
            before
        )
        allowed = action in states.possible("report", before)
        try:
            act(city, one, step, city.steps)  # type: ignore[attr-defined]
        except Refused:
            assert not allowed or step == "undo"
            assert state(city, one.id) == before
        else:
            assert allowed
            assert state(city, one.id) == states.after("report", action or "", before)
