"""One report that has not come: more time for it, or no longer asking for it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from markupsafe import Markup

from db.queries.places.places import about_unit
from db.queries.reports.late import LateReport
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.states import note
from ui.components.text import heading, soft
from ui.shell.page import Page
from ui.views.shared.office import link, period_name
from workflow.rules.access.permissions import Permission, may
from workflow.rules.refusals import Invalid
from workflow.rules.states import STATES, UNFILED
from workflow.verbs.context import Context
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.waive import waive


def may_let_off(c: Context, unit_id: int) -> bool:
    """Whether the reader may give time to a unit's reports, or let them off."""
    return may(c.actor, Permission.WAIVE, about_unit(c.session, unit_id))


def draw_report(page: Page, one: LateReport, allowed: bool, back: str) -> None:
    """Which report it is, and the two ways to deal with it; `back` is an address to go back to."""
    with st.container(key="paper_at_unit"):
        page.html(_head(one, back))
        if not allowed:
            page.html(
                note(_("Your own unit owes this report. A reviewer of another unit decides."))
            )
            return
        left, right = st.columns(2, gap="large")
        if one.state in UNFILED:
            with left:
                _draw_extension(page, one)
        with right if one.state in UNFILED else left:
            _draw_waiver(page, one)


def _head(one: LateReport, back: str) -> Markup:
    said = " · ".join(
        (one.unit, period_name(one.period), _("due on {day}", day=full_date(one.due_on)))
    )
    return Markup(
        '<p><a href="{}">{}</a></p><h2><a href="{}">{} {}</a></h2>'
        '<p>{} <span class="ls-soft">{}</span></p>'
    ).format(
        back, _("Back"), link("task", task=one.task_id), one.code, one.title,
        tag(_(STATES["report"][one.state])), said,
    )  # fmt: skip


def _draw_extension(page: Page, one: LateReport) -> None:
    page.html(
        heading(3, _("Give more time")),
        soft(
            _("The reminders follow the new date, the liaison is told by mail; "
              "the first date stays on record.")
        ),
    )  # fmt: skip
    soonest = max(one.due_on + timedelta(days=1), page.installation.today())
    st.date_input(
        _("New date"), value=None, min_value=soonest, format="YYYY-MM-DD",
        key=f"extend_{one.report_id}_day",
    )  # fmt: skip
    st.text_area(_("Reason"), key=f"extend_{one.report_id}_reason", height=80)
    st.button(
        _("Give more time"), key=f"extend_{one.report_id}", on_click=page.callback(_extend),
        args=(page, one),
    )  # fmt: skip


def _draw_waiver(page: Page, one: LateReport) -> None:
    page.html(
        heading(3, _("Let the report off")),
        soft(
            _("Nobody is reminded of it any more and it never counts as missing. "
              "The reason stays on record; this cannot be undone.")
        ),
    )  # fmt: skip
    st.text_area(_("Reason for letting it off"), key=f"waive_{one.report_id}_reason", height=80)
    st.button(
        _("Let the report off"), key=f"waive_{one.report_id}", on_click=page.callback(_waive),
        args=(page, one),
    )  # fmt: skip


def _extend(page: Page, one: LateReport) -> None:
    day = st.session_state.get(f"extend_{one.report_id}_day")
    reason = st.session_state.get(f"extend_{one.report_id}_reason", "")
    if day is None:
        raise Invalid(mark("Please choose the new date."))
    with page.acting() as c:
        extend_report(c, report_id=one.report_id, version=one.version, due_on=day, reason=reason)
    _done(
        page,
        _("{what}: to be reported by {day}. The unit's liaison is told by mail.",
          what=_named(one), day=full_date(day)),
    )  # fmt: skip


def _waive(page: Page, one: LateReport) -> None:
    reason = st.session_state.get(f"waive_{one.report_id}_reason", "")
    with page.acting() as c:
        waive(c, report_id=one.report_id, version=one.version, reason=reason)
    _done(
        page,
        _("{what}: no longer asked for, no more reminders, not counted as missing.",
          what=_named(one)),
    )  # fmt: skip


def _named(one: LateReport) -> str:
    return _(
        "{unit}, {period}, “{title}”",
        unit=one.unit, period=period_name(one.period), title=one.title,
    )  # fmt: skip


def _done(page: Page, said: str) -> None:
    st.query_params.pop("report", None)
    page.say(said)
