"""审核: the queue, one report at a time, verdicts and their undoing, requests decided."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from built_once import built_once
from db import record
from db.engine import Database
from db.models import Request, RequestState, TaskVersion, Verdict
from pages.office import (
    acknowledge_all,
    file,
    judge,
    measure_of,
    noon,
    now_of,
    open_round,
    report_of,
    state_of,
)
from pages.on_stage import on_stage, opened
from pages.stage import html_of
from ui.shell.application import Application
from workflow.rules.requests import NewDate
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.reports.accept import accept
from workflow.verbs.requests.request import request
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city

FIRST = "一季度举办对接会三场，引进领军人才三十名。"
SECOND = "二季度举办对接会三场，引进领军人才累计五十名。"


@pytest.fixture
@built_once
def world(sqlite_database: Database) -> World:
    """1.1 was accepted in the first round; in the second 1.1 and 1.2 and the office's 2.1 wait."""
    made = little_city(sqlite_database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    file(made, report_of(made, "1.1", SCIENCE), FIRST)
    judge(made, report_of(made, "1.1", SCIENCE))
    open_round(made, noon(2021, 6, 10))
    fell = {measure_of(made, "1.1"): "20"}
    file(made, report_of(made, "1.1", SCIENCE, "2021Q2"), SECOND, values=fell)
    file(made, report_of(made, "1.2", LABOUR, "2021Q2"))
    file(made, report_of(made, "2.1", OFFICE, "2021Q2"))
    made.now = noon(2021, 6, 28)
    return made


@pytest.fixture
def application(world: World, tmp_path) -> Application:
    return on_stage(world, tmp_path)


def second(world: World, code: str = "1.1", unit: str = SCIENCE) -> int:
    return report_of(world, code, unit, "2021Q2").id


def reviewing(application: Application, world: World, **query: object):
    return opened(application, world, "review", OFFICE, "reviewer", **query)


def test_one_report_shows_what_changed_the_numbers_and_the_flags(application, world):
    html = html_of(reviewing(application, world, report=second(world)))
    assert "<del>一</del><ins>二</ins>" in html
    assert "领军人才" in html
    assert "未附佐证材料" in html
    assert "20人" in html
    assert "30人" in html  # as told before


@pytest.mark.parametrize(("unit", "role"), [
    (OFFICE, "administrator"), ("", "leader"), (SCIENCE, "liaison"), (SCIENCE, "deputy_head"),
])  # fmt: skip
def test_the_page_is_for_reviewers_alone(application, world, unit, role):
    html = html_of(opened(application, world, "review", unit, role, report=second(world)))
    assert SECOND not in html
    assert "审核人" in html


def test_accepting_goes_on_to_the_next_and_can_be_undone(application, world):
    key = second(world)
    at = reviewing(application, world, report=key)
    version = now_of(world, key).version
    at.button(key=f"accept_{key}_{version}").click().run()
    assert state_of(world, key) == "accepted"
    assert "出台人才安居办法" in html_of(at)
    assert "已审核通过" in html_of(at)
    at.button(key="undo").click().run()
    assert state_of(world, key) == "signed_off"


def test_a_usual_reason_is_one_tap_and_is_what_the_unit_reads(application, world):
    key = second(world)
    at = reviewing(application, world, report=key)
    at.text_area(key=f"reason_{key}").set_value("另请写明单位名称。").run()
    at.pills(key=f"usual_{key}").select("evidence").run()
    at.button(key=f"return_{key}_{now_of(world, key).version}").click().run()
    assert state_of(world, key) == "returned"
    with world.database.read() as session:
        verdict = session.scalars(select(Verdict).order_by(Verdict.id.desc())).first()
    assert verdict.reason == "请补充数据和成效的佐证材料。\n另请写明单位名称。"


def test_a_return_without_a_reason_is_refused_and_changes_nothing(application, world):
    key = second(world)
    at = reviewing(application, world, report=key)
    at.button(key=f"return_{key}_{now_of(world, key).version}").click().run()
    assert state_of(world, key) == "signed_off"
    assert "ls-box-warning" in html_of(at)


def test_the_second_reviewer_is_told_and_what_was_typed_stays(application, world):
    key = second(world)
    at = reviewing(application, world, report=key)
    version = now_of(world, key).version
    at.text_area(key=f"reason_{key}").set_value("请核对。").run()
    world.do(world.person(LABOUR, "reviewer"), accept, report_id=key, version=version)
    at.button(key=f"return_{key}_{version}").click().run()
    assert state_of(world, key) == "accepted"
    assert "ls-box-warning" in html_of(at)


def test_nobody_is_offered_a_verdict_on_their_own_unit(application, world):
    key = second(world, "2.1", OFFICE)
    at = reviewing(application, world, report=key)
    assert "本单位报送" in html_of(at)
    assert not [button for button in at.button if "accept" in str(button.key)]


def test_all_unflagged_are_accepted_together_and_undone_together(application, world, monkeypatch):
    # Nothing in this world brings evidence, the one flag of a plain report.
    monkeypatch.setattr("db.queries.reports.review.flags", lambda *_a, **_k: ())
    at = reviewing(application, world, view="plain")
    at.button(key="accept_plain").click().run()
    both = [second(world), second(world, "1.2", LABOUR)]
    assert [state_of(world, key) for key in both] == ["accepted", "accepted"]
    assert state_of(world, second(world, "2.1", OFFICE)) == "signed_off"
    at.button(key="undo").click().run()
    assert [state_of(world, key) for key in both] == ["signed_off", "signed_off"]


def ask_extension(world: World) -> int:
    return world.do(
        world.person(LABOUR, "liaison"), request, kind="extension", reason="等待省里批复",
        assignment_id=world.assignment("1.2", LABOUR), wish=NewDate(date(2021, 9, 30)),
    ).request_id  # fmt: skip


def stands(world: World, request_id: int) -> tuple[str, str]:
    with world.database.read() as session:
        return (
            session.execute(
                select(RequestState.state, RequestState.reply).where(
                    RequestState.request_id == request_id, RequestState.open()
                )
            )
            .one()
            ._tuple()
        )


def test_an_extension_is_granted_with_its_document(application, world):
    key = ask_extension(world)
    at = reviewing(application, world, view="requests")
    assert "等待省里批复" in html_of(at)
    assert "2021年9月30日" in html_of(at)
    at.text_input(key=f"decide_{key}_document").set_value("衢委人才〔2021〕9号").run()
    at.button(key=f"decide_{key}_True").click().run()
    assert stands(world, key)[0] == "approved"
    with world.database.read() as session:
        due = select(TaskVersion.due).where(
            TaskVersion.task_id == world.tasks["1.2"], TaskVersion.open()
        )
        assert session.scalar(due) == date(2021, 9, 30)


def test_a_refusal_needs_its_reply(application, world):
    key = ask_extension(world)
    at = reviewing(application, world, view="requests", request=key)
    at.button(key=f"decide_{key}_False").click().run()
    assert stands(world, key)[0] == "pending"
    at.text_area(key=f"decide_{key}_reply").set_value("年内须完成。").run()
    at.button(key=f"decide_{key}_False").click().run()
    assert stands(world, key) == ("refused", "年内须完成。")


def test_an_objection_is_granted_to_the_unit_that_takes_over(application, world):
    asked = world.do(
        world.person(SCIENCE, "liaison"), dispute, reason="职能已划转",
        assignment_id=world.assignment("1.1", SCIENCE),
    )  # fmt: skip
    key = asked.request_id
    at = reviewing(application, world, view="requests")
    at.selectbox(key=f"decide_{key}_unit").select(world.units[OFFICE]).run()
    at.button(key=f"decide_{key}_True").click().run()
    assert stands(world, key)[0] == "approved"
    assert world.assignment("1.1", OFFICE)
    with world.database.read() as session:
        assert session.get(Request, key)
        assert record.state_of(session, "task", world.tasks["1.1"]) == "under_way"


def test_a_rerun_is_few_messages(application, world):
    at = reviewing(application, world, report=second(world))
    assert len(list(at.main)) + len(list(at.sidebar)) <= 25
