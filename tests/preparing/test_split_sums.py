"""What a place splits among its units is held against what the level above asked of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workflow.rules.preparing.split_sums import split_sums

ASKED = {"little/2.2": [("大学生", "人", Decimal(1200))]}


def task(code: str, value: int | None, kind: str = "annual", op: str = ">=") -> dict[str, Any]:
    measure = {"metric": "大学生", "unit": "人", "kind": kind, "op": op}
    measures = [] if value is None else [{**measure, "value": Decimal(value)}]
    return {"code": code, "taken_from": "little/2.2", "measures": measures}


def said(*tasks: dict[str, Any]) -> list[tuple[str, bool]]:
    found = split_sums(tasks, ASKED)
    return [(one.message.format(**one.fields), one.short) for one in found]


def test_parts_that_make_the_whole_are_nothing_to_say() -> None:
    assert said(task("1", 700), task("2", 500)) == []


def test_less_than_was_asked_is_said_with_both_numbers() -> None:
    ((words, short),) = said(task("1", 700), task("2", 400))
    assert short
    assert "1,200人" in words
    assert "1,100人" in words
    assert "100人 less" in words


def test_more_than_was_asked_is_no_fault_but_said() -> None:
    ((words, short),) = said(task("1", 700), task("2", 600))
    assert not short
    assert "100人 more" in words


def test_over_a_ceiling_more_is_the_fault() -> None:
    assert [short for _words, short in said(task("1", 1300, op="<="))] == [True]


def test_what_does_not_add_up_is_judged_part_by_part() -> None:
    found = said(task("1", 1200, "ratio"), task("2", 1100, "ratio"))
    assert [short for _words, short in found] == [True]


def test_a_number_that_no_part_counts_is_missed() -> None:
    assert [short for _words, short in said(task("1", None))] == [True]


@pytest.mark.parametrize("value", [None, Decimal(5)])
def test_nothing_is_said_of_other_tasks_and_of_numbers_that_were_not_shared_out(value) -> None:
    other = {**task("1", 3), "taken_from": None}
    assert not list(split_sums([other], ASKED))
    assert bool(list(split_sums([task("1", 3)], {"little/2.2": [("大学生", "人", value)]}))) is (
        value is not None
    )
