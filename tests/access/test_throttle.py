"""Who waits how long after how many attempts: the table of workflow/rules/access/throttle.py."""

from datetime import UTC, datetime, timedelta

import pytest

from workflow.rules.access.throttle import (
    ADDRESS,
    HERE,
    SLOWER,
    WINDOW,
    AttemptKind,
    EarlierAttempts,
    wait,
)

NOW = datetime(2021, 11, 22, 1, tzinfo=UTC)
NONE = timedelta(0)
JUST = NOW - timedelta(seconds=4)
LONG = NOW - timedelta(minutes=2)
FIRST, PAUSE = SLOWER[0]
MANY, LONGEST = SLOWER[-1]

STRANGE = (False, False)
SAME_ADDRESS = (False, True)
OWN_BROWSER = (True, True)


@pytest.mark.parametrize(
    ("kind", "tried", "known", "span"),
    [
        (AttemptKind.LOGIN, EarlierAttempts(), STRANGE, NONE),
        (AttemptKind.LOGIN, EarlierAttempts(here=HERE - 1), STRANGE, NONE),
        (AttemptKind.LOGIN, EarlierAttempts(here=HERE), STRANGE, WINDOW),
        (AttemptKind.LOGIN, EarlierAttempts(here=HERE), OWN_BROWSER, WINDOW),
        (AttemptKind.LOGIN, EarlierAttempts(address=ADDRESS - 1), STRANGE, NONE),
        (AttemptKind.LOGIN, EarlierAttempts(address=ADDRESS), STRANGE, WINDOW),
        (AttemptKind.LOGIN, EarlierAttempts(address=ADDRESS), SAME_ADDRESS, WINDOW),
        (AttemptKind.LOGIN, EarlierAttempts(address=ADDRESS), OWN_BROWSER, NONE),
        (AttemptKind.LOGIN, EarlierAttempts(strangers=FIRST - 1, last=JUST), STRANGE, NONE),
        (
            AttemptKind.LOGIN,
            EarlierAttempts(strangers=FIRST, last=JUST),
            STRANGE,
            PAUSE - (NOW - JUST),
        ),
        (AttemptKind.LOGIN, EarlierAttempts(strangers=FIRST, last=LONG), STRANGE, NONE),
        (
            AttemptKind.LOGIN,
            EarlierAttempts(strangers=MANY, last=JUST),
            STRANGE,
            LONGEST - (NOW - JUST),
        ),
        (
            AttemptKind.LOGIN,
            EarlierAttempts(strangers=10_000, last=JUST),
            STRANGE,
            LONGEST - (NOW - JUST),
        ),
        (AttemptKind.LOGIN, EarlierAttempts(strangers=10_000, last=JUST), SAME_ADDRESS, NONE),
        (AttemptKind.LOGIN, EarlierAttempts(strangers=10_000, last=JUST), OWN_BROWSER, NONE),
        (
            AttemptKind.CODE,
            EarlierAttempts(strangers=10_000, last=JUST),
            STRANGE,
            LONGEST - (NOW - JUST),
        ),
        (AttemptKind.RESET, EarlierAttempts(strangers=10_000, last=JUST), STRANGE, NONE),
        (AttemptKind.RESET, EarlierAttempts(here=HERE), STRANGE, WINDOW),
        (AttemptKind.CHANGE, EarlierAttempts(strangers=10_000, last=JUST), STRANGE, NONE),
        (AttemptKind.CHANGE, EarlierAttempts(here=HERE), STRANGE, WINDOW),
    ],
)
def test_how_long_an_attempt_waits(
    kind: AttemptKind, tried: EarlierAttempts, known: tuple[bool, bool], span: timedelta
) -> None:
    browser, source = known
    assert wait(kind, tried, browser_known=browser, source_known=source, at=NOW) == span


def test_strangers_together_are_never_shut_out_for_longer_than_a_minute() -> None:
    spans = [pause for _n, pause in SLOWER]
    assert spans == sorted(spans)
    assert spans[-1] <= timedelta(minutes=1)
    assert [n for n, _pause in SLOWER] == sorted(n for n, _pause in SLOWER)


def test_many_machines_guess_no_faster_than_a_hundred_times_in_a_quarter_of_an_hour() -> None:
    """Each of ten thousand machines knocks once a second at the same account."""
    counted: list[datetime] = []
    for second in range(int(WINDOW.total_seconds()) * 4):
        at = NOW + timedelta(seconds=second)
        lately = [one for one in counted if one > at - WINDOW]
        tried = EarlierAttempts(strangers=len(lately), last=max(lately, default=None))
        if not wait(AttemptKind.LOGIN, tried, browser_known=False, source_known=False, at=at):
            counted.append(at)
    assert 40 < len(counted) / 4 < 100
