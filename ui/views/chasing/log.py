"""The mail log of 催办督办: what became of the mails, and failed ones sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.mail.outbox import LoggedMail, mail_log
from db.queries.rounds.begun import BegunRound, begun_rounds
from i18n import _, mark
from ui.components.lights import tag
from ui.components.states import empty, note
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.shared.office import moment, period_name
from ui.views.shared.plans import PlansShown
from workflow.rules.mail.delivery import OutboxState
from workflow.verbs.mail.resend import resend

MOST_FAILED = 1000
"""Failed mails that can be chosen among at once, the newest."""
STATES: Mapping[str, tuple[str, str]] = {
    OutboxState.QUEUED: (mark("waiting"), ""),
    OutboxState.SENDING: (mark("being sent"), ""),
    OutboxState.SENT: (mark("sent"), "accent"),
    OutboxState.FAILED: (mark("failed"), "warning"),
    OutboxState.NEEDLESS: (mark("no longer needed"), ""),
}
KINDS = {
    "digest": mark("reminders"),
    "receipt": mark("receipts"),
    "returned": mark("returned reports"),
    "sent_back": mark("reports sent back"),
    "consult": mark("work lists for comment"),
    "issue": mark("issued work lists"),
    "edition": mark("newer editions"),
    "dispute": mark("requests of units"),
    "decision": mark("decisions on requests"),
    "instruction": mark("instructions"),
    "reset": mark("passwords"),
    "objection": mark("objections"),
    "procedure": mark("year-end procedure"),
    "alert": mark("alerts"),
    "heads": mark("seals of the audit record"),
    "security": mark("account changes"),
    "collected": mark("answers to what came by mail"),
    "chase": mark("chased by hand"),
    "unreached": mark("units without a reachable contact"),
}
"""What the kinds of letters are about."""


def draw_log(page: Page, plans: PlansShown, mails: tuple[LoggedMail, ...], zone: str) -> None:
    """The newest mails; those that failed can be sent again, by person, round and kind."""
    page.html(heading(2, _("Mail log")))
    if not mails:
        page.html(empty(_("No mail has been written yet"), ""))
        return
    with page.reading() as c:
        failed = mail_log(c.session, c.actor, state=OutboxState.FAILED, limit=MOST_FAILED)
        rounds = begun_rounds(c.session, c.actor, plans.ids)
    if failed:
        _draw_failed(page, failed, rounds, zone)
    rows = [
        [
            mail.subject or _("What waits, written when it is sent"),
            f"{mail.person} {mail.unit}",
            moment(mail.sent_at or mail.created_at, zone),
            Markup("{} {}").format(tag(_(STATES[mail.state][0]), STATES[mail.state][1]),
                                   _(mail.last_error) if mail.state == OutboxState.FAILED else ""),
        ]
        for mail in mails
    ]  # fmt: skip
    columns = [
        ListColumn(_("Subject"), "lead"),
        ListColumn(_("To")),
        ListColumn(_("Time")),
        ListColumn(_("State")),
    ]
    page.html(data_table(_("Mail log"), columns, rows))


def _draw_failed(
    page: Page, failed: tuple[LoggedMail, ...], rounds: Sequence[BegunRound], zone: str
) -> None:
    page.html(note(_("{n} mails did not arrive.", n=len(failed)), "warning"))
    people = {mail.person_id: f"{mail.person} {mail.unit}" for mail in failed}
    spans = {(one.plan_id, one.period): one for one in rounds}
    with st.container(horizontal=True):
        person = st.selectbox(
            _("To"), list(people), index=None, format_func=people.__getitem__,
            placeholder=_("all people"), key="failed_person",
        )  # fmt: skip
        of_round = st.selectbox(
            _("Round"), list(spans), index=None, placeholder=_("all rounds"), key="failed_round",
            format_func=lambda key: f"{period_name(key[1])} · {spans[key].plan}",
        )  # fmt: skip
        kind = st.selectbox(
            _("Kind"), sorted({mail.kind for mail in failed}), index=None,
            format_func=lambda one: _(KINDS[one]), placeholder=_("all kinds"), key="failed_kind",
        )  # fmt: skip
    chosen = [
        mail.id
        for mail in failed
        if person in (None, mail.person_id)
        and kind in (None, mail.kind)
        and (of_round is None or spans[of_round].covers(mail.plan_id, mail.created_at, zone))
    ]
    st.button(
        _("Send these {n} again", n=len(chosen)), disabled=not chosen, key="resend",
        on_click=page.callback(_resend), args=(page, chosen),
    )  # fmt: skip


def _resend(page: Page, mails: list[int]) -> None:
    with page.acting() as c:
        for mail in mails:
            resend(c, outbox_id=mail)
    page.say(_("{n} mails go out again.", n=len(mails)))
