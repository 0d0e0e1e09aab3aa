"""进展总览: where do the plans stand today, and on any past day?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.queries.plans.choices import Choice, units_of_plans
from db.queries.progress.overview import overview_of
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import light_text
from ui.components.states import note
from ui.components.text import anchor, joined
from ui.shell.page import Page
from ui.views.overview.board import OverviewParts, drawn
from ui.views.overview.filters import OverviewFilter, asked_of
from ui.views.shared.boards import boards
from ui.views.shared.office import (
    follow,
    instant_of,
    to_address,
    zone_of,
)
from ui.views.shared.plans import PlansShown, draw_choice, none_in_force, plans_shown
from workflow.rules.progress.lights import Light
from workflow.verbs.context import Context

SHOWN = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)


def draw(page: Page) -> None:
    """The plans as known on the chosen day."""
    plans = plans_shown(page)
    if not plans.in_force:
        none_in_force(page)
        return
    asked = asked_of(st.query_params, page.installation.today())
    units, board = _read(page, plans, asked)
    page.title(under=board.under)
    if asked.day < asked.today:
        page.html(_in_the_past(plans, asked))
    page.html(board.item)
    page.html(board.figures)
    _fields(page, plans, units, asked)
    page.html(board.heat)
    page.html(board.tasks)
    page.html(board.papers)


def _read(
    page: Page, plans: PlansShown, asked: OverviewFilter
) -> tuple[tuple[Choice, ...], OverviewParts]:
    day = None if asked.day >= asked.today else asked.day

    def put_together() -> tuple[tuple[Choice, ...], OverviewParts]:
        at = instant_of(page.installation, asked.day)
        found = overview_of(boards(page, plans.ids, day), at, zone_of(page), asked.filters)
        return _units(page, plans, day), drawn(found, plans, asked.address, asked.today)

    return page.derive("overview", put_together, plans, asked, plans=plans.ids)


def _units(page: Page, plans: PlansShown, day: date | None) -> tuple[Choice, ...]:
    """The units to choose from."""

    def read(c: Context) -> tuple[Choice, ...]:
        at = instant_of(page.installation, day or c.today)
        return tuple(units_of_plans(c.session, c.actor, plans.ids, at))

    return page.share("units_of_plans", read, day, plans=plans.ids, whole=True)


def _in_the_past(plans: PlansShown, asked: OverviewFilter) -> Markup:
    words = joined(
        [
            _("This is how it stood at the end of {day}.", day=full_date(asked.day)),
            anchor(plans.link("overview", **{**asked.address, "at": ""}), _("Back to today")),
        ]
    )
    return note(words)


def _fields(page: Page, plans: PlansShown, units: Sequence[Choice], asked: OverviewFilter) -> None:
    names = {unit.id: unit.name for unit in units}
    follow("search", asked.search)
    follow("unit", asked.unit if asked.unit in names else None)
    follow("light", list(asked.lights))
    follow("at", asked.day)

    def put(name: str) -> dict[str, Any]:
        return {"key": name, "on_change": page.callback(to_address), "args": (name,)}

    with st.container(horizontal=True, vertical_alignment="bottom", key="office_filters"):
        draw_choice(page, plans)
        st.text_input(_("Search"), placeholder=_("Title or number"), **put("search"))
        st.selectbox(
            _("Unit"),
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder=_("All units"),
            **put("unit"),
        )
        st.pills(
            _("Progress light"),
            [light.value for light in SHOWN],
            selection_mode="multi",
            format_func=lambda code: light_text(Light(code)),
            **put("light"),
        )
        st.date_input(
            _("As it stood on"),
            max_value=asked.today,
            format="YYYY-MM-DD",
            key="at",
            on_change=page.callback(_travel),
            args=(asked.today,),
        )


def _travel(today: date) -> None:
    if st.session_state.get("at") in (None, today):
        st.query_params.pop("at", None)
    else:
        to_address("at")
