"""年度台账: a workbook whose totals follow its rows."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from assessed_year import CLOCK, a_year
from db.engine import Database
from db.queries.assessment.assessment import ranking
from db.queries.papers.year_ledger import year_ledger
from documents.libreoffice import converted
from documents.year_ledger import year_ledger_xlsx
from workflow.rules.papers.year_ledger import LedgerNumber, LedgerTask, YearLedger
from workflow.rules.progress.lights import Light
from workflow.rules.refusals import NotFound
from workflow.rules.time.dates import ZONE, end_of_day
from workflow.verbs.assessment.assess import assess
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World


@pytest.fixture
def city(database: Database) -> World:
    return a_year(database)


def content(world: World, who: int | None = None) -> bytes:
    done = world.do(CLOCK, assess, plan_id=world.plan_id, year=2021)
    at = end_of_day(date(2021, 12, 31), ZONE) - world.now.resolution
    with world.reading(who or world.reviewer, at=at) as c:
        found = year_ledger(c.session, c.actor, world.plan_id, at, ZONE)
    with world.reading(who or world.reviewer) as c:
        return year_ledger_xlsx(found, ranking(c.session, c.actor, done.assessment_id))


def rows(book: Any, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(min_row=3, values_only=True))


def test_rows_are_facts_and_totals_are_formulas(city: World) -> None:
    made = content(city)
    assert made == content(city)
    book = load_workbook(BytesIO(made))
    assert book.sheetnames == ["汇总", "任务台账", "指标台账", "得分"]
    tasks = {(row[0], row[1]): row for row in rows(book, "任务台账")}
    assert tasks[LONGYOU, "2.2"][3:5] == ("牵头", "未判定")
    assert tasks[LONGYOU, "2.2"][8:] == (0, 0, 4, 0)
    numbers = {(row[0], row[1]): row for row in rows(book, "指标台账")}
    assert numbers[KECHENG, "2.2"][2:6] == ("大学生", "人", 1200, 1200)
    assert numbers[KECHENG, "2.2"][6].startswith("=IF(")
    totals = rows(book, "汇总")
    assert [row[0] for row in totals] == [OFFICE, SCIENCE, LABOUR, KECHENG, LONGYOU, "合计"]
    assert all(str(cell).startswith("=") for row in totals for cell in row[1:])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_the_totals_are_what_the_rows_add_up_to(city: World) -> None:
    book = load_workbook(BytesIO(converted(content(city), ".xlsx", "xlsx", 60)), data_only=True)
    heads, *lines = book["汇总"].iter_rows(min_row=2, values_only=True)
    found = {line[0]: dict(zip(heads, line, strict=True)) for line in lines}
    assert found[SCIENCE]["任务数"] == 2
    assert (found[SCIENCE]["正常"], found[SCIENCE]["预警"]) == (1, 1)
    assert (found[LONGYOU]["未报送"], found[LONGYOU]["按时报送率"]) == (4, 0)
    for name in ("任务数", "应报份数", "按时", "滞后"):
        assert found["合计"][name] == sum(
            one[name] for unit, one in found.items() if unit != "合计"
        )
    scores = {row[1]: row for row in rows(book, "得分")}
    assert scores[KECHENG][-4] == scores[KECHENG][-3] == 100


def test_a_unit_gets_its_own_rows(city: World) -> None:
    book = load_workbook(BytesIO(content(city, city.person(LONGYOU, "liaison"))))
    assert {row[0] for row in rows(book, "任务台账")} == {LONGYOU}
    assert [row[1] for row in rows(book, "得分")] == [LONGYOU]
    with city.reading(city.person(LONGYOU, "liaison")) as c, pytest.raises(NotFound):
        year_ledger(c.session, c.actor, city.plan_id + 1, c.now, ZONE)


def test_what_people_typed_is_no_formula() -> None:
    task = LedgerTask("=SUM(A1)", "1", "=1+1", "lead", Light.GREEN, "", None, 1, 0, 0, 0)
    number = LedgerNumber("=IF(1)", "1", "=x", "人", Decimal("0.5"), None)
    found = YearLedger("plan", 2021, date(2021, 12, 31), ("=SUM(A1)",), (task,), (number,))
    book = load_workbook(BytesIO(year_ledger_xlsx(found, None)))
    assert book["任务台账"]["A3"].data_type == book["任务台账"]["C3"].data_type == "s"
    assert book["汇总"]["A3"].data_type == book["指标台账"]["C3"].data_type == "s"
    assert book["任务台账"]["H3"].data_type == "f"
    assert book["指标台账"]["E3"].value == 0.5
