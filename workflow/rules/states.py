"""The transition table: which step leads from which state to which, for each kind of subject.

Nothing changes a state but a row of this table, inside a verb. docs/states.md is made from it.
Late and overdue are no states: they follow from dates (see `lights`).
"""

from __future__ import annotations

from dataclasses import dataclass

from i18n import Translated, mark
from workflow.rules.refusals import WrongState


@dataclass(frozen=True)
class Transition:
    """One row: `action` takes a `subject` from any state of `before` to `after`."""

    subject: str
    action: str
    before: tuple[str, ...]
    after: str


STATES: dict[str, dict[str, str]] = {
    "task": {
        "drafted": mark("drafted"),
        "consulted": mark("sent round for comment"),
        "issued": mark("issued"),
        "under_way": mark("under way"),
        "completion_requested": mark("completion requested"),
        "closed": mark("closed out"),
        "suspended": mark("suspended"),
        "terminated": mark("terminated"),
        "dropped": mark("taken out of the draft"),
    },
    "assignment": {
        "proposed": mark("proposed"),
        "issued": mark("to be acknowledged"),
        "acknowledged": mark("acknowledged"),
        "disputed": mark("disputed"),
        "ended": mark("ended"),
    },
    "report": {
        "due": mark("to be reported"),
        "draft": mark("draft"),
        "submitted": mark("awaiting sign-off"),
        "signed_off": mark("awaiting review"),
        "returned": mark("returned"),
        "accepted": mark("accepted"),
        "waived": mark("waived"),
        "as_before": mark("as last accepted"),
    },
    "request": {
        "pending": mark("awaiting a decision"),
        "approved": mark("approved"),
        "refused": mark("refused"),
        "withdrawn": mark("withdrawn"),
    },
    "procedure": {
        "self_assessment": mark("self-assessment"),
        "verification": mark("verification"),
        "feedback": mark("feedback on the draft"),
        "answering": mark("answering objections"),
        "review": mark("review by the coordinating body"),
        "approval": mark("approval of the result"),
        "publication": mark("publication"),
        "final": mark("final"),
    },
}

INITIAL = {
    "task": "drafted", "assignment": "proposed", "report": "due", "request": "pending",
    "procedure": "self_assessment",
}  # fmt: skip

TRANSITIONS: tuple[Transition, ...] = (
    Transition("task", "consult", ("drafted",), "consulted"),
    Transition("task", "issue", ("drafted", "consulted"), "issued"),
    Transition("task", "drop", ("drafted", "consulted"), "dropped"),
    Transition("task", "draft_again", ("dropped",), "drafted"),
    Transition("task", "acknowledge", ("issued",), "under_way"),
    Transition("task", "request_completion", ("under_way",), "completion_requested"),
    Transition("task", "close_out", ("completion_requested",), "closed"),
    Transition("task", "refuse_completion", ("completion_requested",), "under_way"),
    Transition("task", "suspend", ("issued", "under_way", "completion_requested"), "suspended"),
    Transition("task", "resume", ("suspended",), "under_way"),
    Transition(
        "task",
        "terminate",
        ("issued", "under_way", "completion_requested", "suspended"),
        "terminated",
    ),
    Transition("assignment", "issue", ("proposed",), "issued"),
    Transition("assignment", "acknowledge", ("issued",), "acknowledged"),
    Transition("assignment", "dispute", ("issued", "acknowledged"), "disputed"),
    Transition("assignment", "uphold", ("disputed",), "issued"),
    Transition("assignment", "end", ("proposed", "issued", "acknowledged", "disputed"), "ended"),
    Transition("report", "let_stand", ("due",), "as_before"),
    Transition("report", "draft", ("due", "as_before"), "draft"),
    Transition("report", "submit", ("due", "draft", "returned", "as_before"), "submitted"),
    Transition("report", "withdraw", ("submitted",), "draft"),
    Transition("report", "sign_off", ("submitted",), "signed_off"),
    Transition("report", "send_back", ("submitted",), "returned"),
    Transition("report", "accept", ("signed_off",), "accepted"),
    Transition("report", "return", ("signed_off",), "returned"),
    Transition("report", "receive", ("submitted",), "accepted"),
    Transition("report", "ask_again", ("submitted",), "returned"),
    Transition("report", "undo_accept", ("accepted",), "signed_off"),
    Transition("report", "undo_return", ("returned",), "signed_off"),
    Transition(
        "report",
        "waive",
        ("due", "as_before", "draft", "submitted", "signed_off", "returned"),
        "waived",
    ),
    Transition("request", "approve", ("pending",), "approved"),
    Transition("request", "refuse", ("pending",), "refused"),
    Transition("request", "withdraw", ("pending",), "withdrawn"),
    Transition("procedure", "end_self_assessment", ("self_assessment",), "verification"),
    Transition("procedure", "show_draft", ("verification",), "feedback"),
    Transition("procedure", "end_feedback", ("feedback",), "answering"),
    Transition("procedure", "put_forward", ("answering",), "review"),
    Transition("procedure", "put_up", ("review",), "approval"),
    Transition("procedure", "approve_result", ("approval",), "publication"),
    Transition("procedure", "finalise", ("publication",), "final"),
    Transition("procedure", "send_back_result", ("review", "approval", "publication"), "feedback"),
    Transition("procedure", "correct", ("final",), "feedback"),
)

_TABLE = {(t.subject, t.action): t for t in TRANSITIONS}

LIVE_TASKS = frozenset({"issued", "under_way", "completion_requested"})
"""States of a task in which its assignments owe reports."""
LIVE_ASSIGNMENTS = frozenset({"issued", "acknowledged", "disputed"})
"""States of an assignment in which it owes reports; a dispute does not suspend the work."""
UNFILED = frozenset({"due", "draft", "returned"})
"""States of a report in which the unit has something to do."""
MAY_WRITE = UNFILED | {"as_before"}
"""States in which the unit may fill it in; where nothing is new, it need not."""
NOT_OWED = frozenset({"waived", "as_before"})
"""States of a report that nobody is waiting for and that counts nowhere."""
LEFT_THE_UNIT = frozenset({"signed_off", "accepted"})
"""States of a report that has left its unit and stands."""
SETTLED = frozenset({"accepted", *NOT_OWED})
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
