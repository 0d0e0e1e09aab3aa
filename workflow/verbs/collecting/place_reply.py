"""Say which report the words of a mail belong to."""

from __future__ import annotations

import json

from db.queries.places.places import about_unit
from db.queries.reports.form import report_form
from workflow.rules.access.permissions import Permission
from workflow.verbs.collecting.find_reply import find_own_reply
from workflow.verbs.collecting.lay_draft import lay_draft
from workflow.verbs.collecting.take_in_reply import read_words
from workflow.verbs.context import Context


def place_reply(c: Context, *, reply_id: int, report_id: int) -> None:
    """Lay words that belonged to no report into the draft of one, there to be confirmed.

    Who may: who wrote them, as liaison of the report's unit. Raises NotFound for what is settled,
    somebody else's, or belongs to a report already.
    """
    form = report_form(c.session, c.actor, report_id, c.today, c.now)
    c.require(Permission.FILE, about_unit(c.session, form.paper.unit_id))
    reply = find_own_reply(c, reply_id)
    said, doubtful = read_words(form, reply.text)
    placed = lay_draft(c, form, {name: text for name, (text, _words) in said.items()})
    kept_out = [words for name, (_text, words) in said.items() if name not in placed and words]
    reply.report_id = report_id
    reply.placed = json.dumps(placed, ensure_ascii=False, sort_keys=True)
    reply.doubtful = json.dumps([*doubtful, *kept_out], ensure_ascii=False)
    c.session.flush()
