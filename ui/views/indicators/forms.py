"""What units do with an indicator: verify a value or object to it, and report one."""

from __future__ import annotations

import streamlit as st

from db.queries.indicators.indicators import IndicatorRow, ValueRow
from i18n import _
from ui.components.states import note
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.indicators.words import number, title_of
from workflow.rules.indicators.words import Firmness
from workflow.rules.reporting.content import FIRMNESS
from workflow.verbs.indicators.confirm_indicator_value import confirm_indicator_value
from workflow.verbs.indicators.object_to_indicator_value import object_to_indicator_value
from workflow.verbs.indicators.report_indicator_value import report_indicator_value


def draw_verifying(page: Page, row: IndicatorRow, value: ValueRow) -> None:
    """Verify with one tap, or object with a reason; nothing for whoever may not."""
    if not row.may_confirm:
        return
    said = _("{value} ({year})", value=number(value.value), year=value.year)
    if value.person_id == page.visitor().person_id:
        page.html(note(_("You reported {value} yourself; somebody else of your unit verifies it.",
                         value=said)))  # fmt: skip
    else:
        st.button(
            _("Verify {value}", value=said),
            type="primary",
            key=f"verify_{value.id}",
            on_click=page.callback(_verify),
            args=(page, row, value),
        )
    with st.expander(_("It is not right")):
        reason = f"objection_{value.id}"
        st.text_input(_("What is not right, and what your figures say"), key=reason, max_chars=500)
        st.button(
            _("Object to {value}", value=said),
            key=f"object_{value.id}",
            on_click=page.callback(_object),
            args=(page, row, value),
        )


def _verify(page: Page, row: IndicatorRow, value: ValueRow) -> None:
    with page.acting() as c:
        confirm_indicator_value(c, value_id=value.id)
    page.say(_("Verified: {what}", what=title_of(row)))


def _object(page: Page, row: IndicatorRow, value: ValueRow) -> None:
    with page.acting() as c:
        object_to_indicator_value(
            c, value_id=value.id, reason=st.session_state.get(f"objection_{value.id}", "")
        )
    page.say(_("The objection is kept; the value counts no more: {what}", what=title_of(row)))


def draw_reporting(page: Page, row: IndicatorRow) -> None:
    """A value of a year, with how firm it is and where it stands."""
    if not row.may_report:
        return
    begin = (row.version.baseline_year or row.years[0] - 1) + 1
    today = page.installation.today()
    years = [year for year in row.years if begin <= year <= today.year]
    if not years:
        return
    page.html(heading(2, _("Report a value")))
    key = f"report_{row.id}"
    over = max((year for year in years if year < today.year), default=years[0])
    due = row.awaited if row.awaited in years else over
    with st.form(key, border=False):
        year = st.selectbox(_("Year"), years, index=years.index(due), key=f"{key}_year")
        unit = row.version.unit
        label = _("Value, in {unit}", unit=unit) if unit else _("Value reached")
        text = st.text_input(label, key=f"{key}_text", max_chars=40)
        firm = st.radio(
            _("How firm"), [Firmness.PRELIMINARY, Firmness.EXPECTED],
            format_func=lambda code: _(FIRMNESS[code]), key=f"{key}_firm", horizontal=True,
        )  # fmt: skip
        paper = st.text_input(_("Where the number stands"), key=f"{key}_paper", max_chars=200)
        if st.form_submit_button(_("Report the value"), type="primary"):
            seen = next((one.no for one in row.values if one.year == year), 0)
            with page.trying():
                with page.acting() as c:
                    report_indicator_value(
                        c, indicator_id=row.id, year=year, text=text, firmness=firm,
                        document=paper, seen=seen,
                    )  # fmt: skip
                page.say(_("The value of {year} is kept.", year=year))
                st.rerun()
