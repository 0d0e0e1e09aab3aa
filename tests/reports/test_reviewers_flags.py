from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.progress.lights import NumberState
from workflow.rules.progress.paths import PathPoint
from workflow.rules.reporting.flags import ComparedNumber, flags, likeness

D = Decimal
LAST = "三季度共引进高层次人才12名，举办专场招聘会3场，落地项目5个。"
NEW = "四季度新建院士专家工作站1家，完成全年任务，专家结对企业20家。"


def compared(
    now: str | None, last: str | None = None, kind: str = "new", expected: str | None = None
) -> ComparedNumber:
    point = None if expected is None else PathPoint(D(0), D(expected), D(expected) * 2)
    number = NumberState("引进人才", ">=", "人", point, None if now is None else D(now))
    return ComparedNumber(number, kind, None if last is None else D(last))


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        (compared("12", "12"), []),
        (compared("11", "12"), ["fell"]),
        (compared("11", "12", "annual"), ["fell"]),
        (compared("11", "12", "stock"), []),
        (compared("5", "12", "stock"), ["jump"]),
        (compared("20", "12", "ratio"), ["jump"]),
        (compared("60", "12"), ["jump"]),
        (compared("59", "12"), []),
        (compared("60", "0"), []),
        (compared("8", "1", "growth"), []),
        (compared("40", expected="50"), []),
        (compared("39", expected="50"), ["off_path"]),
        (compared("301", expected="50"), ["over"]),
        (compared("1", "12", expected="50"), ["fell", "off_path"]),
        (compared(None, "12", expected="50"), []),
    ],
)
def test_numbers_worth_a_second_look(one: ComparedNumber, codes: list[str]) -> None:
    assert [flag.code for flag in flags(NEW, LAST, [one], evidence=1)] == codes


@pytest.mark.parametrize(
    ("text", "last", "evidence", "nil", "codes"),
    [
        (NEW, LAST, 1, False, []),
        (LAST, LAST, 1, False, ["same_text"]),
        (LAST.replace("，", " ,\n"), LAST, 1, False, ["same_text"]),
        (NEW, LAST, 0, False, ["no_evidence"]),
        (LAST, LAST, 0, True, []),
        ("", "", 1, False, []),
    ],
)
def test_texts_and_evidence_worth_a_second_look(
    text: str, last: str, evidence: int, nil: bool, codes: list[str]
) -> None:
    found = flags(text, last, evidence=evidence, nil_return=nil)
    assert [flag.code for flag in found] == codes


def test_a_flag_says_in_words_what_to_look_at() -> None:
    (flag,) = flags(NEW, LAST, [compared("11", "12")], evidence=1)
    assert str(flag) == "引进人才由上期的12人降为11人，累计数不应减少"


@given(st.text(max_size=50), st.text(max_size=50))
def test_likeness_is_whole_for_the_same_text_and_between_nothing_and_all(a: str, b: str) -> None:
    assert likeness(a, a) == 1
    assert 0 <= likeness(a, b) <= 1
