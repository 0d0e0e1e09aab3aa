"""Chase selected units by hand: who owes what, the letter beforehand, who was chased lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from email.policy import SMTP

import streamlit as st
from markupsafe import Markup

from db.queries.plans.settings import plan_settings
from db.queries.reminders.chasing import OwingUnit, owing_units
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.rendering import macro
from ui.components.states import empty, error_box
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading, soft
from ui.shell.page import Page
from ui.views.shared.plans import PlansShown
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.reminders.chase import LONGEST, chase, chase_preview, chased_again_on


@dataclass(frozen=True)
class UnitToChase:
    """A unit that owes something, and the local day before which it is not chased again."""

    owing: OwingUnit
    again_on: date | None


def draw_by_hand(page: Page, plans: PlansShown) -> None:
    """The units of the chosen plan that owe something, with the form to write to some of them."""
    page.html(heading(2, _("Chase by hand")))
    if plans.chosen is None:
        page.html(empty(_("Choose a plan first"), _("A letter is about one plan.")))
        return
    plan_id = plans.chosen.id
    units = page.keep("by_hand", lambda c: _read(c, plan_id), plan_id, plans=(plan_id,))
    if not units:
        page.html(empty(_("No unit owes anything now"), ""))
        return
    _draw_form(page, plan_id, units)
    page.html(_table(units))


def _draw_form(page: Page, plan_id: int, units: Sequence[UnitToChase]) -> None:
    names = {one.owing.unit_id: one.owing.unit for one in units if _may_go(one)}
    with st.container(key="paper_by_hand"):
        chosen = st.multiselect(
            _("Units to be chased"), list(names), format_func=names.__getitem__,
            key="chase_units", placeholder=_("Choose units"),
        )  # fmt: skip
        note = st.text_area(_("What the office adds"), key="chase_note", max_chars=LONGEST,
                            height=80)  # fmt: skip
        if not chosen or not _shown(page, plan_id, chosen, note):
            return
        st.button(
            _("Write to {n} units", n=len(chosen)), type="primary", key="chase_send",
            on_click=page.callback(_chase), args=(page, plan_id, tuple(chosen), note),
        )  # fmt: skip


def _read(c: Context, plan_id: int) -> tuple[UnitToChase, ...]:
    policy = plan_settings(c.session, c.actor, plan_id).policy
    return tuple(
        UnitToChase(one, chased_again_on(c, policy, one))
        for one in owing_units(c.session, c.actor, plan_id, c.today)
    )


def _may_go(one: UnitToChase) -> bool:
    return one.again_on is None and bool(one.owing.people)


def _table(units: Sequence[UnitToChase]) -> Markup:
    columns = [
        ListColumn(_("Unit"), "lead"),
        ListColumn(_("Owes now"), "number"),
        ListColumn(_("Of these overdue"), "number"),
        ListColumn(_("People written to"), "number"),
        ListColumn(_("By hand"), "short"),
    ]
    rows = [
        [
            one.owing.unit,
            str(len(one.owing.matters)),
            str(one.owing.overdue),
            str(len(one.owing.people)),
            _way(one),
        ]
        for one in units
    ]
    return data_table(_("Units that owe something"), columns, rows)


def _way(one: UnitToChase) -> str | Markup:
    if not one.owing.people:
        return tag(_("telephone: no mail gets there"), "warning")
    if one.again_on is not None:
        return _("chased; again from {day}", day=full_date(one.again_on))
    return _("may be chased")


def _shown(page: Page, plan_id: int, chosen: Sequence[int], note: str) -> bool:
    """The letter to the first unit as it would go, or why none can go; whether it can."""
    try:
        with page.reading() as c:
            mail = chase_preview(c, plan_id=plan_id, unit_ids=chosen, note=note)
    except Invalid as wrong:
        page.html(error_box(wrong))
        return False
    body = message_from_bytes(mail.content, policy=SMTP).get_body(("plain",))
    text = body.get_content() if body is not None else ""
    page.html(
        soft(_("The first letter; each unit reads of its own matters only.")),
        macro("chasing/chasing.html", "letter", mail.subject, text),
    )
    return True


def _chase(page: Page, plan_id: int, unit_ids: Sequence[int], note: str) -> None:
    with page.acting() as c:
        done = chase(c, plan_id=plan_id, unit_ids=unit_ids, note=note)
    for name in ("chase_units", "chase_note"):
        st.session_state.pop(name, None)
    page.say(_("Units written to: {units}; people: {people}.", units=done.units,
               people=done.people))  # fmt: skip
