"""The Excel return: out with what is owed, in through the same verb, all or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from built_once import built_once
from db.engine import Database
from db.models import Event, Outbox, ReportState, Submission, SubmissionMilestone, SubmissionValue
from documents.returns.return_file import read_return
from i18n import speaking
from little_city import CLOCK, City, found, noon
from reports.workbooks import TEXT, everything, filled, put, rows, template
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.verbs.returns.import_return import ReturnImported, import_return
from workflow.verbs.returns.return_template import return_template
from workflow.verbs.returns.tokens import read_token
from workflow.verbs.rounds.open_rounds import open_rounds


@pytest.fixture
@built_once
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 15)
    return made


def bring(city: City, content: bytes, *, dry_run: bool = False) -> ReturnImported:
    with city.acting("labour.liaison") as c:
        return import_return(c, file=read_return(content), dry_run=dry_run)


def states(city: City) -> list[str]:
    with city.database.read() as session:
        return sorted(session.scalars(select(ReportState.state).where(ReportState.open())))


def test_a_template_has_a_row_a_report_and_only_its_fields_are_unlocked(city: City) -> None:
    book = load_workbook(BytesIO(template(city)))
    assert [sheet.title for sheet in book.worksheets] == ["进展情况", "量化指标", "时间节点"]
    assert set(rows(book, 0)) == {"1.1", "1.2"}
    assert set(rows(book, 1)) == {"1.1"}
    page = book.worksheets[0]
    assert page.protection.sheet
    assert page["C3"].protection.locked
    assert not page["E3"].protection.locked
    assert book.security.lockStructure
    (choice,) = [v for v in page.data_validations.dataValidation if "D3" in str(v.sqref)]
    assert "进度滞后" in choice.formula1
    with city.database.read() as session:
        assert session.scalars(select(Event.action).where(Event.action == "export")).all()


def test_excel_checks_numbers_dates_and_lengths_while_they_are_typed(city: City) -> None:
    book = load_workbook(BytesIO(template(city)))
    checks = {
        str(check.sqref): check for page in book.worksheets
        for check in page.data_validations.dataValidation
    }  # fmt: skip
    number = checks["H3"]
    assert (number.type, number.errorStyle) == ("custom", "warning")
    assert number.formula1.startswith("ISNUMBER(--SUBSTITUTE(")
    assert "2025年3月5日" in checks["F3"].prompt
    assert checks["F3:F4"].formula1 == "4000"


def test_a_workbook_bears_a_token_that_only_we_can_have_signed(city: City) -> None:
    read = read_return(template(city))
    with city.reading("labour.liaison") as c:
        token = read_token(c, read.token)
        assert token is not None
        assert (token.unit_id, token.period) == (city.units["labour"], "2021Q1")
        assert token.person_id == city.people["labour.liaison"]
        for forged in ("", "x", read.token[:-1], read.token + "x", read.token.replace(".", "", 1)):
            assert read_token(c, forged) is None


def test_days_are_read_as_people_write_them(city: City) -> None:
    for day in ("3月12日", "2021年3月12日（周五）", 44267, date(2021, 3, 12), "三月十二日"):

        def fill(book: Workbook, day: object = day) -> None:
            put(book, 0, "1.2", "status", "正常推进")
            put(book, 0, "1.2", "text", TEXT)
            put(book, 2, "1.2", "reached", day)

        done = bring(city, filled(template(city), fill), dry_run=True)
        reached = f"reached:{city.milestones['rules']}"
        assert done.reports[0].content[reached] == "2021-03-12", day


def test_what_is_filled_in_is_submitted_and_untouched_rows_are_left_out(city: City) -> None:
    def one(book: Workbook) -> None:
        put(book, 0, "1.2", "status", "正常推进")
        put(book, 0, "1.2", "text", TEXT)

    first = bring(city, filled(template(city), one))
    assert (len(first.receipts), first.empty) == (1, 1)
    both = filled(template(city), lambda book: put(book, 0, "1.1", "status", "on track"))
    with pytest.raises(Invalid):
        bring(city, both)


def test_a_whole_return_goes_in_exactly_and_twice_is_once(city: City) -> None:
    content = filled(template(city), everything)
    first = bring(city, content)
    assert len(first.receipts) == 2
    again = bring(city, content)
    assert (again.receipts, again.repeated, first.repeated) == (first.receipts, 2, 0)
    with city.database.read() as session:
        value = session.scalars(select(SubmissionValue)).one()
        assert (value.value, value.written, value.firmness) == (Decimal(25), "25", "confirmed")
        assert session.scalars(select(SubmissionMilestone.document)).one() == "1号"
        assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_dry_run_checks_everything_and_changes_nothing(city: City) -> None:
    content = filled(template(city), everything)
    before = states(city)
    with city.database.read() as session:
        events = session.scalar(select(func.count()).select_from(Event))
    assert len(bring(city, content, dry_run=True).receipts) == 2
    assert states(city) == before
    with city.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == events
        assert session.scalars(select(Outbox)).all() == []
    assert len(bring(city, content).receipts) == 2


def test_errors_name_sheet_and_cell_and_nothing_is_submitted(city: City) -> None:
    def wrong(book: Workbook) -> None:
        everything(book)
        put(book, 0, "1.2", "text", "短")
        put(book, 1, "1.1", "value", "约30")
        put(book, 2, "1.2", "reached", "2021-02-30")

    with pytest.raises(Invalid) as refused:
        bring(city, filled(template(city), wrong))
    book = load_workbook(BytesIO(template(city)))
    row = rows(book, 0)["1.2"]
    assert {p.where for p in refused.value.problems} == {
        f"工作表“进展情况”第{row}行“本期进展情况”栏（F{row}）",
        "工作表“量化指标”第3行“本期数值”栏（H3）",
        "工作表“时间节点”第3行“完成日期”栏（F3）",
    }
    assert set(states(city)) == {"due"}


def test_a_word_that_is_not_on_the_list_is_named(city: City) -> None:
    def wrong(book: Workbook) -> None:
        everything(book)
        put(book, 0, "1.1", "status", "很好")

    with pytest.raises(Invalid) as refused:
        bring(city, filled(template(city), wrong))
    assert [p.fields["text"] for p in refused.value.problems] == ["很好"]


def test_a_return_in_english_is_read_as_well(city: City) -> None:
    with speaking("en"):
        content = template(city)

    def english(book: Workbook) -> None:
        everything(book)
        for code in ("1.1", "1.2"):
            put(book, 0, code, "status", "on track")
        put(book, 1, "1.1", "firmness", "")

    assert load_workbook(BytesIO(content)).worksheets[0].title == "Reports"
    assert len(bring(city, filled(content, english)).receipts) == 2


def test_somebody_elses_rows_and_forged_numbers_are_refused(city: City) -> None:
    def north(book: Workbook) -> None:
        put(book, 0, "1.3", "status", "正常推进")
        put(book, 0, "1.3", "text", TEXT)

    theirs = filled(template(city, "north"), north)
    with pytest.raises(Invalid) as refused:
        bring(city, theirs)
    assert [p.where for p in refused.value.problems] == ["工作表“进展情况”第3行“报送编号”栏（A3）"]

    def forged(book: Workbook) -> None:
        everything(book)
        book.worksheets[0]["A3"] = "R1;drop"

    with pytest.raises(Invalid):
        bring(city, filled(template(city), forged))
    with pytest.raises(NotAllowed), city.acting("labour.liaison") as c:
        return_template(c, unit_id=city.units["north"], period="2021Q1")
    with pytest.raises(NotFound), city.acting("labour.liaison") as c:
        return_template(c, unit_id=city.units["labour"], period="2021Q2")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"<html></html>"])
def test_what_is_no_workbook_is_refused(city: City, content: bytes) -> None:
    with pytest.raises(Invalid):
        bring(city, content)


def test_another_kind_of_file_is_told_what_is_wanted(city: City) -> None:
    with speaking("en"), pytest.raises(Invalid, match="This is no return of this system"):
        bring(city, b"email,name")


def test_another_workbook_is_refused(city: City) -> None:
    out = BytesIO()
    Workbook().save(out)
    with pytest.raises(Invalid):
        bring(city, out.getvalue())
