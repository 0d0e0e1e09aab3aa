"""年度考核程序: its steps, whose turn each is, how long each lasts, and what keeps it from ending.

The steps themselves are rows of the transition table (workflow.rules.states).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Problem
from workflow.rules.states import Step
from workflow.rules.time.calendar import Calendar


@dataclass(frozen=True)
class StepRule:
    """A step: for how many workdays it lasts where nothing else is said, what there is to do and
    for whom, and the action that ends it, with who may take it and what it is called."""

    workdays: int
    todo: str
    whose: str
    ends_by: str = ""
    permission: Permission = Permission.KEEP_PROCEDURE
    called: str = ""
    needs_document: bool = False


_UNITS = mark("the units")
_OFFICE = mark("the talent office")
RULES: Mapping[Step, StepRule] = {
    Step.SELF_ASSESSMENT: StepRule(
        10, mark("Every unit says how it judges its own year."), _UNITS,
        "end_self_assessment", called=mark("End the self-assessment, verify the numbers"),
    ),
    Step.VERIFICATION: StepRule(
        7, mark("What was reported is reviewed, and every flagged number is looked at."), _OFFICE,
        "show_draft", called=mark("Show every unit its draft"),
    ),
    Step.FEEDBACK: StepRule(
        5, mark("Every unit looks at its draft: it confirms, or objects line by line."), _UNITS,
        "end_feedback", called=mark("End the feedback, answer the objections"),
    ),
    Step.ANSWERING: StepRule(
        5, mark("Objections are answered by somebody else than whoever reviewed."),
        mark("whoever answers objections"),
        "put_forward", called=mark("Put the result before the coordinating body"),
    ),
    Step.REVIEW: StepRule(
        10, mark("The coordinating body looks through the result."), mark("the coordinating body"),
        "put_up", Permission.REVIEW_RESULT, mark("Put the result up for approval"),
    ),
    Step.APPROVAL: StepRule(
        10, mark("The body that may approves the result."), mark("whoever may approve"),
        "approve_result", Permission.APPROVE_RESULT, mark("Approved; publish it"),
        needs_document=True,
    ),
    Step.PUBLICATION: StepRule(
        5, mark("The result is published; objections are still taken."), _OFFICE,
        "finalise", called=mark("Make it final"),
    ),
    Step.FINAL: StepRule(
        0, mark("The result is final. A correction is a new version."), _OFFICE,
        "correct", Permission.APPROVE_RESULT, mark("Correct it: back to the feedback"),
        needs_document=True,
    ),
}  # fmt: skip
"""What is to be done in each step, and by whom."""

SEND_BACK = "send_back_result"
"""From the bodies above back to the feedback, with a reason."""
FROZEN = frozenset({Step.REVIEW, Step.APPROVAL, Step.PUBLICATION, Step.FINAL})
"""Steps in which the result is no longer worked out anew."""
OBJECTIONS = frozenset({Step.FEEDBACK, Step.PUBLICATION})
"""Steps in which units may object."""
BY_ANOTHER = {"put_up": Step.REVIEW, "approve_result": Step.APPROVAL}
"""Actions that the person may not take who took the procedure to this step (四眼原则)."""


@dataclass(frozen=True)
class Situation:
    """How a procedure stands: what is open in the newest version, who has not spoken yet."""

    today: date
    due_on: date | None
    worked_out: bool = False
    trial: bool = False
    same_version: bool = True
    questions: int = 0
    doubts: int = 0
    awaiting: int = 0
    objections: int = 0
    upheld_since: int = 0
    silent: tuple[str, ...] = field(default=())
    approved_scheme: bool = True


def obstacles(action: str, found: Situation) -> Iterator[Problem]:
    """What keeps a step from being taken, each with what is to be done."""
    if action in ("end_feedback", "finalise") and found.due_on and found.today <= found.due_on:
        everybody = action == "end_feedback" and not found.silent
        if not everybody:
            yield Problem("", mark("the time for objections runs until {day}"), day=found.due_on)
    if action not in ("show_draft", "put_forward", "put_up", "approve_result", "finalise"):
        return
    if not found.worked_out:
        yield Problem("", mark("the year has not been worked out yet"))
    if found.trial:
        yield Problem("", mark("what was worked out is a trial; the year must be over first"))
    if found.awaiting:
        yield Problem("", mark("{n} reports await the office's review"), n=found.awaiting)
    if found.doubts:
        yield Problem("", mark("{n} flagged numbers are not looked at"), n=found.doubts)
    if action == "show_draft":
        return
    if found.questions:
        yield Problem("", mark("{n} questions are put to a person and not decided"),
            n=found.questions,
        )  # fmt: skip
    if found.objections:
        yield Problem("", mark("{n} objections await their answer"), n=found.objections)
    if found.upheld_since:
        yield Problem(
            "",
            mark("{n} objections were upheld since: put the record right and work it out again"),
            n=found.upheld_since,
        )
    if not found.approved_scheme:
        yield Problem("", mark("the scheme of the year is not approved"))
    if action != "put_forward" and not found.same_version:
        yield Problem("", mark("a newer version was worked out since; send the result back first"))


def due_on(step: Step, begins: date, calendar: Calendar) -> date | None:
    """The last day of a step that begins on a local day; None where it has none."""
    days = RULES[step].workdays
    return calendar.add_workdays(begins, days) if days else None


def reminder_of(today: date, due: date, calendar: Calendar) -> str:
    """Which reminder of a step falls due: a workday before its last day, or once it is over."""
    if today > due:
        return "over"
    return "before" if today >= calendar.add_workdays(due, -1) else ""
