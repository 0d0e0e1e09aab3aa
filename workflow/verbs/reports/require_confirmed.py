"""Nothing that a mail brought goes out before a person has looked at it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Select, select, update

from db.models import MailReply
from i18n import mark
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context

_STILL_OPEN = mark("This came by mail. Confirm it on the page of the report first.")


def require_confirmed(c: Context, report_id: int, said: Mapping[str, str]) -> None:
    """Raises Invalid with a Problem for each field that still holds what a mail put into it, and
    that nobody has confirmed."""
    fields = {
        name: text
        for reply in c.session.scalars(_open(report_id))
        for name, text in json.loads(reply.placed).items()
        if said.get(name, "").strip() == text
    }
    if fields:
        raise Invalid(
            mark("What came by mail is to be confirmed first."),
            tuple(Problem(name, _STILL_OPEN) for name in fields),
        )


def put_rest_aside(c: Context, report_id: int) -> None:
    """Once a report is submitted, what mails said of it before is settled."""
    ids = [reply.id for reply in c.session.scalars(_open(report_id))]
    c.session.execute(
        update(MailReply)
        .where(MailReply.id.in_(ids))
        .values(state="put_aside", text="", settled_at=c.now, settled_by=c.actor.person_id)
    )


def _open(report_id: int) -> Select[MailReply]:
    return select(MailReply).where(MailReply.report_id == report_id, MailReply.state == "open")
