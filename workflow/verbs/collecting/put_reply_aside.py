"""Put aside what a mail said."""

from __future__ import annotations

import json

from db.queries.places.places import about_unit
from db.queries.reports.form import report_form
from workflow.rules.access.permissions import Permission
from workflow.verbs.collecting.find_reply import find_own_reply, find_reply, settle
from workflow.verbs.context import Context
from workflow.verbs.reports.save_draft import save_draft


def put_reply_aside(c: Context, *, reply_id: int) -> None:
    """What a mail said is not wanted: the fields of the draft that still hold it are emptied.

    Who may: the liaison of the report's unit; of words that belong to none yet, who wrote them.
    Raises NotFound for what is settled.
    """
    reply = find_reply(c, reply_id)
    if reply.report_id is None:
        settle(c, find_own_reply(c, reply_id), "put_aside")
        return
    form = report_form(c.session, c.actor, reply.report_id, c.today, c.now)
    c.require(Permission.FILE, about_unit(c.session, form.paper.unit_id))
    placed = json.loads(reply.placed)
    kept = {name: text for name, text in form.content.items() if placed.get(name) != text}
    if form.draft.version and kept != form.content:
        save_draft(c, report_id=reply.report_id, content=kept, version=form.draft.version)
    settle(c, reply, "put_aside")
