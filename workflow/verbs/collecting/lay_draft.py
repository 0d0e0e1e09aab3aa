"""Put what a mail says into the draft of a report, where nobody has written anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from db.models import MailReply
from db.queries.reports.form import ReportForm
from workflow.verbs.context import Context
from workflow.verbs.reports.save_draft import save_draft

_OF_LAST_TIME = ("value:", "firmness:", "reached:", "document:")


def lay_draft(c: Context, form: ReportForm, said: Mapping[str, str]) -> dict[str, str]:
    """Save what is said as the draft of a report, by the verb `save_draft`; the fields that hold it
    now. A field in which something stands is left as it is. A new draft begins with the words and
    the state last accepted, as its form does, but with no number of last time: nobody would see
    that it is an old one."""
    begun = form.draft.version > 0
    before = {
        name: text for name, text in form.content.items()
        if text and (begun or not (name == "text" or name.startswith(_OF_LAST_TIME)))
    }  # fmt: skip
    placed = {name: text for name, text in said.items() if not begun or not before.get(name)}
    if placed:
        save_draft(
            c, report_id=form.paper.id, content={**before, **placed}, version=form.draft.version
        )
    return placed


def keep_reply(
    c: Context,
    return_id: int,
    report_id: int | None,
    text: str,
    placed: Mapping[str, str],
    doubtful: Sequence[str] = (),
) -> None:
    """Keep what a mail said until a person has confirmed it or put it aside."""
    assert c.actor.person_id is not None  # noqa: S101
    c.session.add(
        MailReply(
            return_id=return_id,
            person_id=c.actor.person_id,
            report_id=report_id,
            at=c.now,
            text=text,
            placed=json.dumps(dict(placed), ensure_ascii=False, sort_keys=True),
            doubtful=json.dumps(list(doubtful), ensure_ascii=False),
        )
    )
    c.session.flush()
