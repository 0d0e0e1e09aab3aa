"""催办督办: whom do we chase today, and what will they get?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st
from markupsafe import Markup

from db.queries.mail.outbox import LoggedMail, mail_log
from db.queries.reminders.phone_list import UnitToPhone, most_overdue, phone_list
from i18n import _
from notifications.waiting import SECTIONS
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.states import empty
from ui.components.stories import ActionCard, cards
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading, joined, soft
from ui.shell.page import Page
from ui.views.chasing.by_hand import draw_by_hand
from ui.views.chasing.late import LateEntry, draw_late, read_late
from ui.views.chasing.log import draw_log
from ui.views.chasing.pauses import draw_pauses
from ui.views.shared.office import chips, link, moment, number_of, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from ui.views.shared.returns import draw_returns
from workflow.rules.mail.delivery import OutboxState
from workflow.verbs.context import Context
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reminders.remind import DigestWritten, RemindersWritten, preview, to_be_mailed

LOGGED = 100
"""Mails that the log shows, the newest first."""


@dataclass(frozen=True)
class ChasingBoard:
    """Whom to telephone, which reports are overdue, and how many mails the next run, on a local
    day, would write."""

    day: date
    silent: Sequence[UnitToPhone]
    late: Sequence[LateEntry]
    mails: int


def draw(page: Page) -> None:
    """The silent, the mails of the next run, and what became of those that went out."""
    plans, shown, zone = plans_shown(page), page.param("list"), zone_of(page)
    board = page.derive("chasing", lambda: _board(page, plans), plans)
    with page.reading() as c:
        mails = mail_log(c.session, c.actor, limit=LOGGED)
    failed = tuple(mail for mail in mails if mail.state == OutboxState.FAILED)
    under = _("The next reminders go out on {day}.", day=full_date(board.day))
    page.title(under=" · ".join((plans.name, under)) if plans.several else under)
    draw_choice(page, plans)
    page.html(_figures(plans, board, failed), _tabs(plans, board, shown))
    if shown == "coming":
        _coming(page, page.keep("coming", lambda c: preview(c, board.day)), board.day)
    elif shown == "late":
        draw_late(page, plans, board.late)
    elif shown == "hand":
        draw_by_hand(page, plans)
    elif shown == "pauses":
        draw_pauses(page, plans)
    elif shown == "returns":
        draw_returns(page)
    elif shown == "log":
        draw_log(page, plans, mails, zone)
    else:
        _phone(page, plans, board.silent, zone)


def _board(page: Page, plans: PlansShown) -> ChasingBoard:
    parts = [_of_plan(page, plan_id) for plan_id in plans.ids]
    return ChasingBoard(
        page.share("next_reminders", _next_day, plans=()),
        sorted((one for part in parts for one in part.silent), key=most_overdue),
        sorted((one for part in parts for one in part.late), key=lambda one: one.report.due_on),
        page.share("to_be_mailed", lambda c: to_be_mailed(c, _next_day(c))),
    )


@dataclass(frozen=True)
class _Silence:
    """Of one plan: whom to telephone, and what is overdue."""

    silent: Sequence[UnitToPhone]
    late: Sequence[LateEntry]


def _of_plan(page: Page, plan_id: int) -> _Silence:
    def read(c: Context) -> _Silence:
        silent = phone_list(c.session, c.actor, [plan_id], today=c.today, calendar=c.calendar)
        return _Silence(silent, read_late(c, [plan_id]))

    return page.share("silence", read, plans=[plan_id])


def _next_day(c: Context) -> date:
    return c.calendar.next_workday(c.today + timedelta(days=1))


def _tabs(plans: PlansShown, board: ChasingBoard, shown: str) -> Markup:
    parts = {
        "": _("To telephone ({n})", n=len(board.silent)),
        "late": _("Overdue reports ({n})", n=len(board.late)),
        "coming": _("Mails of the next run ({n})", n=board.mails),
        "hand": _("Chase by hand"),
        "pauses": _("Pauses"),
        "returns": _("What has come in"),
        "log": _("Mail log"),
    }
    here = shown if shown in parts else ""
    links = [(plans.link("chasing", list=key), name, key == here) for key, name in parts.items()]
    return chips(links, "ls-tabs", _("What to look at"))


def _figures(plans: PlansShown, board: ChasingBoard, failed: tuple[LoggedMail, ...]) -> Markup:
    silent = board.silent
    unreached = sum(not one.reached for one in silent)
    return key_figures(
        [
            KeyFigure(_("Units to telephone"), str(len(silent)), _("silent for 3 workdays or more"),
                   "red" if silent else "green", plans.link("chasing")),
            KeyFigure(_("Without a reachable contact"), str(unreached), _("no mail gets there"),
                   "red" if unreached else "green", "/units"),
            KeyFigure(_("Mails of the next run"), str(board.mails), full_date(board.day), "accent",
                   plans.link("chasing", list="coming")),
            KeyFigure(_("Mails that failed"), str(len(failed)), _("to be sent again"),
                   "red" if failed else "green", plans.link("chasing", list="log")),
        ]
    )  # fmt: skip


def _phone(page: Page, plans: PlansShown, silent: Sequence[UnitToPhone], zone: str) -> None:
    head = heading(2, _("To telephone"))
    if not silent:
        nobody = empty(_("Nobody needs a call today"), _("Units that stay silent appear here."))
        page.html(head, nobody)
        return

    def made() -> Markup:
        return cards([_silent(plans, one, zone) for one in silent], level=3)

    page.html(head, page.text("to_phone", made, plans, silent, zone))
    names = {
        (one.plan_id, one.unit_id): " · ".join(
            (one.unit, one.plan) if plans.chosen is None else (one.unit,)
        )
        for one in silent
    }
    wanted = number_of(page, "unit")
    keys = list(names)
    chosen = next((n for n, key in enumerate(keys) if key[1] == wanted), 0)
    with st.form("call", clear_on_submit=True, border=False):
        page.html(heading(3, _("Record a call")))
        key = st.selectbox(_("Unit"), keys, index=chosen, format_func=names.__getitem__)
        outcome = st.text_input(_("What came out of the call"), max_chars=500)
        if st.form_submit_button(_("Record the call"), type="primary"):
            with page.trying():
                with page.acting() as c:
                    record_call(c, plan_id=key[0], unit_id=key[1], outcome=outcome)
                page.say(_("The call to {unit} is recorded.", unit=names[key]))
                st.rerun()


def _silent(plans: PlansShown, one: UnitToPhone, zone: str) -> ActionCard:
    people = [f"{contact.name} {contact.phone}".strip() for contact in one.contacts]
    calls = [f"{moment(call.at, zone)} {call.caller}: {call.outcome}" for call in one.calls]
    late = _("{n} reports overdue", n=one.overdue)
    since = _("since {day}", day=full_date(one.oldest_due)) if one.oldest_due else ""
    above = joined(
        [
            tag(late, "warning") if one.overdue else "",
            "" if one.reached else tag(_("no reachable contact"), "warning"),
            plans.tag(one.plan_id),
        ]
    )
    return ActionCard(
        one.unit,
        link("overview", plan=one.plan_id, unit=one.unit_id),
        above,
        _("; ").join(part for part in (since, one.phone, *people) if part),
        Markup("<br>").join(calls),
        tone="red",
    )


def _coming(page: Page, coming: RemindersWritten, day: date) -> None:
    said = _("{n} reminders", n=coming.reminders)
    page.html(heading(2, _("Mails of the next run")) + soft(said))
    if not coming.mails:
        page.html(empty(_("Nobody gets a mail on {day}", day=full_date(day)), ""))
        return
    rows = [[mail.name, _what(mail), str(len(mail.entries))] for mail in coming.mails]
    columns = [
        ListColumn(_("To"), "lead"),
        ListColumn(_("About"), "wide"),
        ListColumn(_("Matters"), "number"),
    ]
    page.html(data_table(_("Mails of the next run"), columns, rows))


def _what(mail: DigestWritten) -> str:
    """The sections of a mail with how many matters each has."""
    counted = {
        name: sum(entry.section == name for entry in mail.entries)
        for name in dict.fromkeys(entry.section for entry in mail.entries)
    }
    return _("; ").join(f"{_(SECTIONS[name].heading)} {n}" for name, n in counted.items())
