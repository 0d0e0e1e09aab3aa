"""采纳情况: what became of a unit's comment."""

from __future__ import annotations

from db.models import Request
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.requests import COMMENT_OUTCOMES, CommentOutcome, RequestKind
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible
from workflow.verbs.requesting import notify_of_decision


def answer_comment(c: Context, *, request_id: int, outcome: str, reply: str = "") -> None:
    """Say whether a comment is adopted (采纳, 部分采纳, 未采纳) and, unless it is, why.

    Who: the office. The comment goes pending → approved or refused with its `outcome`; the unit is
    told. What it asks is changed in the catalogue, not here. Raises NotFound, NotAllowed,
    WrongState for an answered one, Invalid without a reason.
    """
    made = find_visible(c, Request, request_id)
    if made.kind != RequestKind.COMMENT:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    c.require(Permission.ANSWER_COMMENT, about_plan(c.session, made.plan_id))
    if outcome not in COMMENT_OUTCOMES:
        raise Invalid(mark("“{outcome}” is no answer to a comment."), outcome=outcome)
    if outcome != CommentOutcome.ADOPTED and not reply.strip():
        raise Invalid(mark("A comment that is not adopted in full needs a reason."))
    adopted = outcome != CommentOutcome.NOT_ADOPTED
    action = "approve" if adopted else "refuse"
    more: dict[str, object] = {
        "outcome": outcome,
        "reply": reply.strip(),
        "person_id": c.actor.person_id,
    }
    c.transition("request", request_id, action, chain=made.plan_id, more=more, outcome=outcome)
    notify_of_decision(c, made, approved=adopted, reply=reply.strip())
