"""下级地区: the places below, and opening one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.places.places import PlaceRow, own_place
from db.queries.units.units import UnitRow
from i18n import _
from ui.components.plain_label import plain
from ui.components.tables import ListColumn, data_table
from ui.components.text import soft
from ui.shell.page import Page
from workflow.verbs.places.open_place import KINDS, NewPlace, open_place


def places_html(places: Sequence[PlaceRow]) -> Markup:
    """The places with what is in them."""
    columns = [
        ListColumn(_("Place"), "lead"),
        ListColumn(_("Code")),
        ListColumn(_("Kind")),
        ListColumn(_("Here it is")),
        ListColumn(_("Units"), "number"),
        ListColumn(_("Plans"), "number"),
    ]
    cells = [
        [row.name, row.code, _(KINDS.get(row.kind, row.kind)), row.unit, str(row.units),
         str(row.plans)]
        for row in places
    ]  # fmt: skip
    return data_table(_("Places"), columns, cells)


def draw_new_place(page: Page, units: Sequence[UnitRow], places: Sequence[PlaceRow]) -> None:
    """Open a place: what it is here, its office, and who keeps it."""
    taken = {row.unit for row in places}
    free = {
        unit.unit_id: unit.name
        for unit in units
        if unit.active and unit.kind in ("county", "park") and unit.name not in taken
    }
    with (
        st.expander(_("Open a place below")),
        st.form("open_place", border=False, clear_on_submit=False),
    ):
        page.html(
            soft(_("Its administrator gets a link by mail, and sees to units, people and plans."))
        )
        unit_id = st.selectbox(
            _("Which unit of ours it is"), [None, *free],
            format_func=lambda key: plain(free[key]) if key else _("none"),
        )  # fmt: skip
        name = st.text_input(_("Name of the place"), placeholder=_("as the unit, if left empty"))
        code = st.text_input(_("Code"), placeholder="330802")
        kind = st.selectbox(_("Kind"), ["county", "park"], format_func=lambda one: _(KINDS[one]))
        office = st.text_input(_("Its office"), placeholder=_("such as 区委组织部"))
        person = st.text_input(_("Its administrator"))
        email = st.text_input(_("Address of the administrator"))
        if st.form_submit_button(_("Open it"), type="primary"):
            with page.trying():
                with page.acting() as c:
                    said = name.strip() or free.get(unit_id or 0, "")
                    new = NewPlace(code, said, kind, unit_id, office, person, email)
                    open_place(c, new, above_id=own_place(c.actor), at=page.installation.wall())
                page.say(_("{name} is open.", name=said))
                st.rerun()
