"""From states to the times at which a report left its unit."""

from datetime import UTC, datetime, timedelta

import pytest

from workflow.rules.reporting.filings import filings
from workflow.rules.reporting.punctuality import Filing

T = [datetime(2021, 3, 1, tzinfo=UTC) + timedelta(days=n) for n in range(12)]


@pytest.mark.parametrize(
    ("states", "to_lead", "expected"),
    [
        ("draft", False, ()),
        ("draft submitted", False, ()),
        ("draft submitted signed_off", False, (Filing(T[2]),)),
        ("submitted returned submitted signed_off", False, (Filing(T[3]),)),
        ("submitted signed_off returned", False, (Filing(T[1], T[2]),)),
        ("submitted signed_off returned signed_off", False, (Filing(T[1]),)),
        ("submitted signed_off accepted signed_off accepted", False, (Filing(T[1]),)),
        (
            "submitted signed_off returned submitted signed_off accepted",
            False,
            (Filing(T[1], T[2]), Filing(T[4])),
        ),
        ("submitted", True, (Filing(T[0]),)),
        ("submitted draft", True, ()),
        ("submitted draft submitted accepted", True, (Filing(T[2]),)),
        ("submitted returned submitted", True, (Filing(T[0], T[1]), Filing(T[2]))),
        ("waived", False, ()),
    ],
)
def test_what_counts_as_filed(states: str, to_lead: bool, expected: tuple[Filing, ...]) -> None:
    given = list(zip(states.split(), T, strict=False))
    assert filings(given, to_lead) == expected
