"""新情况: what came since I last looked?"""

from __future__ import annotations

import re
from contextlib import suppress
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

from markupsafe import Markup

from db.queries.mail.notices import Notice, notices, notices_seen_at
from i18n import _
from ui.components.lights import tag
from ui.components.lists import QueueEntry, queue
from ui.components.states import empty
from ui.components.text import heading, soft
from ui.shell.page import Page
from ui.views.shared.office import moment, zone_of
from workflow.rules.refusals import Refused
from workflow.verbs.mail.see_notices import see_notices


def draw(page: Page) -> None:
    """The letters to the reader, the new ones first; having been shown, they are new no more."""
    page.title()
    with page.reading() as c:
        found = notices(c.session, c.actor, notices_seen_at(c.session, c.actor))
    if any(one.new for one in found):
        person_id = page.visitor().person_id
        # Reading waits for nobody who writes; the next look is remembered then.
        with suppress(Refused), page.installation.acting(person_id, wait=False) as c:
            see_notices(c)
    if not found:
        about = _("Decisions, returned reports, reminders and all else that is mailed to you.")
        page.html(empty(_("Nothing has come yet"), about))
        return
    new = [one for one in found if one.new]
    old = [one for one in found if not one.new]
    page.html(
        heading(2, _("Since your last visit ({n})", n=len(new))),
        queue([_entry(page, one) for one in new]) if new else soft(_("Nothing new.")),
    )
    if old:
        page.html(heading(2, _("Earlier")), queue([_entry(page, one) for one in old]))


def _entry(page: Page, one: Notice) -> QueueEntry:
    return QueueEntry(
        way_of(page.application.address, one.content),
        one.subject or _("Your reminders of the day"),
        under=one.plan,
        beside=moment(one.at, zone_of(page)),
        before=tag(_("not seen yet"), "accent") if one.new else Markup(""),
    )


def way_of(address: str, content: bytes) -> str:
    """The page to which a letter leads, as a path of these pages; the first page for a letter
    without one, or whose bytes are not there yet."""
    if not content:
        return "/"
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    text = body.get_content() if body is not None else ""
    found = re.search(re.escape(address.rstrip("/")) + r"(/[^\s<>\"]*)", text)
    if found is None:
        return "/"
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
