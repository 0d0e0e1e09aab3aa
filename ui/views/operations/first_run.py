"""The question of a first run over a big backlog, to be answered under operations too."""

from __future__ import annotations

import streamlit as st

from i18n import _
from ui.components.states import note
from ui.shell.page import Page
from workflow.rules.access.permissions import INSTALLATION, Permission, may
from workflow.verbs.context import Context
from workflow.verbs.reminders.first_run import Backlog, allow_backlog, waiting_backlog


def draw_first_run(page: Page) -> None:
    """What the next run would send, where it is a first one over a big backlog and nobody has let
    it go today; the button is for whoever may remind."""
    waits = page.keep("first_run", lambda c: _read(c, page.installation.settings.first_run_mails))
    if waits is None:
        return
    said = _(
        "Nobody was reminded for two weeks or ever. The next run would send mails: {mails}, with "
        "reminders: {reminders}. Nothing is sent until somebody lets it go.",
        mails=waits.mails, reminders=waits.reminders,
    )  # fmt: skip
    page.html(note(said, "warning"))
    st.button(_("Let the reminders go today"), key="allow_backlog",
              on_click=page.callback(_allow), args=(page,))  # fmt: skip


def _read(c: Context, most: int) -> Backlog | None:
    return waiting_backlog(c, most) if may(c.actor, Permission.REMIND, INSTALLATION) else None


def _allow(page: Page) -> None:
    with page.acting() as c:
        allow_backlog(c)
    page.say(_("The reminders go today."))
