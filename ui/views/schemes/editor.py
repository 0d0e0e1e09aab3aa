"""The text of a scheme and what it comes to: written as text or by form, checked at each change."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.assessment import runs
from documents.scheme_outline import SchemeOutline, outline_in
from documents.untrusted.apart import read_apart
from i18n import _
from ui.components.rendering import macro
from ui.components.states import error_box
from ui.shell.page import Page
from ui.views.schemes.trial import draw_trial, run_trial
from ui.views.shared.plans import PlansShown
from workflow.rules.refusals import Refused
from workflow.verbs.assessment.save_scheme import save_scheme
from workflow.verbs.assessment.try_scheme import TriedScheme

TEXT, CHECKED, YEAR = "scheme_text", "scheme_checked", "scheme_year"
TEMPLATE = "schemes/schemes.html"


@dataclass(frozen=True)
class Checked:
    """What the text that was checked came to: an outline with its trial, or why not."""

    text: str
    outline: SchemeOutline | None
    tried: TriedScheme | None
    refused: Refused | None


def checked_now() -> Checked | None:
    """What the text on the page came to; None where it was changed since."""
    found: Checked | None = st.session_state.get(CHECKED)
    return found if found is not None and found.text == st.session_state.get(TEXT) else None


def check(page: Page, plans: PlansShown) -> None:
    """Check the text as it stands, and try it on the record."""
    text = str(st.session_state[TEXT])
    try:
        outline = read_apart(outline_in, text.encode())
        tried = run_trial(page, plans, outline, st.session_state.get(YEAR))
        st.session_state[CHECKED] = Checked(text, outline, tried, None)
    except Refused as refused:
        st.session_state[CHECKED] = Checked(text, None, None, refused)


def draw_text(page: Page, plans: PlansShown) -> None:
    """The text itself, checked as soon as it is left."""
    st.text_area(
        _("Text (YAML)"), key=TEXT, height=560, on_change=page.callback(check), args=(page, plans)
    )


def draw_result(page: Page, plans: PlansShown) -> None:
    """What the text came to, and what may be done with it."""
    checked = checked_now()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tried = checked.tried.year if checked and checked.tried else None
        years = _years(page, plans, tried)
        if years:
            st.session_state.setdefault(YEAR, tried or years[0])
            st.selectbox(
                _("Try it on the record of"), years, key=YEAR,
                on_change=page.callback(check), args=(page, plans),
            )  # fmt: skip
        st.button(
            _("Check it and try it"), type="primary", key="scheme_check",
            on_click=page.callback(check), args=(page, plans),
        )  # fmt: skip
        if checked is not None and checked.outline is not None:
            st.button(
                _("Keep it as a new version"), key="scheme_keep",
                on_click=page.callback(_keep), args=(page, checked),
            )  # fmt: skip
    shown: Checked | None = checked or st.session_state.get(CHECKED)
    if shown is None:
        return
    if shown.refused is not None:
        page.html(error_box(shown.refused))
    if shown.outline is not None:
        flags = shown.outline.flags
        page.html(
            macro(TEMPLATE, "flags", flags) if flags else Markup(""),
            macro(TEMPLATE, "holds", shown.outline),
        )


def draw_tried(page: Page) -> None:
    """What the record comes to by the text that was checked last."""
    shown: Checked | None = st.session_state.get(CHECKED)
    if shown is not None and shown.tried is not None:
        draw_trial(page, shown.tried)


def _years(page: Page, plans: PlansShown, tried: int | None) -> list[int]:
    """The years of the plan that have a result, this one, and the one that was tried; the newest
    first."""
    plan = plans.chosen or next(iter(plans.in_force), None)
    if plan is None:
        return []
    found = page.keep(
        "scheme_years",
        lambda c: {one.year for one in runs(c.session, c.actor, plan.id)},
        plan.id,
        plans=[plan.id],
    )
    return sorted(
        {*found, page.installation.today().year, *([tried] if tried else [])}, reverse=True
    )


def _keep(page: Page, checked: Checked) -> None:
    if checked.outline is None:
        return
    with page.acting() as c:
        save_scheme(c, checked.outline.data, checked.text)
    page.say(_("Kept as a draft; it counts once it is approved, or while no other is."))
