"""The work list as xlsx, out and in: what a returned list would change is shown before it is."""

from __future__ import annotations

from typing import Any

import streamlit as st
from markupsafe import Markup

from i18n import _, mark
from tasks_catalog.comparing.saying import FIELD_WORDS
from tasks_catalog.worklist.returned import read_copy
from ui.components.lists import bullets
from ui.components.rendering import macro
from ui.components.states import note
from ui.components.tables import ListColumn, data_table
from ui.components.text import left_out, named, put_in, replaced
from ui.components.uploads import read_upload
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.words import PIECES, plain_said
from ui.views.shared.office import moment, zone_of
from workflow.rules.access.permissions import Permission
from workflow.rules.preparing.working_copy import Change
from workflow.verbs.preparing.exchange_working_copy import CopyPreview, preview_returned

WHOLE = {
    "task": mark("the whole task"),
    "item": mark("the whole heading"),
    "unit": mark("the entry of the unit"),
    "settled": mark("settled"),
    "parent": mark("heading above"),
}
LATEST = 200


def draw_exchange(page: Page, desk: CopyDesk) -> None:
    """Out: a link. In: a file, its changes and conflicts, and one button."""
    page.html(macro(PIECES, "out_and_back", desk.sheet.id))
    if not desk.open:
        return
    turn = st.session_state.setdefault("plan_back_turn", 0)
    with st.container(key="plan_back"):
        file = st.file_uploader(
            _("The returned work list (xlsx)"), type=["xlsx"], key=f"plan_back_{turn}"
        )
    if file is not None:
        with page.trying():
            _draw_preview(page, desk, _preview(page, desk, file))


def _preview(page: Page, desk: CopyDesk, file: Any) -> CopyPreview:
    returned = read_upload(page, Permission.PREPARE, read_copy, file)
    with page.reading() as c:
        return preview_returned(c, copy_id=desk.sheet.id, returned=returned)


def _draw_preview(page: Page, desk: CopyDesk, seen: CopyPreview) -> None:
    if seen.conflicts:
        said = _("{n} places were changed here as well; these stay.", n=len(seen.conflicts))
        page.html(note(bullets(said, [str(one) for one in seen.conflicts]), "warning"))
    if not seen.changes:
        page.html(note(_("The list changes nothing.")))
        return
    page.html(changes_html(seen))
    st.button(
        _("Take over {n} changes", n=len(seen.changes)), key="plan_take_back", type="primary",
        on_click=page.callback(_take), args=(page, desk, seen),
    )  # fmt: skip


def _take(page: Page, desk: CopyDesk, seen: CopyPreview) -> None:
    said = _("{n} changes from the work list", n=len(seen.changes))
    change(page, desk.sheet.id, said, *seen.changes)
    st.session_state["plan_back_turn"] += 1


def changes_html(seen: CopyPreview) -> Markup:
    """The changes as a table: where, of what, before and after."""
    rows = [
        [
            seen.where.get((one.code, one.field), ""),
            thing(one),
            field_word(one.field),
            left_out(plain_said(one.before)),
            put_in(plain_said(one.after)),
        ]
        for one in seen.changes
    ]
    columns = [
        ListColumn(_("Place in the list")), ListColumn(_("What"), "lead"), ListColumn(_("Field")),
        ListColumn(_("Before")), ListColumn(_("After")),
    ]  # fmt: skip
    return data_table(_("Changes of the returned list"), columns, rows)


def thing(one: Change) -> str:
    """What a change is about."""
    kind, _colon, key = one.code.partition(":")
    if not one.code:
        return _("Head of the plan")
    words = {
        "item": _("Heading {code}", code=key), "unit": key,
        "finding": _("Contradiction {n}", n=key),
        "doubt": _("Doubt of task {code}", code=key.partition(":")[0]),
    }  # fmt: skip
    return words[kind] if key and kind in words else _("Task {code}", code=one.code)


def field_word(field: str) -> str:
    """A field's name."""
    return _(FIELD_WORDS.get(field) or WHOLE[field])


def draw_history(page: Page, desk: CopyDesk) -> None:
    """Who changed what, the last first."""
    edits: list[Any] = list(reversed(desk.sheet.edits))[:LATEST]
    if not edits:
        page.html(note(_("Nothing was changed since the document was read.")))
        return
    rows = [
        [
            named(thing(edit.change), field_word(edit.change.field)),
            replaced(plain_said(edit.change.before), plain_said(edit.change.after)),
            edit.person,
            moment(edit.at, zone_of(page)),
        ]
        for edit in edits
    ]
    columns = [
        ListColumn(_("What"), "lead"),
        ListColumn(_("Before and after"), "wide"),
        ListColumn(_("By")),
        ListColumn(_("When")),
    ]
    page.html(data_table(_("Changes"), columns, rows))
