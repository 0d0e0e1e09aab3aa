"""A search finds what its reader may see and nothing else, the same in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, select, text

from db import portable
from db.engine import Database
from db.models import Person, SearchEntry, Unit
from db.queries.search.search import search
from db.queries.search.sought import MOST, HitKind, Hits, Sought
from db.search import index_all
from pages.office import acknowledge_all, file, judge, measure_of, noon, open_round, report_of
from workflow.rules.requests import NewDate
from workflow.rules.search import words_of
from workflow.verbs.plans.consult import consult
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.request import request
from worlds import (
    KECHENG,
    LABOUR,
    LONGYOU,
    OFFICE,
    SCIENCE,
    World,
    empty_city,
    little_catalogue,
    little_city,
    load,
)

LEADER = ("", "leader")


@pytest.fixture
def city(database: Database) -> World:
    """科技局 reported 2.58 on 1.1 and signed it, 人社局 wrote of 1.2 and did not sign yet."""
    world = little_city(database)
    acknowledge_all(world)
    open_round(world, noon(2021, 3, 10))
    world.now = noon(2021, 3, 15)
    said = "引进院士工作站一家，高层次人才占比2.58%，联系人13812345678。"
    one = report_of(world, "1.1", SCIENCE)
    file(world, one, said, values={measure_of(world, "1.1"): "1,200"})
    file(
        world, report_of(world, "1.2", LABOUR), "人才安居办法已报市政府审定，待印发。", signed=False
    )
    return world


def found(world: World, who: tuple[str, str], typed: str, **more: object) -> dict[HitKind, Hits]:
    with world.reading(world.person(*who)) as c:
        sought = replace(Sought(words_of(typed)), **more)
        return {hits.kind: hits for hits in search(c.session, c.actor, sought, c.now, c.today)}


def codes(world: World, who: tuple[str, str], typed: str, kind: HitKind) -> list[str]:
    hits = found(world, who, typed).get(kind)
    return [hit.code for hit in hits.shown] if hits else []


REVIEWER, SCIENTIST, WORKER = (OFFICE, "reviewer"), (SCIENCE, "liaison"), (LABOUR, "liaison")


def test_tasks_are_found_by_code_and_words(city: World) -> None:
    for typed, tasks in {
        "人才": ["1.3", "1.2", "1.1"],
        "人才 安居": ["1.2"],
        "安居 大厦": [],
        "1.1": ["1.1"],
        "100人": ["1.1"],
        "00人": [],
        "开工": ["1.3"],
        "厦": ["1.3"],
        "才人": [],
        "%": [],
        "'": [],
        '人才" OR "厦': [],
    }.items():
        assert codes(city, REVIEWER, typed, HitKind.TASK) == tasks, typed


def test_words_and_numbers_of_a_report_are_found_once_it_left_its_unit(city: World) -> None:
    for typed in ("院士", "2.58", "1200人", "1,200", "占比 2.58%"):
        for who in (REVIEWER, LEADER, SCIENTIST):
            assert codes(city, who, typed, HitKind.REPORT) == ["1.1"], (typed, who)
        for stranger in ((KECHENG, "liaison"), (KECHENG, "deputy_head"), WORKER):
            assert codes(city, stranger, typed, HitKind.REPORT) == [], (typed, stranger)
    assert codes(city, REVIEWER, "258", HitKind.REPORT) == []
    assert codes(city, WORKER, "安居办法", HitKind.REPORT) == ["1.2"]
    assert codes(city, REVIEWER, "安居办法", HitKind.REPORT) == []


def test_a_draft_is_not_found_even_by_its_writer(city: World) -> None:
    report = report_of(city, "1.3", SCIENCE)
    city.do(
        city.person(*SCIENTIST), save_draft, report_id=report.id, version=0,
        content={"text": "打桩完成。"},
    )  # fmt: skip
    assert found(city, SCIENTIST, "打桩") == {}


def test_the_number_of_a_person_is_neither_found_nor_shown(city: World) -> None:
    assert found(city, REVIEWER, "13812345678") == {}
    assert found(city, SCIENTIST, "13812345678") == {}
    shown = found(city, SCIENTIST, "院士")[HitKind.REPORT].shown[0].text
    assert "138****5678" in shown


def test_a_receipt_finds_its_report(city: World) -> None:
    with city.database.read() as session:
        receipt = session.execute(text("select receipt from submission where no = 1")).first()
    hits = found(city, REVIEWER, receipt.receipt)[HitKind.REPORT].shown
    assert [(hit.code, hit.unit, hit.detail, hit.no) for hit in hits] == [
        ("1.1", SCIENCE, "2021Q1", 1)
    ]


def test_a_unit_sees_the_units_and_tasks_that_it_has_to_do_with(city: World) -> None:
    assert codes(city, (KECHENG, "liaison"), "人才", HitKind.TASK) == []
    assert codes(city, (KECHENG, "liaison"), "大学生", HitKind.TASK) == ["2.2"]
    units = found(city, (KECHENG, "liaison"), "县")[HitKind.UNIT]
    assert [hit.title for hit in units.shown] == [LONGYOU]
    assert HitKind.UNIT not in found(city, (KECHENG, "liaison"), "科技")
    assert [hit.title for hit in found(city, REVIEWER, "市人社局")[HitKind.UNIT].shown] == [LABOUR]


@pytest.mark.parametrize("who", [REVIEWER, (OFFICE, "administrator")])
def test_people_are_found_by_the_office(city: World, who: tuple[str, str]) -> None:
    people = found(city, who, f"{SCIENCE} liaison")[HitKind.PERSON].shown
    assert [(hit.unit, hit.roles) for hit in people] == [(SCIENCE, ("liaison",))]


@pytest.mark.parametrize("who", [LEADER, SCIENTIST, (OFFICE, "liaison")])
def test_people_are_found_by_nobody_else(city: World, who: tuple[str, str]) -> None:
    assert HitKind.PERSON not in found(city, who, "liaison")


def test_who_has_left_is_not_found(city: World) -> None:
    with city.database.write() as session:
        session.get_one(Person, city.person(*SCIENTIST)).active = False
        session.get_one(Unit, city.units[LONGYOU]).active = False
    assert HitKind.PERSON not in found(city, REVIEWER, f"{SCIENCE} liaison")
    assert HitKind.UNIT not in found(city, REVIEWER, LONGYOU)


def test_numbers_of_documents_lead_to_what_they_are_about(city: World) -> None:
    assert HitKind.PLAN in found(city, REVIEWER, "小委〔2020〕9号")
    assert HitKind.PLAN in found(city, SCIENTIST, "衢委人才 1号")
    asked = city.do(
        city.person(*WORKER), request, kind="extension", reason="设计单位未确定。",
        assignment_id=city.assignment("1.2", LABOUR), wish=NewDate(date(2021, 9, 30)),
        document="人社函〔2021〕33号",
    )  # fmt: skip
    city.do(
        city.reviewer, decide, request_id=asked.request_id, approve=True, reply="同意。",
        document="小才办〔2021〕5号",
    )  # fmt: skip
    for typed in ("人社函〔2021〕33号", "小才办 5号", "同意", "设计单位"):
        assert codes(city, REVIEWER, typed, HitKind.REQUEST) == ["1.2"]
        assert codes(city, WORKER, typed, HitKind.REQUEST) == ["1.2"]
        assert codes(city, SCIENTIST, typed, HitKind.REQUEST) == []


def test_a_drafted_plan_is_nobodys_until_it_goes_round(database: Database) -> None:
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    assert set(found(world, REVIEWER, "人才")) <= {HitKind.UNIT, HitKind.PERSON}
    world.do(world.administrator, consult, plan_id=world.plan_id, comments_due_on=date(2021, 2, 1))
    assert codes(world, REVIEWER, "安居", HitKind.TASK) == ["1.2"]
    assert codes(world, WORKER, "安居", HitKind.TASK) == ["1.2"]
    assert codes(world, SCIENTIST, "安居", HitKind.TASK) == []


def test_a_search_within_a_plan_finds_nothing_of_another(city: World) -> None:
    first = city.plan_id
    little = little_catalogue()
    load(city, replace(little, plan=replace(little.plan, code="two", title="第二人才规划")))
    every = found(city, REVIEWER, "人才")
    assert len(every[HitKind.TASK].shown) == 6
    assert {hit.plan_id for hit in every[HitKind.TASK].shown} == {first, city.plan_id}
    one = found(city, REVIEWER, "人才", plan_id=first)
    assert {hit.plan_id for hits in one.values() for hit in hits.shown} == {first}
    assert len(one[HitKind.TASK].shown) == 3
    mine = found(city, SCIENTIST, "人才", plan_id=first)
    assert [hit.code for hit in mine[HitKind.TASK].shown] == ["1.3", "1.1"]


def test_many_are_shown_in_parts_the_newest_first(city: World) -> None:
    with city.database.write() as session:
        session.add_all(Unit(name=f"第{n:02d}实验室", kind="institution") for n in range(45))
    seen: list[str] = []
    before = None
    for size, more in ((MOST, True), (MOST, True), (5, False)):
        hits = found(city, REVIEWER, "实验室", kind=HitKind.UNIT, before=before)[HitKind.UNIT]
        assert (len(hits.shown), hits.more) == (size, more)
        seen += [hit.title for hit in hits.shown]
        before = hits.shown[-1].key
    assert seen == [f"第{n:02d}实验室" for n in reversed(range(45))]


def test_returned_and_sent_again_both_versions_are_found(city: World) -> None:
    report = report_of(city, "1.1", SCIENCE)
    judge(city, report, reason="请补充名单。")
    city.now = noon(2021, 3, 17)
    file(city, report_of(city, "1.1", SCIENCE), "院士工作站名单已补充，新增两家企业。")
    hits = found(city, REVIEWER, "院士")[HitKind.REPORT].shown
    assert [hit.no for hit in hits] == [2, 1]


def entries(session) -> list[tuple[str, int, str, set[str]]]:
    rows = session.scalars(select(SearchEntry).order_by(SearchEntry.kind, SearchEntry.subject_id))
    return [(row.kind, row.subject_id, row.text, set(row.grams.split())) for row in rows]


def test_the_index_made_anew_is_the_one_that_was_kept(city: World) -> None:
    with city.database.read() as session:
        kept = entries(session)
    assert {kind for kind, *_rest in kept} == {"plan", "task", "report"}
    with city.database.write() as session:
        session.execute(delete(SearchEntry))
    assert codes(city, REVIEWER, "人才", HitKind.TASK) == []
    with city.database.write() as session:
        assert index_all(session) == len(kept)
    with city.database.read() as session:
        assert entries(session) == kept
    assert codes(city, REVIEWER, "人才", HitKind.TASK) == ["1.3", "1.2", "1.1"]


def test_the_index_travels_in_no_backup() -> None:
    assert "search_entry" not in {table.name for table in portable.tables()}
