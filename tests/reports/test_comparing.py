"""A report's words, numbers and evidence held against each other, by tables and properties."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from documents.evidence_numbers import from_json, look_at
from documents.untrusted.apart import read_apart
from luoshi.demo.year.paper import letter, listing
from workflow.rules.progress.mentions import mentions
from workflow.rules.reporting.comparing import (
    EvidenceRead,
    FieldNumber,
    disagreements,
    proofs,
    unproved,
)

STUDENTS = FieldNumber(1, "新引进大学生", "万人", Decimal("2.58"), Decimal("2.6"), Decimal("2.38"))
LEADERS = FieldNumber(2, "领军人才", "人", Decimal(86), Decimal(100), Decimal(75))
FLATS = FieldNumber(3, "人才公寓", "套", Decimal(1200), Decimal(2000))
NUMBER, BOTH = ["text_number"], ["text_number", "percentage"]
SHARE = FieldNumber(4, "研发投入强度", "%", Decimal("2.1"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("累计引进86人", [("86人", "86", "人")]),
        ("兑现补贴1.08亿元", [("1.08亿元", "108000000", "元")]),
        ("完成年度目标的103%。", [("103%", "103", "%")]),
        ("提高0.3个百分点", [("0.3个百分点", "0.3", "个百分点")]),
        ("引进25,794人", [("25,794人", "25794", "人")]),
        ("引进２５７９４人", [("２５７９４人", "25794", "人")]),
        ("2021年9月30日前，第2季度，衢委发〔2020〕7号", []),
        ("(1)组织培训", []),
    ],
)
def test_what_counts_something_is_read_and_dates_and_numbers_of_papers_are_not(
    text: str, found: list[tuple[str, str, str]]
) -> None:
    read = mentions(text)
    assert [(text[one.start : one.end], f"{one.value:f}") for one in read] == [
        (written, value) for written, value, _unit in found
    ]
    for one, (_written, _value, unit) in zip(read, found, strict=True):
        assert one.unit.startswith(unit)


@pytest.mark.parametrize(
    ("text", "fields", "codes"),
    [
        ("累计新引进大学生2.67万人，完成年度目标的103%。", [STUDENTS], BOTH),
        ("累计新引进大学生2.58万人，完成年度目标的99.2%。", [STUDENTS], []),
        ("累计新引进大学生25794人，达到序时进度的108%。", [STUDENTS], []),
        ("接待大学生实习3120人，累计新引进大学生2.58万人。", [STUDENTS], []),
        ("今年以来引才2.67万人。", [STUDENTS], NUMBER),
        ("累计新引进大学生258万人。", [STUDENTS], NUMBER),
        ("组织专场招聘46场。", [STUDENTS], []),
        ("本季新引进领军人才12人，累计86人。", [LEADERS], []),
        ("本季新引进领军人才12人。", [LEADERS], []),
        ("引进领军人才86名，完成目标的86%。", [LEADERS], []),
        ("引进领军人才96名，完成目标的96%。", [LEADERS], BOTH),
        ("建成人才公寓120套。", [FLATS], NUMBER),
        ("建成人才公寓1200套，同比增长20%。", [FLATS], []),
        ("研发投入强度2.4%。", [SHARE], NUMBER),
        ("研发投入强度2.1%，占比提高15%。", [SHARE], []),
        ("引进领军人才86人，人才公寓1250套，完成目标86%、60%。", [LEADERS, FLATS], NUMBER),
    ],
)  # fmt: skip
def test_the_text_is_held_against_the_fields(
    text: str, fields: list[FieldNumber], codes: list[str]
) -> None:
    flags = list(disagreements(text, fields))
    assert [flag.code for flag in flags] == codes
    for flag in flags:
        assert flag.measure_id in {field.measure_id for field in fields}
        assert all(text[start:end] for start, end in flag.spans)


def test_a_flag_says_both_numbers() -> None:
    number, percentage = disagreements("累计新引进大学生2.67万人，完成年度目标的103%。", [STUDENTS])
    assert str(number) == "新引进大学生：正文“2.67万人”，填报2.58万人，相差0.09万人。"
    assert str(percentage) == "正文“103%”，按填报数复算2.58 ÷ 2.6万人 = 99.2%。"


@given(st.integers(1, 10**7))
def test_a_text_that_says_the_number_itself_is_never_doubted(number: int) -> None:
    field = FieldNumber(1, "领军人才", "人", Decimal(number), Decimal(10**7))
    assert not list(disagreements(f"累计引进领军人才{number}人。", [field]))
    assert not list(disagreements(f"累计引进领军人才{number:,}人。", [field]))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for one in mentions(text):
        assert 0 <= one.start < one.end <= len(text)
    list(disagreements(text, [STUDENTS, SHARE]))


def read(content: bytes, name: str, no: int = 1) -> EvidenceRead:
    looked = read_apart(look_at, content, name)
    return EvidenceRead(no, name, from_json(looked.numbers) if looked.numbers else None)


def sheet(rows: list[list[object]]) -> bytes:
    book = Workbook()
    page = book.active
    page.title = "汇总"
    for row in rows:
        page.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_number_is_found_in_the_text_of_a_pdf_a_word_file_and_a_sheet() -> None:
    pdf = read(
        listing("名册", "人才到岗名册", ["合计 25 人", "累计引进 2.58万人"]).content, "名册.pdf"
    )
    word = read(letter("说明", "情况说明", ["全年新引进大学生25794人。"]).content, "说明.docx", 2)
    table = read(sheet([["指标", "人数"], ["大学生", 25794]]), "表.xlsx", 3)
    places = [(one.name, one.place) for one in proofs(STUDENTS, [pdf, word, table])]
    assert places == [("名册.pdf", "1"), ("说明.docx", ""), ("表.xlsx", "汇总!B2")]
    assert not list(unproved([STUDENTS], [pdf, word, table]))


def test_a_number_that_is_in_no_file_is_doubted_unless_a_file_cannot_be_read() -> None:
    other = read(letter("说明", "情况说明", ["全年引进31人。"]).content, "说明.docx")
    (flag,) = unproved([LEADERS], [other])
    assert str(flag) == "领军人才：在1份佐证中均未找到86人。"
    picture = EvidenceRead(2, "合影.png", None)
    assert not list(unproved([LEADERS], [other, picture]))
    assert not list(unproved([LEADERS], []))
