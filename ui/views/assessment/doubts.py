"""Flagged numbers of the year: somebody who may looks at one and says why it is in order."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from db.queries.places.places import about_unit
from i18n import _
from ui.shell.page import Page
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.doubts import BY_PEOPLE, Doubt
from workflow.rules.assessment.given import GivenKind
from workflow.rules.assessment.result import UnitResult
from workflow.verbs.assessment.give_fact import FactHead, give_fact


def draw_clearing(page: Page, plan_id: int, year: int, places: Iterable[UnitResult]) -> None:
    """A form for one flagged number at a time; nothing where the reader may clear none."""
    with page.reading() as c:
        open_ones = {
            f"{place.unit_id}:{doubt.measure_id}:{doubt.kind}": (place, doubt)
            for place in places
            for doubt in place.doubts
            if doubt.kind in BY_PEOPLE and not doubt.cleared
            and may(c.actor, Permission.NOTE_MERIT, about_unit(c.session, place.unit_id))
        }  # fmt: skip
    if not open_ones:
        return
    names = {
        key: f"{place.unit} {doubt.metric}: {doubt.sentence}"
        for key, (place, doubt) in open_ones.items()
    }
    with st.expander(_("A flagged number was looked at")):
        key = f"doubt_{plan_id}"
        st.selectbox(_("Which one"), list(names), format_func=names.__getitem__, key=key)
        st.text_input(_("Why it is in order: document and number, or what was found"),
                      key=f"{key}_basis")  # fmt: skip
        st.button(
            _("It is in order"), key=f"{key}_now", on_click=page.callback(_clear),
            args=(page, plan_id, year, key, open_ones),
        )  # fmt: skip


def _clear(
    page: Page, plan_id: int, year: int, key: str, open_ones: dict[str, tuple[UnitResult, Doubt]]
) -> None:
    place, doubt = open_ones[str(st.session_state[key])]
    head = FactHead(
        GivenKind.CLEARED, doubt.kind, str(st.session_state.get(f"{key}_basis") or ""),
        measure_id=doubt.measure_id,
    )  # fmt: skip
    with page.acting() as c:
        give_fact(c, plan_id=plan_id, year=year, head=head, values={place.unit_id: ""})
    st.session_state.pop(f"{key}_basis", None)
    page.say(_("Noted. Work out the assessment again to have it counted."))
