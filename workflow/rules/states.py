"""The transition table: which step leads from which state to which, for each kind of subject.

Nothing changes a state but a row of this table, inside a verb. docs/states.md is made from it.
Late and overdue are no states: they follow from dates (see `lights`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from i18n import Translated, mark
from workflow.rules.refusals import WrongState


class PlanStateName(StrEnum):
    """What a plan is, by the dates on which it was sent round and issued."""

    DRAFTED = "drafted"
    CONSULTED = "consulted"
    ISSUED = "issued"


class TaskStateName(StrEnum):
    """What a task is."""

    DRAFTED = "drafted"
    CONSULTED = "consulted"
    ISSUED = "issued"
    UNDER_WAY = "under_way"
    COMPLETION_REQUESTED = "completion_requested"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    DROPPED = "dropped"


class AssignmentStateName(StrEnum):
    """What an assignment is."""

    PROPOSED = "proposed"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    ENDED = "ended"


class ReportStateName(StrEnum):
    """What a report is."""

    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED_OFF = "signed_off"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WAIVED = "waived"
    AS_BEFORE = "as_before"


class RequestStateName(StrEnum):
    """What a request is."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What the procedure of a year's assessment is (年度考核程序), in order."""

    SELF_ASSESSMENT = "self_assessment"
    VERIFICATION = "verification"
    FEEDBACK = "feedback"
    ANSWERING = "answering"
    REVIEW = "review"
    APPROVAL = "approval"
    PUBLICATION = "publication"
    FINAL = "final"


@dataclass(frozen=True)
class Transition:
    """One row: `action` takes a `subject` from any state of `before` to `after`."""

    subject: str
    action: str
    before: tuple[str, ...]
    after: str


STATES: Mapping[str, Mapping[str, str]] = {
    "task": {
        TaskStateName.DRAFTED: mark("drafted"),
        TaskStateName.CONSULTED: mark("sent round for comment"),
        TaskStateName.ISSUED: mark("issued"),
        TaskStateName.UNDER_WAY: mark("under way"),
        TaskStateName.COMPLETION_REQUESTED: mark("completion requested"),
        TaskStateName.CLOSED: mark("closed out"),
        TaskStateName.SUSPENDED: mark("suspended"),
        TaskStateName.TERMINATED: mark("terminated"),
        TaskStateName.DROPPED: mark("taken out of the draft"),
    },
    "assignment": {
        AssignmentStateName.PROPOSED: mark("proposed"),
        AssignmentStateName.ISSUED: mark("to be acknowledged"),
        AssignmentStateName.ACKNOWLEDGED: mark("acknowledged"),
        AssignmentStateName.DISPUTED: mark("disputed"),
        AssignmentStateName.ENDED: mark("ended"),
    },
    "report": {
        ReportStateName.DUE: mark("to be reported"),
        ReportStateName.DRAFT: mark("draft"),
        ReportStateName.SUBMITTED: mark("awaiting sign-off"),
        ReportStateName.SIGNED_OFF: mark("awaiting review"),
        ReportStateName.RETURNED: mark("returned"),
        ReportStateName.ACCEPTED: mark("accepted"),
        ReportStateName.WAIVED: mark("waived"),
        ReportStateName.AS_BEFORE: mark("as last accepted"),
    },
    "request": {
        RequestStateName.PENDING: mark("awaiting a decision"),
        RequestStateName.APPROVED: mark("approved"),
        RequestStateName.REFUSED: mark("refused"),
        RequestStateName.WITHDRAWN: mark("withdrawn"),
    },
    "procedure": {
        Step.SELF_ASSESSMENT: mark("self-assessment"),
        Step.VERIFICATION: mark("verification"),
        Step.FEEDBACK: mark("feedback on the draft"),
        Step.ANSWERING: mark("answering objections"),
        Step.REVIEW: mark("review by the coordinating body"),
        Step.APPROVAL: mark("approval of the result"),
        Step.PUBLICATION: mark("publication"),
        Step.FINAL: mark("final"),
    },
}

INITIAL: Mapping[str, str] = {
    "task": TaskStateName.DRAFTED,
    "assignment": AssignmentStateName.PROPOSED,
    "report": ReportStateName.DUE,
    "request": RequestStateName.PENDING,
    "procedure": Step.SELF_ASSESSMENT,
}

_T, _A, _R, _Q = TaskStateName, AssignmentStateName, ReportStateName, RequestStateName
TRANSITIONS: tuple[Transition, ...] = (
    Transition("task", "consult", (_T.DRAFTED,), _T.CONSULTED),
    Transition("task", "issue", (_T.DRAFTED, _T.CONSULTED), _T.ISSUED),
    Transition("task", "drop", (_T.DRAFTED, _T.CONSULTED), _T.DROPPED),
    Transition("task", "draft_again", (_T.DROPPED,), _T.DRAFTED),
    Transition("task", "acknowledge", (_T.ISSUED,), _T.UNDER_WAY),
    Transition("task", "request_completion", (_T.UNDER_WAY,), _T.COMPLETION_REQUESTED),
    Transition("task", "close_out", (_T.COMPLETION_REQUESTED,), _T.CLOSED),
    Transition("task", "refuse_completion", (_T.COMPLETION_REQUESTED,), _T.UNDER_WAY),
    Transition("task", "suspend", (_T.ISSUED, _T.UNDER_WAY, _T.COMPLETION_REQUESTED), _T.SUSPENDED),
    Transition("task", "resume", (_T.SUSPENDED,), _T.UNDER_WAY),
    Transition(
        "task",
        "terminate",
        (_T.ISSUED, _T.UNDER_WAY, _T.COMPLETION_REQUESTED, _T.SUSPENDED),
        _T.TERMINATED,
    ),
    Transition("assignment", "issue", (_A.PROPOSED,), _A.ISSUED),
    Transition("assignment", "acknowledge", (_A.ISSUED,), _A.ACKNOWLEDGED),
    Transition("assignment", "dispute", (_A.ISSUED, _A.ACKNOWLEDGED), _A.DISPUTED),
    Transition("assignment", "uphold", (_A.DISPUTED,), _A.ISSUED),
    Transition(
        "assignment", "end", (_A.PROPOSED, _A.ISSUED, _A.ACKNOWLEDGED, _A.DISPUTED), _A.ENDED
    ),
    Transition("report", "let_stand", (_R.DUE,), _R.AS_BEFORE),
    Transition("report", "draft", (_R.DUE, _R.AS_BEFORE), _R.DRAFT),
    Transition("report", "submit", (_R.DUE, _R.DRAFT, _R.RETURNED, _R.AS_BEFORE), _R.SUBMITTED),
    Transition("report", "withdraw", (_R.SUBMITTED,), _R.DRAFT),
    Transition("report", "sign_off", (_R.SUBMITTED,), _R.SIGNED_OFF),
    Transition("report", "send_back", (_R.SUBMITTED,), _R.RETURNED),
    Transition("report", "accept", (_R.SIGNED_OFF,), _R.ACCEPTED),
    Transition("report", "return", (_R.SIGNED_OFF,), _R.RETURNED),
    Transition("report", "receive", (_R.SUBMITTED,), _R.ACCEPTED),
    Transition("report", "ask_again", (_R.SUBMITTED,), _R.RETURNED),
    Transition("report", "undo_accept", (_R.ACCEPTED,), _R.SIGNED_OFF),
    Transition("report", "undo_return", (_R.RETURNED,), _R.SIGNED_OFF),
    Transition(
        "report",
        "waive",
        (_R.DUE, _R.AS_BEFORE, _R.DRAFT, _R.SUBMITTED, _R.SIGNED_OFF, _R.RETURNED),
        _R.WAIVED,
    ),
    Transition("request", "approve", (_Q.PENDING,), _Q.APPROVED),
    Transition("request", "refuse", (_Q.PENDING,), _Q.REFUSED),
    Transition("request", "withdraw", (_Q.PENDING,), _Q.WITHDRAWN),
    Transition("procedure", "end_self_assessment", (Step.SELF_ASSESSMENT,), Step.VERIFICATION),
    Transition("procedure", "show_draft", (Step.VERIFICATION,), Step.FEEDBACK),
    Transition("procedure", "end_feedback", (Step.FEEDBACK,), Step.ANSWERING),
    Transition("procedure", "put_forward", (Step.ANSWERING,), Step.REVIEW),
    Transition("procedure", "put_up", (Step.REVIEW,), Step.APPROVAL),
    Transition("procedure", "approve_result", (Step.APPROVAL,), Step.PUBLICATION),
    Transition("procedure", "finalise", (Step.PUBLICATION,), Step.FINAL),
    Transition(
        "procedure",
        "send_back_result",
        (Step.REVIEW, Step.APPROVAL, Step.PUBLICATION),
        Step.FEEDBACK,
    ),
    Transition("procedure", "correct", (Step.FINAL,), Step.FEEDBACK),
)

_TABLE = {(t.subject, t.action): t for t in TRANSITIONS}

LIVE_TASKS = frozenset(
    {TaskStateName.ISSUED, TaskStateName.UNDER_WAY, TaskStateName.COMPLETION_REQUESTED}
)
"""States of a task in which its assignments owe reports."""
LIVE_ASSIGNMENTS = frozenset(
    {AssignmentStateName.ISSUED, AssignmentStateName.ACKNOWLEDGED, AssignmentStateName.DISPUTED}
)
"""States of an assignment in which it owes reports; a dispute does not suspend the work."""
UNFILED = frozenset({ReportStateName.DUE, ReportStateName.DRAFT, ReportStateName.RETURNED})
"""States of a report in which the unit has something to do."""
MAY_WRITE = UNFILED | {ReportStateName.AS_BEFORE}
"""States in which the unit may fill it in; where nothing is new, it need not."""
NOT_OWED = frozenset({ReportStateName.WAIVED, ReportStateName.AS_BEFORE})
"""States of a report that nobody is waiting for and that counts nowhere."""
LEFT_THE_UNIT = frozenset({ReportStateName.SIGNED_OFF, ReportStateName.ACCEPTED})
"""States of a report that has left its unit and stands."""
SETTLED = frozenset({ReportStateName.ACCEPTED, *NOT_OWED})
"""States of a report in which nobody has anything to do."""


def after(subject: str, action: str, state: str) -> str:
    """The state that `action` leads to; raises WrongState if the table has no such step."""
    row = _TABLE[subject, action]
    if state not in row.before:
        raise WrongState(
            mark("This is not possible now: it is already “{state}”. Open it again to see it."),
            state=Translated(STATES[subject][state]),
        )
    return row.after


def possible(subject: str, state: str) -> tuple[str, ...]:
    """The actions that the table allows from a state, in the table's order."""
    return tuple(t.action for t in TRANSITIONS if t.subject == subject and state in t.before)
