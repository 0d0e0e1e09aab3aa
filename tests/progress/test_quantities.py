from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.progress.quantities import (
    LIMIT,
    from_millionths,
    parse,
    plain,
    shown,
    to_millionths,
)
from workflow.rules.refusals import Invalid

numbers = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=6)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("15000", "人", "15000"),
        (" 15,000 ", "人", "15000"),
        ("15 000", "人", "15000"),
        ("１５０００", "人", "15000"),
        ("１５，０００．５", "万元", "15000.5"),
        ("1.5万", "人", "15000"),
        ("1.5 万 人", "人", "15000"),
        ("1.5万人", "万人", "1.5"),
        ("1.5", "万人", "1.5"),
        ("1.5万", "万人", "1.5"),
        ("15000人", "万人", "1.5"),
        ("5000万元", "亿元", "0.5"),
        ("3千", "人", "3000"),
        ("1.2345678万", "人", "12345.678"),
        ("1.5万亿元", "亿元", "15000"),
        ("2.75%", "%", "2.75"),
        ("２．７５％", "%", "2.75"),
        ("2.75‰", "‰", "2.75"),
        ("3个百分点", "个百分点", "3"),
        ("3百分点", "个百分点", "3"),
        ("5千克", "千克", "5"),
        ("5个签约项目", "个签约项目", "5"),
        ("12家", "家", "12"),
        ("-3", "", "-3"),
        ("−3.50", "", "-3.5"),
        ("+7", "", "7"),
        ("007", "", "7"),
        ("-0", "", "0"),
    ],
)
def test_numbers_as_people_type_them_are_read_exactly(text: str, unit: str, value: str) -> None:
    quantity = parse(text, unit)
    assert plain(quantity.value) == value
    assert quantity.written == text.strip()


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("", "人", "请填写"),
        ("1,5", "", "两种"),
        ("12,34", "", "两种"),
        ("1,234,56", "", "两种"),
        ("15,0000", "", "两种"),
        ("1.234.567", "", "两种"),
        ("15 00", "", "两种"),
        ("1.", "", "两种"),
        (".5", "", "两种"),
        ("约100", "人", "确切"),
        ("100余人", "人", "确切"),
        ("100人以上", "人", "确切"),
        (">100", "", "确切"),
        ("100左右", "", "确切"),
        ("100-200", "", "范围"),
        ("100至200", "", "范围"),
        ("１００～２００", "", "范围"),
        ("一百二十", "", "阿拉伯数字"),
        ("1万5", "人", "无法识别"),
        ("1e5", "", "无法识别"),
        ("nan", "", "无法识别"),
        ("10²", "", "无法识别"),
        ("100亩", "人", "不一致"),
        ("50%", "人", "不一致"),
        ("15人", "", "无法识别"),
        ("0.0000001", "", "六位"),
        ("0.12345678万", "万人", "六位"),
        ("10万亿", "", "过大"),
        ("9200000000000.000001", "", "过大"),
        ("1" * 60, "", "无法识别"),
    ],
)
def test_what_could_mean_two_things_is_refused_with_its_reason(
    text: str, unit: str, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        parse(text, unit)


@given(numbers)
def test_a_number_comes_back_from_millionths_and_from_its_text(number: Decimal) -> None:
    millionths = to_millionths(number)
    assert abs(millionths) < 2**63
    assert from_millionths(millionths) == number
    assert parse(plain(number)).value == number
    assert parse(shown(number, "人"), "人").value == number
    assert "E" not in plain(number)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused_in_words(text: str) -> None:
    try:
        value = parse(text, "万人").value
    except Invalid as refused:
        words = str(refused)
        value = Decimal(0)
    else:
        words = shown(value)
    assert words
    assert abs(value) <= LIMIT


def test_seven_decimals_and_numbers_without_end_are_refused() -> None:
    for wrong in ("0.0000001", "NaN", "Infinity", "9200000000000.1"):
        with pytest.raises(Invalid):
            to_millionths(Decimal(wrong))


@pytest.mark.parametrize(
    ("value", "unit", "written", "text"),
    [
        ("15000", "人", "", "15,000人"),
        ("15000", "人", "15000", "15,000人"),
        ("15000", "人", "1.5万", "1.5万人"),
        ("15000", "人", "1.5万人", "1.5万人"),
        ("1.5", "万人", "1.5", "1.5万人"),
        ("1.5", "万人", "15000人", "1.5万人"),
        ("1.50", "万人", "1.5万", "1.5万人"),
        ("-0.500", "%", "", "-0.5%"),
        ("0", "", "", "0"),
        ("1234567.25", "", "", "1,234,567.25"),
        ("1E+4", "", "", "10,000"),
    ],
)
def test_numbers_are_shown_as_written_or_with_thousands(
    value: str, unit: str, written: str, text: str
) -> None:
    assert shown(Decimal(value), unit, written) == text
