"""Dates in workbooks and mails, as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.rules.refusals import Invalid
from workflow.rules.time.written_dates import date_written

TODAY = date(2025, 3, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年3月5日", date(2025, 3, 5)),
        ("2025年03月05日（周三）", date(2025, 3, 5)),
        ("2025年3月5日 星期三", date(2025, 3, 5)),
        ("２０２５年３月５日", date(2025, 3, 5)),
        ("二〇二五年三月五日", date(2025, 3, 5)),
        ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("3月5日", date(2025, 3, 5)),
        ("3月5号", date(2025, 3, 5)),
        ("三月五日", date(2025, 3, 5)),
        ("十一月二十日", date(2024, 11, 20)),
        ("12月28日", date(2024, 12, 28)),
        ("2月29日", date(2024, 2, 29)),
        ("2025.3.5", date(2025, 3, 5)),
        ("2025/3/5", date(2025, 3, 5)),
        ("2025-03-05 00:00:00", date(2025, 3, 5)),
        ("20250305", date(2025, 3, 5)),
        ("45721", date(2025, 3, 5)),
    ],
)
def test_what_people_write_is_one_day(text: str, day: date) -> None:
    assert date_written(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["", "3月", "2025年3月", "25年3月5日", "3/5", "3.5", "三月底", "2025年2月30日", "13月5日",
     "二月三十日", "三月十十五日", "99999", "12345", "十十十月五日", "月日", "〇月五日"],
)  # fmt: skip
def test_what_may_be_another_day_is_not_read(text: str) -> None:
    with pytest.raises(Invalid):
        date_written(text, TODAY)
