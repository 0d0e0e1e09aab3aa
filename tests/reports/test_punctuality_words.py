from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import speaking
from workflow.rules.reporting.punctuality import Filing, Punctuality, PunctualityWord, punctuality
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import end_of_day

CHINA = Calendar()
DUE = date(2021, 9, 30)  # the day before the National week


def at(month: int, day: int, hour: int = 10) -> datetime:
    """An instant by the clock of China."""
    return datetime(2021, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


ON_TIME, LATE, MISSING, NOT_DUE = (
    PunctualityWord.ON_TIME,
    PunctualityWord.LATE,
    PunctualityWord.MISSING,
    PunctualityWord.NOT_DUE,
)


@pytest.mark.parametrize(
    ("filings", "today", "word", "workdays"),
    [
        ([], date(2021, 9, 30), NOT_DUE, 0),
        ([], date(2021, 10, 1), MISSING, 1),
        ([], date(2021, 10, 8), MISSING, 1),
        ([], date(2021, 10, 9), MISSING, 2),
        ([Filing(at(9, 30, 23))], date(2021, 10, 20), ON_TIME, 0),
        ([Filing(at(10, 1, 0))], date(2021, 10, 20), LATE, 1),
        ([Filing(at(10, 8))], date(2021, 10, 20), LATE, 1),
        ([Filing(at(10, 9))], date(2021, 10, 20), LATE, 2),
        # returned on the 11th: three workdays to answer, until the 14th
        ([Filing(at(9, 29), at(10, 11)), Filing(at(10, 14))], date(2021, 11, 1), ON_TIME, 0),
        ([Filing(at(9, 29), at(10, 11)), Filing(at(10, 15))], date(2021, 11, 1), LATE, 1),
        ([Filing(at(9, 29), at(10, 11))], date(2021, 10, 14), ON_TIME, 0),
        ([Filing(at(9, 29), at(10, 11))], date(2021, 10, 18), LATE, 2),
        # an answer date that was agreed
        ([Filing(at(9, 29), at(10, 11), date(2021, 10, 20))], date(2021, 10, 20), ON_TIME, 0),
        # late at first, late again: both are the unit's
        ([Filing(at(10, 8), at(10, 11)), Filing(at(10, 18))], date(2021, 11, 1), LATE, 3),
        # returned long before the due date: the due date is the answer date
        ([Filing(at(9, 1), at(9, 2)), Filing(at(9, 30))], date(2021, 11, 1), ON_TIME, 0),
    ],
)
def test_the_word_of_a_report(
    filings: list[Filing], today: date, word: PunctualityWord, workdays: int
) -> None:
    assert punctuality(DUE, filings, today, CHINA) == Punctuality(word, workdays)


def test_an_extended_date_is_the_date() -> None:
    filing = [Filing(at(10, 15))]
    assert punctuality(date(2021, 10, 15), filing, date(2021, 11, 1), CHINA).word == ON_TIME


def test_the_words_as_people_read_them() -> None:
    assert [str(Punctuality(word, 3)) for word in PunctualityWord] == [
        "按时",
        "逾期 3 个工作日",
        "未报送",
        "未到期",
    ]
    with speaking("en"):
        assert str(Punctuality(LATE, 3)) == "3 workdays late"


days = st.dates(date(2021, 1, 1), date(2022, 12, 31))


@given(days, st.integers(-30, 30), st.integers(1, 200), st.integers(0, 3))
def test_the_offices_time_never_counts(due: date, filed: int, review: int, answer: int) -> None:
    """However long a review takes: who answers a return in time stands as if never returned."""
    filed_at = end_of_day(due + timedelta(days=filed)) - timedelta(hours=6)
    today = due + timedelta(days=900)
    alone = punctuality(due, [Filing(filed_at)], today, CHINA)
    returned_on = due + timedelta(days=filed + review)
    answered_on = CHINA.add_workdays(returned_on, answer)
    filings = [
        Filing(filed_at, end_of_day(returned_on) - timedelta(hours=12)),
        Filing(end_of_day(answered_on) - timedelta(hours=6)),
    ]
    assert punctuality(due, filings, today, CHINA) == alone


@given(days, st.integers(-40, 40), st.integers(0, 30))
def test_filing_later_is_never_more_punctual(due: date, filed: int, more: int) -> None:
    def late(days_after: int) -> int:
        instant = end_of_day(due + timedelta(days=days_after)) - timedelta(seconds=1)
        return punctuality(due, [Filing(instant)], due + timedelta(days=99), CHINA).workdays

    assert late(filed) <= late(filed + more)
    assert (late(filed) == 0) == (filed <= 0)
