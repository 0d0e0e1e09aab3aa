"""How far a step may lie from the due date, what its refusal says, and the tone it keeps."""

from datetime import date

import pytest

from workflow.rules.refusals import Invalid
from workflow.rules.reporting.ladder import ClockKind, Rung, Tone, check, steps
from workflow.rules.time.calendar import Calendar


@pytest.mark.parametrize("workdays", [-60, 250])
def test_a_step_may_lie_as_far_away_as_this(workdays: int) -> None:
    check([Rung(workdays, ("liaison",), Tone.LATE)])


@pytest.mark.parametrize("workdays", [-61, 251])
def test_and_no_farther(workdays: int) -> None:
    with pytest.raises(Invalid, match=f"{workdays}"):
        check([Rung(workdays, ("liaison",), Tone.LATE)])


def test_a_refused_step_names_itself_and_whom_it_would_tell() -> None:
    with pytest.raises(Invalid, match="T-5") as refused:
        check([Rung(-5, ("liaison", "mayor"), Tone.AHEAD)])
    assert "liaison, mayor" in str(refused.value)


def test_each_step_keeps_its_tone() -> None:
    laid = steps(ClockKind.REVIEW, date(2021, 10, 15), Calendar())
    assert [step.tone for step in laid] == [Tone.AHEAD, Tone.TODAY, Tone.ESCALATED]
