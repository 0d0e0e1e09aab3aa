"""考核办法: what are the year's rules, and what do they come to?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.schemes import SchemeRow, scheme_rows, scheme_text
from documents.scheme_file import shipped_schemes, shipped_text
from documents.scheme_outline import text_of
from i18n import _, mark
from ui.components.lights import tag
from ui.components.states import empty
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.schemes.editor import TEXT, check, draw_result, draw_text, draw_tried
from ui.views.schemes.form import CHOSEN, draw_form, draw_source
from ui.views.shared.office import moment, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from workflow.rules.access.permissions import INSTALLATION, Permission, may
from workflow.rules.assessment.language.scheme import SCHEMA
from workflow.verbs.assessment.approve_scheme import approve_scheme
from workflow.verbs.context import Context

FROM = "scheme_from"
TEMPLATES = {
    "deduction": mark("deductions from a hundred"),
    "quzhou": mark("targets with praise and blame"),
    "rank-points": mark("points by rank"),
    "ratings": mark("ratings in groups, with quotas"),
    "relative": mark("measured by the best"),
}
"""What the shipped schemes are called."""


@dataclass(frozen=True)
class SchemesPage:
    """The kept versions, and what the reader may do."""

    rows: tuple[SchemeRow, ...]
    may_keep: bool
    may_approve: bool


def draw(page: Page) -> None:
    """Write the rules of a year as text, check and try them, keep and approve them."""
    found = page.keep("schemes", _read)
    plans = plans_shown(page)
    page.title(under=_("The rules of a year's assessment: write, try, keep, approve."))
    draw_choice(page, plans)
    if found.may_keep:
        _draw_choice(page, plans, found)
        _draw_editor(page, plans)
    if not found.rows:
        page.html(empty(_("No scheme is kept yet"), _("Begin with a template.")))
        return
    page.html(heading(2, _("History")), _history(found, zone_of(page)))
    if found.may_approve:
        _draw_approval(page, found)


def _read(c: Context) -> SchemesPage:
    rows = scheme_rows(c.session, c.actor)
    return SchemesPage(
        rows,
        may(c.actor, Permission.KEEP_SCHEME, INSTALLATION),
        may(c.actor, Permission.APPROVE_SCHEME, INSTALLATION),
    )


def _draw_choice(page: Page, plans: PlansShown, found: SchemesPage) -> None:
    kept = {f"kept:{one.id}": _named(one) for one in found.rows if one.language == SCHEMA}
    shipped = {
        f"shipped:{name}": _("template: {name}", name=_(TEMPLATES.get(name, name)))
        for name in shipped_schemes()
    }
    names = {**kept, **shipped}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(_("Begin with"), list(names), format_func=names.__getitem__, key=FROM)
        st.button(_("Take its text"), on_click=page.callback(_take), args=(page, plans))


def _draw_editor(page: Page, plans: PlansShown) -> None:
    """Form and text at the left, what they come to at the right."""
    if TEXT not in st.session_state:
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        form, text = st.tabs([_("Form"), _("Text")])
        with text:
            draw_text(page, plans)
        with form:
            draw_form(page, plans)
    with right:
        draw_result(page, plans)
        draw_source(page)
    draw_tried(page)


def _take(page: Page, plans: PlansShown) -> None:
    kind, _colon, name = str(st.session_state.get(FROM) or "").partition(":")
    if kind == "kept":
        with page.reading() as c:
            written, data = scheme_text(c.session, c.actor, int(name))
        text = written or text_of(data)
    else:
        text = shipped_text(name)
    st.session_state[TEXT] = text
    st.session_state.pop(CHOSEN, None)
    check(page, plans)


def _named(one: SchemeRow) -> str:
    return _("{title}, version {no} ({year})", title=one.title, no=one.no, year=one.year)


def _history(found: SchemesPage, zone: str) -> Markup:
    lines = [
        [
            one.title,
            str(one.year),
            str(one.no),
            f"{moment(one.at, zone)} {one.by}".strip(),
            _("{document}, {name}", document=one.document, name=one.approved_by)
            if one.document
            else tag(_("draft"), "warning"),
        ]
        for one in found.rows
    ]
    columns = [
        ListColumn(_("Scheme"), "lead"), ListColumn(_("Year"), "number"),
        ListColumn(_("No."), "number"), ListColumn(_("Kept at"), "short"),
        ListColumn(_("Approved by"), "wide"),
    ]  # fmt: skip
    return data_table(_("History"), columns, lines)


def _draw_approval(page: Page, found: SchemesPage) -> None:
    drafts = {
        one.id: _named(one) for one in found.rows if not one.document and one.language == SCHEMA
    }
    if not drafts:
        return
    with st.expander(_("Approve a version")):
        st.selectbox(
            _("Which version"), list(drafts), format_func=drafts.__getitem__, key="approve_version"
        )
        st.text_input(_("Document that approves it"), key="approve_document")
        st.button(_("Approve"), key="approve_now", on_click=page.callback(_approve), args=(page,))


def _approve(page: Page) -> None:
    version = st.session_state.get("approve_version")
    document = str(st.session_state.get("approve_document") or "")
    with page.acting() as c:
        approve_scheme(c, version_id=int(version or 0), document=document)
    st.session_state.pop("approve_document", None)
    page.say(_("Approved. Years are assessed by it from now on."))
