"""述职评议: the panel's marks by criterion, and the form of whoever is of the panel."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.panel_marks import PanelMarks, panel_marks
from db.queries.assessment.procedure import procedure_of
from db.queries.places.places import about_unit
from db.queries.plans.choices import units_of_plans
from i18n import _
from ui.components.tables import ListColumn, data_table
from ui.components.text import soft
from ui.shell.page import Page
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.exact import shown
from workflow.rules.assessment.panel import CRITERIA
from workflow.rules.assessment.procedure import FROZEN
from workflow.verbs.assessment.rate_debriefing import rate_debriefing
from workflow.verbs.context import Context


@dataclass(frozen=True)
class PanelPage:
    """The marks so far, and the units that the reader may judge now, id → name."""

    marks: tuple[PanelMarks, ...]
    units: dict[int, str]


def draw_panel(page: Page, plan_id: int, year: int, unit_id: int | None) -> None:
    """What the panel thinks of one unit, or of all; whoever is of it, gives marks."""
    found = page.keep("panel", lambda c: _read(c, plan_id, year), plan_id, year, plans=[plan_id])
    rows = [one for one in found.marks if unit_id in (None, one.unit_id)]
    if rows:
        page.html(_table(rows))
    if found.units and unit_id is None:
        _draw_form(page, plan_id, year, found)


def _read(c: Context, plan_id: int, year: int) -> PanelPage:
    view = procedure_of(c.session, c.actor, plan_id, year)
    units = {}
    if view is not None and view.now.step not in FROZEN:
        units = {
            one.id: one.name
            for one in units_of_plans(c.session, c.actor, [plan_id], c.now)
            if may(c.actor, Permission.RATE_DEBRIEFING, about_unit(c.session, one.id))
        }
    return PanelPage(panel_marks(c.session, c.actor, plan_id, year), units)


def _table(rows: list[PanelMarks]) -> Markup:
    lines = [
        [one.unit, str(one.raters), *(_mean(one.means[name]) for name in CRITERIA)] for one in rows
    ]
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Of the panel"), "number"),
        *(ListColumn(name, "number") for name in CRITERIA),
    ]  # fmt: skip
    name = _("Judged by the panel")
    return Markup('<h2 id="panel">{}</h2>{}').format(name, data_table(name, columns, lines))


def _mean(found: Fraction | None) -> str:
    return _("too few") if found is None else shown(round(found, 2))


def _draw_form(page: Page, plan_id: int, year: int, found: PanelPage) -> None:
    with st.expander(_("Judge the secretaries' reports"), icon=":material/rate_review:"):
        key = f"panel_{plan_id}"
        done = {one.unit_id: one.own for one in found.marks if one.own}
        unit_id = st.selectbox(
            _("Unit"), list(found.units), key=f"{key}_unit",
            format_func=lambda one: f"{'✓ ' if one in done else ''}{found.units[one]}",
        )  # fmt: skip
        own = done.get(unit_id, {})
        for place, (name, meaning) in zip(st.columns(len(CRITERIA)), CRITERIA.items(), strict=True):
            with place:
                st.text_input(
                    name, value=own.get(name, ""), key=f"{key}_{unit_id}_{name}", help=_(meaning)
                )
        page.html(
            soft(_("A mark from 0 to 100 each. The unit sees the means, never who gave what."))
        )
        st.button(
            _("Give the marks"), type="primary", key=f"{key}_now",
            on_click=page.callback(_give), args=(page, plan_id, year, unit_id, key),
        )  # fmt: skip


def _give(page: Page, plan_id: int, year: int, unit_id: int, key: str) -> None:
    marks = {one: str(st.session_state.get(f"{key}_{unit_id}_{one}") or "") for one in CRITERIA}
    with page.acting() as c:
        rate_debriefing(c, plan_id=plan_id, year=year, unit_id=unit_id, marks=marks)
    page.say(_("Your marks are kept; you may change them until the result is put forward."))
