"""What the pages of reporting are told: desk, form, sign-off, review, ledger, leader's brief."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from built_once import built_once
from db import record
from db.engine import Database
from db.models import Report, Request, Round
from db.queries.progress.ledger import ledger
from db.queries.progress.overview import task_lights
from db.queries.reports.form import ReportForm, report_form
from db.queries.reports.my_tasks import MyTasks, my_tasks
from db.queries.reports.review import review_one, review_queue
from db.queries.reports.sign_off import to_sign_off
from db.queries.requests.requests import waiting_requests
from db.queries.tasks.board import own_words
from db.queries.tasks.story import task_story
from little_city import CLOCK, LETTERHEAD, City, found, noon
from workflow.rules.progress.lights import Light
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.reporting.content import check_before_submitting
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.accept_all import accept_all
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.ask_supports import ask_supports
from workflow.verbs.rounds.open_rounds import open_rounds

ZONE = LETTERHEAD.zone
TEXT = "组织培训三期，新增高技能人才。"


@pytest.fixture
@built_once
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    with made.acting("labour.liaison") as c:
        ask_supports(c, task_id=made.tasks["train"], unit_ids=[made.units["science"]])
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


def file(city: City, task: str, unit: str, period: str = "2021Q1", **more: str) -> Report:
    one = report(city, task, unit, period)
    said = {"status": "on_track", "text": TEXT, **more}
    said.setdefault(f"value:{city.measures['trained']}", "25")
    with city.acting(f"{unit}.liaison") as c:
        submit(c, report_id=one.id, version=0, key=f"{task}{unit}{period}", content=said)
    return report(city, task, unit, period)


def sign(city: City, task: str, unit: str, period: str = "2021Q1") -> Report:
    one = report(city, task, unit, period)
    with city.acting(f"{unit}.deputy") as c:
        sign_off(c, report_id=one.id, version=one.version)
    return report(city, task, unit, period)


def take(city: City, one: Report) -> None:
    with city.acting("second") as c:
        accept(c, report_id=one.id, version=one.version)


def desk(city: City, who: str) -> MyTasks:
    with city.reading(who) as c:
        return my_tasks(c.session, c.actor, c.today, c.now)


def form(city: City, who: str, one: Report) -> ReportForm:
    with city.reading(who) as c:
        return report_form(c.session, c.actor, one.id, c.today, c.now)


def test_a_desk_shows_returned_ones_first_with_the_words_and_what_waits_for_others(
    city: City,
) -> None:
    file(city, "train", "labour")
    one = sign(city, "train", "labour")
    with city.acting("reviewer") as c:
        return_report(c, report_id=one.id, version=one.version, reason="请补充佐证")
    file(city, "policy", "labour")
    file(city, "train", "science")
    mine = desk(city, "labour.liaison")
    (back,) = mine.returned
    assert (back.reason, back.said_by, back.workdays) == ("请补充佐证", "reviewer", 8)
    assert [card.code for card in mine.waiting] == ["1.2"]
    assert [card.unit for card in mine.to_receive] == ["市科技局"]
    assert mine.to_do == mine.missed == ()
    theirs = desk(city, "science.liaison")
    assert [(card.code, card.workdays) for card in theirs.to_do] == [("1.4", 8)]
    assert desk(city, "reviewer").to_do == ()


def test_nothing_due_names_the_next_date_and_a_closed_round_is_missed(city: City) -> None:
    city.now = noon(5, 6)
    mine = desk(city, "north.liaison")
    assert mine.to_do == ()
    assert [card.code for card in mine.missed] == ["1.3"]
    assert (mine.next_opens, mine.next_due) == (date(2021, 6, 10), date(2021, 6, 25))


def test_a_form_is_prefilled_with_what_was_last_accepted(city: City) -> None:
    measure = city.measures["trained"]
    file(city, "train", "labour", **{f"value:{measure}": "２５"})
    take(city, sign(city, "train", "labour"))
    with city.acting(CLOCK, noon(6, 10)) as c:
        open_rounds(c)
    city.now = noon(6, 11)
    shown = form(city, "labour.liaison", report(city, "train", "labour", "2021Q2"))
    assert shown.content == {
        "status": "on_track",
        "text": TEXT,
        f"value:{measure}": "２５",
        f"firmness:{measure}": "preliminary",
    }
    trained, share = shown.measures
    assert (trained.asked, share.asked) == (True, False)
    assert (trained.target, trained.last, trained.last_written) == (100, 25, "２５")
    assert trained.expected is not None
    assert Decimal(45) < trained.expected < Decimal(50)
    assert shown.draft.version == 0
    assert [(s.name, s.asked) for s in shown.supporters] == [("市科技局", True)]


def test_a_form_shows_the_draft_and_what_the_supports_reported(city: City) -> None:
    one = report(city, "train", "labour")
    assert [s.submission for s in form(city, "labour.liaison", one).supports] == [None]
    file(city, "train", "science")
    with city.acting("labour.liaison") as c:
        save_draft(c, report_id=one.id, content={"text": "写到一半"}, version=0)
    shown = form(city, "labour.liaison", one)
    assert shown.content == {"text": "写到一半"}
    assert (shown.draft.version, shown.draft.person) == (1, "labour.liaison")
    (support,) = shown.supports
    assert support.submission is not None
    assert support.submission.text == TEXT
    with pytest.raises(NotFound):
        form(city, "north.liaison", one)
    assert form(city, "leader", one).content == {}


def test_what_is_not_signed_off_is_the_units_alone(city: City) -> None:
    one = file(city, "train", "labour")
    for who, versions in (("labour.deputy", 1), ("reviewer", 0)):
        assert len(form(city, who, one).versions) == versions
    with city.reading("reviewer") as c:
        assert review_one(c.session, c.actor, one.id, c.now, ZONE) is None
    sign(city, "train", "labour")
    assert len(form(city, "reviewer", one).versions) == 1


def test_what_the_deputy_head_sent_back_stays_in_the_unit(city: City) -> None:
    one = file(city, "train", "labour")
    with city.acting("labour.deputy") as c:
        send_back(c, report_id=one.id, version=one.version, reason="数字不实")

    def read_by(who: str) -> tuple[int, int, int]:
        with city.reading(who) as c:
            story = task_story(c.session, c.actor, city.tasks["train"], c.now)
        shown = form(city, who, one)
        (told,) = [row for row in story.reports if row.report_id == one.id]
        return len(told.submissions), len(shown.versions), len(shown.said)

    assert read_by("labour.liaison") == (1, 1, 1)
    for who in ("reviewer", "leader", "admin"):
        assert read_by(who) == (0, 0, 0)


def test_a_look_before_sending_names_problems_and_personal_numbers(city: City) -> None:
    one = report(city, "train", "labour")
    said = {"status": "on_track", "text": "联系人张三，电话13905701234，已完成。"}
    with city.reading("labour.liaison") as c:
        asked = report_form(c.session, c.actor, one.id, c.today, c.now).asked
        check = check_before_submitting(said, asked, c.today)
    assert [p.where for p in check.problems] == [f"value:{city.measures['trained']}"]
    assert [(w.where, w.fields["text"]) for w in check.warnings] == [("text", "13905701234")]


def test_personal_numbers_are_masked_for_those_who_need_not_see_them(city: City) -> None:
    one = file(city, "train", "labour", text="联系人张三，电话13905701234，已完成。")
    sign(city, "train", "labour")
    for who, clear in (("reviewer", True), ("labour.deputy", True), ("leader", False)):
        with city.reading(who) as c:
            sheet = review_one(c.session, c.actor, one.id, c.now, ZONE)
        assert sheet is not None
        assert ("13905701234" in sheet.new.text) is clear


def test_a_deputy_head_sees_what_is_new_beside_what_was_accepted(city: City) -> None:
    file(city, "train", "labour")
    take(city, sign(city, "train", "labour"))
    with city.acting(CLOCK, noon(6, 10)) as c:
        open_rounds(c)
    city.now = noon(6, 11)
    file(city, "train", "labour", "2021Q2", text="第二季度组织培训五期，已完成。")
    file(city, "train", "science", "2021Q2")
    with city.reading("labour.deputy") as c:
        (waiting,) = to_sign_off(c.session, c.actor, c.today, c.now)
    assert waiting.last is not None
    assert (waiting.last.text, waiting.new.period) == (TEXT, "2021Q2")
    with city.reading("labour.liaison") as c:
        assert to_sign_off(c.session, c.actor, c.today, c.now) == ()


def test_a_queue_flags_what_wants_a_look_and_the_rest_is_accepted_at_once(city: City) -> None:
    first = file(city, "own", "office")
    file(city, "train", "labour", **{f"value:{city.measures['trained']}": "2"})
    nil = file(city, "policy", "labour", nil="1", nil_reason="尚在起草")
    for task, unit in (("own", "office"), ("train", "labour"), ("policy", "labour")):
        sign(city, task, unit)
    with city.reading("reviewer") as c:
        queue = review_queue(c.session, c.actor, [city.plan], c.now, ZONE)
    codes = {entry.code: {flag.code for flag in entry.flags} for entry in queue}
    assert codes == {"1.1": {"no_evidence", "off_path"}, "1.2": set(), "1.5": {"no_evidence"}}
    assert [entry.code for entry in queue][-1] == "1.2"
    assert {entry.code: entry.mine for entry in queue} == {"1.1": True, "1.2": True, "1.5": False}
    now = {entry.paper.id: entry.paper.version for entry in queue}
    with pytest.raises(Invalid), city.acting("reviewer") as c:
        accept_all(c, reports=now)
    with city.acting("reviewer") as c:
        assert accept_all(c, reports={nil.id: now[nil.id]}) == 1
    assert first.id in now


def test_a_review_sets_the_number_against_the_last_one_and_its_path(city: City) -> None:
    file(city, "train", "labour")
    take(city, sign(city, "train", "labour"))
    with city.acting(CLOCK, noon(6, 10)) as c:
        open_rounds(c)
    city.now = noon(6, 11)
    measure = city.measures["trained"]
    one = file(city, "train", "labour", "2021Q2", **{f"value:{measure}": "20"})
    sign(city, "train", "labour", "2021Q2")
    with city.reading("reviewer") as c:
        sheet = review_one(c.session, c.actor, one.id, c.now, ZONE)
        assert review_one(c.session, c.actor, report(city, "own", "office").id, c.now, ZONE) is None
    assert sheet is not None
    (line,) = sheet.numbers
    assert (line.number.actual, line.last) == (20, 25)
    assert {flag.code for flag in sheet.entry.flags} >= {"fell", "same_text"}
    assert sheet.last is not None
    assert [word.outcome for word in sheet.said] == ["signed_off"]


def test_a_ledger_has_lights_of_the_unit_and_words_for_its_paper(city: City) -> None:
    file(city, "train", "labour", status="behind", problem="经费不足")
    sign(city, "train", "labour")
    city.now = noon(4, 1)
    with city.reading("labour.liaison") as c:
        mine = ledger(c.session, c.actor, city.units["labour"], city.plan, c.now, ZONE)
    assert [line.task.code for line in mine.answers] == ["1.1", "1.2"]
    train, policy = mine.answers
    assert train.judgement.light == Light.YELLOW
    assert [p.word.word for p in train.papers] == [PunctualityWord.ON_TIME]
    assert [(p.word.word, p.word.workdays) for p in policy.papers] == [(PunctualityWord.MISSING, 5)]
    with city.reading("science.liaison") as c:
        theirs = ledger(c.session, c.actor, city.units["science"], city.plan, c.now, ZONE)
        assert [line.task.code for line in theirs.supports] == ["1.1"]
        with pytest.raises(NotFound):
            ledger(c.session, c.actor, city.units["labour"], city.plan, c.now, ZONE)


def test_a_leader_reads_reds_in_the_units_words_what_changed_and_what_awaits_a_decision(
    city: City,
) -> None:
    before, city.now = city.now, noon(3, 16)
    file(city, "towns", "north", status="stuck", problem="用地未落实，联系13905701234")
    sign(city, "towns", "north")
    city.now = noon(3, 20)
    with city.database.write() as session:
        request = Request(
            plan_id=city.plan, task_id=city.tasks["policy"], unit_id=city.units["labour"],
            kind="extension", reason="上级文件未出台", at=city.now,
        )  # fmt: skip
        session.add(request)
        session.flush()
        record.begin_state(session, "request", [request.id], city.now)
    with city.reading("leader") as c:
        was = task_lights(c.session, c.actor, [city.plan], before, ZONE)
        now = task_lights(c.session, c.actor, [city.plan], c.now, ZONE)
        (words,) = own_words(c.session, c.actor, [city.tasks["towns"]], c.now).values()
        waiting = waiting_requests(c.session, c.actor, c.now, [city.plan])
    assert {key for key, light in now.items() if was.get(key) != light} == {city.tasks["towns"]}
    assert now[city.tasks["towns"]] == Light.RED
    assert [(w.unit, w.status) for w in words] == [("北城区", "stuck")]
    assert "用地未落实" in words[0].problem
    assert "13905701234" not in words[0].problem
    assert [(one.kind, one.unit) for one in waiting] == [("extension", "市人力社保局")]
