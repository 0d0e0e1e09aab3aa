"""Confirm what a mail put into a draft, put it aside, or say which report its words belong to."""

from __future__ import annotations

import json

from sqlalchemy import select

from db.models import MailReply
from db.queries.places.places import about_unit
from db.queries.reports.form import report_form
from i18n import mark
from workflow.rules.access.permissions import Subject
from workflow.rules.refusals import NotFound
from workflow.verbs.collecting.lay_draft import lay_draft
from workflow.verbs.collecting.take_in_reply import read_words
from workflow.verbs.context import Context
from workflow.verbs.reports.find_report import find_report, subject_of
from workflow.verbs.reports.save_draft import save_draft


def confirm_reply(c: Context, *, reply_id: int) -> None:
    """A person has looked at what a mail put into the draft of a report, and lets it stand.

    Who may: the liaison of the report's unit. The report can then be submitted; the words of the
    mail are kept no longer. Raises NotFound for one that is settled.
    """
    reply = _open(c, reply_id)
    c.require("file", subject_of(c, find_report(c, reply.report_id or 0)))
    _settle(c, reply, "confirmed")


def put_reply_aside(c: Context, *, reply_id: int) -> None:
    """What a mail said is not wanted: the fields that still hold it are emptied.

    Who may: the liaison of the report's unit; of words that belong to none yet, who wrote them.
    Raises NotFound for one that is settled.
    """
    reply = _open(c, reply_id)
    if reply.report_id is None:
        c.require("file", _own(c, reply))
    else:
        form = report_form(c.session, c.actor, reply.report_id, c.today, c.now)
        c.require("file", about_unit(c.session, form.paper.unit_id))
        placed = json.loads(reply.placed)
        kept = {
            name: text for name, text in form.content.items()
            if name not in placed or placed[name] != text
        }  # fmt: skip
        if form.draft.version and kept != form.content:
            save_draft(c, report_id=reply.report_id, content=kept, version=form.draft.version)
    _settle(c, reply, "put_aside")


def place_reply(c: Context, *, reply_id: int, report_id: int) -> None:
    """Lay words that belonged to no report into the draft of one, there to be confirmed.

    Who may: who wrote them, as liaison of the report's unit. Raises NotFound for what is settled or
    belongs to a report already.
    """
    reply = _open(c, reply_id)
    if reply.report_id is not None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    _own(c, reply)
    form = report_form(c.session, c.actor, report_id, c.today, c.now)
    c.require("file", about_unit(c.session, form.paper.unit_id))
    said, doubtful = read_words(form, reply.text)
    placed = lay_draft(c, form, {name: text for name, (text, _words) in said.items()})
    kept_out = [words for name, (_text, words) in said.items() if name not in placed and words]
    reply.report_id = report_id
    reply.placed = json.dumps(placed, ensure_ascii=False, sort_keys=True)
    reply.doubtful = json.dumps([*doubtful, *kept_out], ensure_ascii=False)
    c.session.flush()


def _own(c: Context, reply: MailReply) -> Subject:
    """A subject of which the writer of words that belong to no report is certainly the liaison."""
    if reply.person_id != c.actor.person_id:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return about_unit(c.session, min(c.actor.unit_ids, default=None))


def _open(c: Context, reply_id: int) -> MailReply:
    found = c.session.scalar(
        select(MailReply)
        .where(MailReply.id == reply_id, MailReply.state == "open")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return found


def _settle(c: Context, reply: MailReply, state: str) -> None:
    reply.state, reply.text = state, ""
    reply.settled_at, reply.settled_by = c.now, c.actor.person_id
    c.session.flush()
