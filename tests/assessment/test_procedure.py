"""The year-end procedure goes its steps in order, each by who may, and is frozen at its end."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from assessed_year import CLOCK, NEW_YEAR, a_year, file, measure
from built_once import built_once
from db.engine import Database
from db.models import Assessment, Event, Outbox, Person, Plan, Role, SchemeVersion
from db.queries.assessment.assessment import objections, sheet
from db.queries.assessment.procedure import procedure_of, situation_of
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.procedure import Situation, obstacles, reminder_of
from workflow.rules.refusals import Conflict, Invalid, NotAllowed, Refused, WrongState
from workflow.rules.states import Step
from workflow.rules.time.calendar import Calendar
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.approve_scheme import approve_scheme
from workflow.verbs.assessment.assess import assess, assess_all
from workflow.verbs.assessment.give_fact import FactHead, give_fact
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.speak_for_unit import confirm_score, self_assess
from workflow.verbs.assessment.step_letters import remind_of_steps
from workflow.verbs.assessment.take_step import begin_procedure, take_step
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World

PAPER = "衢委人才〔2022〕1号"


@pytest.fixture
@built_once
def city(database: Database) -> World:
    made = a_year(database)
    made.now = datetime(2021, 12, 8, 1, tzinfo=UTC)
    file(made, "2.2", LONGYOU, {f"value:{measure(made, '2.2')}": "800"})
    made.now = NEW_YEAR
    return made


def begin(city: World) -> int:
    return city.do(city.reviewer, begin_procedure, plan_id=city.plan_id, year=2021)


def step(city: World, who: int, procedure: int, action: str, document: str = "") -> Step:
    return city.do(who, take_step, procedure_id=procedure, action=action, document=document)


def first_line(city: World, unit: str) -> int:
    with city.reading(CLOCK) as c:
        newest = c.session.scalars(select(Assessment.id).order_by(Assessment.no.desc())).first()
        return sheet(c.session, c.actor, newest, city.units[unit]).lines[0].id


def shown(city: World) -> int:
    """The draft is before the units."""
    procedure = begin(city)
    step(city, city.reviewer, procedure, "end_self_assessment")
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    step(city, city.reviewer, procedure, "show_draft")
    return procedure


def later(city: World, days: int) -> None:
    city.now += timedelta(days=days)


def approved_scheme(city: World) -> None:
    with city.database.read() as session:
        version = session.scalars(select(SchemeVersion.id)).one()
    city.do(city.administrator, approve_scheme, version_id=version, document=PAPER)


def classed(city: World, unit: str) -> None:
    city.do(
        city.reviewer, give_fact, plan_id=city.plan_id, year=2021,
        head=FactHead(GivenKind.WORD, "类别", PAPER), values={city.units[unit]: "一类"},
    )  # fmt: skip


def final(city: World) -> int:
    procedure = shown(city)
    approved_scheme(city)
    later(city, 10)
    step(city, city.reviewer, procedure, "end_feedback")
    step(city, city.reviewer, procedure, "put_forward")
    step(city, coordinator(city), procedure, "put_up")
    step(city, city.person("", "leader"), procedure, "approve_result", PAPER)
    later(city, 10)
    step(city, city.reviewer, procedure, "finalise")
    return procedure


def coordinator(city: World) -> int:
    """Somebody of the coordinating body."""
    with city.database.write() as session:
        place = session.get_one(Plan, city.plan_id).place_id
        made = Person(name="协调小组成员", email="coordinator@luoshi.test", unit_id=None)
        session.add(made)
        session.flush()
        session.add(
            Role(person_id=made.id, name="coordinator", unit_id=None, place_id=place,
                 valid_from=date(2021, 1, 1))
        )  # fmt: skip
        return made.id


def test_it_goes_from_the_self_assessment_to_the_end_and_is_frozen(city: World) -> None:
    procedure = final(city)
    with city.reading(CLOCK) as c:
        found = procedure_of(c.session, c.actor, city.plan_id, 2021)
        event = c.session.scalars(select(Event).where(Event.action == "finalise")).one()
    assert [one.step for one in found.steps] == list(Step)
    assert found.now.version == 1
    assert {"scheme", "facts", "result", "assessment"} <= set(json.loads(event.payload))
    with pytest.raises(Refused):
        city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    assert city.do(CLOCK, assess_all, at=city.now) == ()
    # A correction is a new version after the same steps.
    assert step(city, city.administrator, procedure, "correct", PAPER) is Step.FEEDBACK
    classed(city, KECHENG)
    assert city.do(CLOCK, assess, plan_id=city.plan_id, year=2021).no == 2


def test_only_who_may_takes_a_step_and_not_who_took_the_one_before(city: World) -> None:
    procedure = shown(city)
    approved_scheme(city)
    later(city, 10)
    with pytest.raises(NotAllowed):
        step(city, city.person(KECHENG, "liaison"), procedure, "end_feedback")
    step(city, city.reviewer, procedure, "end_feedback")
    with pytest.raises(WrongState):
        step(city, city.reviewer, procedure, "finalise")
    step(city, city.reviewer, procedure, "put_forward")
    with pytest.raises(NotAllowed):
        step(city, city.reviewer, procedure, "put_up")
    with pytest.raises(NotAllowed):  # the office does not look through its own result
        step(city, city.administrator, procedure, "put_up")
    leader = city.person("", "leader")
    step(city, leader, procedure, "put_up")
    with pytest.raises(NotAllowed):
        step(city, leader, procedure, "approve_result", PAPER)
    with pytest.raises(Invalid):
        step(city, city.administrator, procedure, "approve_result")


def test_a_draft_is_not_shown_while_the_year_runs_or_a_report_waits(city: World) -> None:
    city.now = datetime(2021, 12, 20, 1, tzinfo=UTC)
    procedure = begin(city)
    step(city, city.reviewer, procedure, "end_self_assessment")
    with pytest.raises(Invalid) as refused:
        step(city, city.reviewer, procedure, "show_draft")
    assert ["尚未核算" in str(one) for one in refused.value.problems] == [True]
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    with pytest.raises(Invalid) as refused:
        step(city, city.reviewer, procedure, "show_draft")
    assert "试算" in str(refused.value.problems[0])


def test_feedback_lasts_its_time_unless_everybody_has_spoken(city: World) -> None:
    procedure = shown(city)
    with pytest.raises(Invalid):
        step(city, city.reviewer, procedure, "end_feedback")
    for unit in (KECHENG, LONGYOU, SCIENCE, LABOUR, OFFICE):
        city.do(
            city.person(unit, "liaison"), confirm_score, procedure_id=procedure,
            line_id=first_line(city, unit),
        )  # fmt: skip
    assert step(city, city.reviewer, procedure, "end_feedback") is Step.ANSWERING


def test_a_unit_judges_its_own_year_and_nobody_does_it_for_it(city: World) -> None:
    procedure = begin(city)
    mine = {"procedure_id": procedure, "unit_id": city.units[KECHENG]}
    city.do(city.person(KECHENG, "liaison"), self_assess, **mine, text="完成年度目标，自评优秀。")
    later(city, 1)
    city.do(
        city.person(KECHENG, "deputy_head"), self_assess, **mine, text="完成年度目标，自评良好。"
    )
    with pytest.raises(NotAllowed):
        city.do(city.reviewer, self_assess, **mine, text="优秀。")
    with city.reading(city.reviewer) as c:
        found = procedure_of(c.session, c.actor, city.plan_id, 2021)
    assert found.said == {city.units[KECHENG]}
    step(city, city.reviewer, procedure, "end_self_assessment")
    with pytest.raises(WrongState):
        city.do(city.person(KECHENG, "liaison"), self_assess, **mine, text="补充。")


def test_an_objection_outlives_every_version_until_somebody_else_answers_it(city: World) -> None:
    procedure = shown(city)
    liaison = city.person(KECHENG, "liaison")
    said = city.do(
        liaison, object_to_score, line_id=first_line(city, KECHENG), text="漏计一项。",
        proof="衢柯人才〔2021〕9号",
    )  # fmt: skip
    classed(city, LONGYOU)
    second = city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    assert second.no == 2
    with city.reading(liaison) as c:
        (line, *_rest) = sheet(c.session, c.actor, second.assessment_id, city.units[KECHENG]).lines
        (one,) = objections(c.session, c.actor, second.assessment_id)
    assert [(one.no, one.proof) for one in line.objections] == [(1, "衢柯人才〔2021〕9号")]
    with pytest.raises(WrongState), city.acting(liaison) as c:
        object_to_score(c, line_id=line.id, text="再次说明。")
    later(city, 10)
    step(city, city.reviewer, procedure, "end_feedback")
    with pytest.raises(Invalid) as refused:
        step(city, city.reviewer, procedure, "put_forward")
    assert any("待答复" in str(one) for one in refused.value.problems)
    with pytest.raises(NotAllowed):  # the reviewer has accepted the unit's reports
        city.do(city.reviewer, answer_objection, objection_id=said, upheld=True, reply="属实。")
    city.do(city.administrator, answer_objection, objection_id=said, upheld=False, reply="已计。")
    approved_scheme(city)
    assert step(city, city.reviewer, procedure, "put_forward") is Step.REVIEW
    assert one.upheld is None


def test_objections_have_their_time(city: World) -> None:
    procedure = shown(city)
    later(city, 20)
    with pytest.raises(WrongState):
        city.do(city.person(KECHENG, "liaison"), object_to_score,
                line_id=first_line(city, KECHENG), text="晚了。")  # fmt: skip
    step(city, city.reviewer, procedure, "end_feedback")
    with pytest.raises(WrongState):
        city.do(city.person(KECHENG, "liaison"), object_to_score,
                line_id=first_line(city, KECHENG), text="晚了。")  # fmt: skip


def test_those_whose_turn_it_is_are_told_and_reminded_once(city: World) -> None:
    def letters(kind: str = "procedure") -> list[int]:
        with city.database.read() as session:
            return list(session.scalars(select(Outbox.person_id).where(Outbox.kind == kind)))

    procedure = begin(city)
    told = letters()
    assert city.person(KECHENG, "liaison") in told
    mine = {"procedure_id": procedure, "unit_id": city.units[KECHENG]}
    city.do(city.person(KECHENG, "liaison"), self_assess, **mine, text="自评良好。")
    later(city, 1)
    assert city.do(CLOCK, remind_of_steps) == 0
    later(city, 30)
    assert city.do(CLOCK, remind_of_steps) == 1
    assert city.do(CLOCK, remind_of_steps) == 0
    again = letters()[len(told) :]
    assert city.person(LONGYOU, "liaison") in again
    assert city.person(KECHENG, "liaison") not in again


def test_it_begins_once_and_not_for_a_year_to_come(city: World) -> None:
    begin(city)
    with pytest.raises(Conflict):
        begin(city)
    with pytest.raises(Refused):
        city.do(city.reviewer, begin_procedure, plan_id=city.plan_id, year=2023)


def test_open_questions_stop_what_is_final() -> None:
    clear = Situation(date(2022, 1, 20), date(2022, 1, 10), worked_out=True)
    assert list(obstacles("put_forward", clear)) == []
    for what in ({"questions": 1}, {"doubts": 2}, {"awaiting": 1}, {"objections": 1},
                 {"upheld_since": 1}, {"approved_scheme": False}, {"trial": True}):  # fmt: skip
        blocked = Situation(date(2022, 1, 20), date(2022, 1, 10), worked_out=True, **what)
        for action in ("put_forward", "put_up", "approve_result", "finalise"):
            assert list(obstacles(action, blocked)), (action, what)
    assert list(obstacles("put_up", Situation(date(2022, 1, 20), None, True, same_version=False)))


def test_a_step_is_reminded_of_before_and_after_its_last_day() -> None:
    calendar = Calendar({})
    friday = date(2022, 1, 14)
    days = [date(2022, 1, 12), date(2022, 1, 13), friday, date(2022, 1, 15)]
    assert [reminder_of(day, friday, calendar) for day in days] == ["", "before", "before", "over"]


def test_the_situation_of_a_year_says_what_is_open(city: World) -> None:
    shown(city)
    with city.reading(CLOCK) as c:
        found = situation_of(c.session, city.plan_id, 2021, None, c.today)
    assert (found.worked_out, found.trial, found.questions, found.objections) == (
        True, False, 0, 0,
    )  # fmt: skip
