"""机构改革: a unit is merged into another, which takes over its tasks."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.units.changes import Merging, merging
from db.queries.units.units import UnitRow
from i18n import _
from ui.components.plain_label import plain
from ui.components.text import soft
from ui.shell.page import Page
from workflow.verbs.units.merge_units import merge_units


def draw_merger(page: Page, units: Sequence[UnitRow]) -> None:
    """Both units, what would move in words, and then the button."""
    names = {unit.unit_id: unit.name for unit in units if unit.active}
    name = _("Reorganisation: merge a unit into another")
    with st.expander(name, key="merger", on_change="rerun") as opened:
        if not opened.open:
            return
        old, new = (
            st.selectbox(
                label, list(names), index=None, format_func=names.__getitem__,
                placeholder=_("Choose a unit"), key=key,
            )
            for label, key in (
                (_("The unit that ends"), "merge_old"),
                (_("Its successor"), "merge_new"),
            )
        )  # fmt: skip
        if old is None or new is None or old == new:
            said = _("Choose both units to see what would pass from one to the other.")
            page.html(soft(said))
            return
        with page.reading() as c:
            found = merging(c.session, c.actor, old, new, c.today)
        page.html(_preview(names[old], names[new], found))
        st.button(
            _("Merge {unit} into {successor}", unit=plain(names[old]),
              successor=plain(names[new])),
            key="merge_units", type="primary", on_click=page.callback(_merge),
            args=(page, old, new, names, found.people),
        )  # fmt: skip


def _preview(unit: str, successor: str, found: Merging) -> Markup:
    lines = [
        _("{successor} takes over {n} tasks of {unit}: {leads} as lead, {supports} as support.",
          successor=successor, unit=unit, n=found.leads + found.supports, leads=found.leads,
          supports=found.supports),
        _("In {n} of them it has a part already; it keeps the higher one.", n=found.shared)
        if found.shared else "",
        _("{n} reports that {unit} has not filed are waived; {successor} acknowledges its tasks "
          "and reports from then on.", n=found.unfiled, unit=unit, successor=successor),
        _("{unit} leaves {n} groups.", unit=unit, n=found.groups) if found.groups else "",
        _("{unit} is not in use any more; its names lead to {successor}. What it reported stays. "
          "This cannot be undone.", unit=unit, successor=successor),
        _people(unit, successor, found.people),
    ]  # fmt: skip
    listed = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines if line)
    return Markup('<div class="ls-box"><ul>{}</ul></div>').format(listed)


def _people(unit: str, successor: str, n: int) -> str:
    return (n and _(
        "{n} people still hold roles for {unit}; give them roles for {successor} under People.",
        n=n, unit=unit, successor=successor,
    )) or ""  # fmt: skip


def _merge(page: Page, old: int, new: int, names: dict[int, str], people: int) -> None:
    with page.acting() as c:
        done = merge_units(c, unit_id=old, successor_id=new)
    for key in ("merge_old", "merge_new"):
        st.session_state.pop(key, None)
    unit, successor = names[old], names[new]
    page.say(
        _("{unit} is merged into {successor}: {n} tasks passed over.", unit=unit,
          successor=successor, n=done.assignments)
    )  # fmt: skip
    if people:
        page.say(_people(unit, successor, people), "warning")
