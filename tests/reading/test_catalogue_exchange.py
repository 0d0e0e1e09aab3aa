"""Catalogues go out and come back unchanged; what cannot be taken is named with its place."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tasks_catalog import dump, sample, samples
from tasks_catalog.exchange import load
from tasks_catalog.model import (
    Actual,
    Catalogue,
    CatalogueItem,
    CatalogueMeasure,
    CataloguePlan,
    CatalogueTask,
    Deadline,
    Deliverable,
    Finding,
    FindingPlace,
    Indicator,
    SourcePlace,
    TaskUnit,
)  # fmt: skip
from workflow.rules.refusals import Invalid, NotFound, Refused

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking workbooks takes minutes
FORMATS = ("yaml", "json", "xlsx")

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n\t"),
    max_size=60,
)
numbers = st.decimals(-(10**9), 10**9, places=4).map(lambda d: d.normalize() + 0)
years = st.none() | st.integers(1990, 2050)
days = st.none() | st.dates(date(1990, 1, 1), date(2050, 1, 1))
places = st.none() | st.builds(
    SourcePlace, line=st.integers(0, 9999), page=st.none(), sheet=st.none()
)
measures = st.builds(
    CatalogueMeasure,
    metric=words,
    op=st.sampled_from([">=", ">", "<=", "<", "=", "approx"]),
    value=numbers,
    unit=texts,
    by_year=years,
    kind=st.sampled_from(["cumulative", "annual"]),
    firm=st.booleans(),
    text=texts,
    value_max=st.none() | numbers,
    relative=st.none(),
)
tasks = st.builds(
    CatalogueTask,
    code=words,
    title=texts,
    kind=st.sampled_from(["numbers", "steady"]),
    item=st.none(),
    text=texts,
    due=days,
    due_text=st.none() | texts,
    frequency=st.none(),
    source=places,
    units=st.lists(
        st.builds(TaskUnit, words, words, st.sampled_from(["lead", "support"]), st.just(False)),
        max_size=3,
    ).map(tuple),
    leaders=st.lists(words, max_size=2).map(tuple),
    measures=st.lists(measures, max_size=2).map(tuple),
    deadlines=st.lists(
        st.builds(Deadline, text=words, date=days, what=st.none() | words), max_size=2
    ).map(tuple),
    deliverables=st.lists(st.builds(Deliverable, name=words, text=texts, due=days), max_size=2).map(
        tuple
    ),
    doubts=st.lists(words, max_size=2).map(tuple),
    doubt_details=st.just(()),
)
indicators = st.builds(
    Indicator, name=words, table=st.none() | words, baseline=st.none() | numbers,
    target=st.none() | numbers, target_year=years, op=st.none() | st.just(">="),
    unit=st.none() | texts,
    actuals=st.lists(st.builds(Actual, years, numbers), max_size=2).map(tuple),
    notes=st.lists(words, max_size=2).map(tuple), source=places, relative=st.none(),
    kind=st.none(), category=st.none() | texts, scope=st.none(), no=st.none() | st.integers(0, 99),
)  # fmt: skip
catalogues = st.builds(
    Catalogue,
    plan=st.builds(CataloguePlan, code=st.none() | words, title=st.none() | texts, published=days),
    items=st.lists(
        st.builds(CatalogueItem, code=words, title=texts, parent=st.none(), source=places),
        max_size=2,
        unique_by=lambda i: i.code,
    ).map(tuple),
    tasks=st.lists(tasks, max_size=3, unique_by=lambda t: t.code).map(tuple),
    indicators=st.lists(indicators, max_size=2).map(tuple),
    findings=st.lists(
        st.builds(
            Finding,
            kind=words,
            severity=st.just("note"),
            message=words,
            where=st.just((FindingPlace(None, 3, 4),)),
            values=st.dictionaries(words, numbers, max_size=2),
        ),
        max_size=2,
    ).map(tuple),
)


@pytest.mark.parametrize("name", samples())
@pytest.mark.parametrize("form", FORMATS)
def test_every_sample_is_exported_loaded_and_exported_to_the_same_bytes(name, form):
    first = dump(sample(name), form)
    assert dump(load(first), form) == first
    assert load(first) == sample(name)


@pytest.mark.parametrize("form", ["yaml", "json"])
@given(catalogue=catalogues)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_catalogue_survives_the_text_formats(form, catalogue):
    first = dump(catalogue, form)
    assert load(first) == catalogue
    assert dump(load(first), form) == first


@given(catalogue=catalogues)
@settings(
    max_examples=40, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow]
)
def test_any_work_list_is_the_same_bytes_the_second_time(catalogue):
    first = dump(catalogue, "xlsx")
    with suppress(Invalid):  # one spelling that names two units, or blanks where a word must be
        assert dump(load(first), "xlsx") == first


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", ["0.1", "12345678901234567.89", "4.50", "100", "0.000001", "-3"])
def test_a_number_keeps_its_digits(form, text):
    task = CatalogueTask(
        "1", "甲", "numbers", measures=(CatalogueMeasure("乙", ">=", Decimal(text), "人"),)
    )
    loaded = load(dump(Catalogue(tasks=(task,)), form))
    assert str(loaded.tasks[0].measures[0].value) == text


def test_an_unknown_sample_is_not_found():
    with pytest.raises(NotFound):
        sample("nowhere")


# ---- the work list as people send it back -----------------------------------------------------


def workbook():
    return openpyxl.load_workbook(io.BytesIO(dump(sample("quzhou-2020"), "xlsx")))


def taken(book):
    out = io.BytesIO()
    book.save(out)
    return load(out.getvalue())


def cell_of(page, head, row):
    heads = [cell.value for cell in page[1]]
    return page.cell(row, heads.index(head) + 1)


def problems(book):
    with pytest.raises(Invalid) as refusal:
        taken(book)
    return [str(problem) for problem in refusal.value.problems]


def test_columns_may_stand_in_any_order_below_a_title():
    book = workbook()
    page = book["工作清单"]
    rows = [list(row)[::-1] for row in page.iter_rows(values_only=True)]
    page.delete_rows(1, page.max_row)
    for row in [["某市重点任务清单"], *rows]:
        page.append(row)
    assert taken(book) == sample("quzhou-2020")


def test_a_column_for_remarks_is_theirs():
    book = workbook()
    book["工作清单"].cell(1, 30, "备注")
    book["工作清单"].cell(3, 30, "再议")
    assert taken(book) == sample("quzhou-2020")


@pytest.mark.parametrize(
    ("sheet", "head", "row", "typed", "said"),
    [
        ("量化指标", "目标值", 2, "1,000", "表“量化指标”第2行“目标值”列: “1,000”不是数字"),
        ("量化指标", "目标值", 3, "１００", "第3行“目标值”列: “１００”不是数字"),
        ("量化指标", "目标值", 3, "约100", "“约100”不是数字"),
        ("量化指标", "目标年份", 3, 2025.5, "“2025.5”不是整数"),
        ("量化指标", "要求", 4, "不少于", "“不少于”不在可选值之内，可选：≥、＞"),
        ("量化指标", "任务编号", 5, "99.9", "第5行“任务编号”列: 没有“99.9”"),
        ("工作清单", "完成时限", 3, "2025年2月30日", "“2025年2月30日”不是有效日期"),
        ("工作清单", "任务类型", 3, "别的", "“别的”不在可选值之内"),
        ("工作清单", "牵头单位", 4, "市科技厅", "“单位”表中没有“市科技厅”"),
        ("工作清单", "任务编号", 6, None, "第6行“任务编号”列: 此处不能为空"),
        ("工作清单", "任务编号", 1, "编码", "第1行“任务编号”列: 缺少此列"),
        ("工作清单", "完成时限", 1, "期限", "第1行“期限”列: 无此列名"),
    ],
)
def test_what_cannot_be_taken_is_named_with_sheet_row_and_column(sheet, head, row, typed, said):
    book = workbook()
    cell = cell_of(book[sheet], head, row)
    cell.value = typed
    assert any(said in problem for problem in problems(book))


def test_all_problems_are_named_at_once():
    book = workbook()
    for row in (2, 3, 4):
        cell_of(book["量化指标"], "目标值", row).value = "很多"
    assert len(problems(book)) == 3


def test_a_spelling_of_a_unit_finds_its_unit():
    book = workbook()
    cell_of(book["工作清单"], "牵头单位", 2).value = "市人社局"
    unit = taken(book).tasks[0].units[0]
    assert (unit.name, unit.written, unit.role) == ("市人力社保局", "市人社局", "lead")


def test_a_text_that_looks_like_a_formula_stays_text():
    catalogue = Catalogue(tasks=(CatalogueTask("1", "=1+1", "steady"),))
    content = dump(catalogue, "xlsx")
    page = openpyxl.load_workbook(io.BytesIO(content))["工作清单"]
    assert cell_of(page, "任务名称", 2).data_type == "s"
    assert load(content).tasks[0].title == "=1+1"


# ---- text formats -----------------------------------------------------------------------------


def changed(**fields):
    task = replace(sample("quzhou-2020").tasks[0], **fields)
    return dump(Catalogue(tasks=(task,), items=(CatalogueItem("1", "甲"),)), "json").decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (changed(kind="other"), "tasks[1].kind: “other”不在可选值之内"),
        (changed(item="7"), "没有编号为“7”的工作事项"),
        (changed().replace('"title"', '"titel"', 2), "“titel”不是任务目录的字段"),
        (
            changed(due=None).replace('"due": null', '"due": "2025-13-01"'),
            "“2025-13-01”不是有效日期",
        ),
        ("schema: luoshi.catalogue/1\nplan: {}\n", "缺少“tasks”"),
        ("schema: luoshi.catalogue/1\nplan: {}\ntasks: [\n", "第4行: YAML 格式有误"),
        (
            "schema: luoshi.catalogue/1\nplan: {first_year: .inf}\ntasks: []\n",
            "不是规划中会出现的数值",
        ),
        ('{"schema": "luoshi.catalogue/1", "plan": {}, "tasks": [}', "第1行: JSON 格式有误"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_the_place(content, said):
    with pytest.raises(Invalid) as refusal:
        load(content.encode())
    assert any(said in str(problem) for problem in refusal.value.problems)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00", b"PK\x03\x04broken", b"hello", b"[1, 2]", b"a: &a [*a]",
        b"schema: luoshi.catalogue/1\nplan: {}\ntasks: &t []\nitems: *t\n",
        b'{"schema": "luoshi.catalogue/9", "plan": {}, "tasks": []}',
        b"[" * 100_000, b"{" * 100_000, b'{"schema": 1e999999999}', b"!!python/object:os.system {}",
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused(content):
    with pytest.raises(Refused):
        load(content)
