"""What a person makes of words that they selected in the text: a task, numbers, or a date."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import streamlit as st

from i18n import _
from tasks_catalog.from_words import deadlines_of, measures_of, place_of, read_into
from tasks_catalog.model import CatalogueTask
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk, change
from workflow.rules.preparing.splitting import free_code, new_task
from workflow.rules.preparing.working_copy import Change, Plain

Made = tuple[str, str, tuple[Change, ...]]
"""What was done in words, the code of the task to be shown, the changes."""


def draw_words(page: Page, desk: CopyDesk, task: CatalogueTask) -> None:
    """The selected words, and what can be made of them."""
    with st.form("plan_words"):
        words = st.text_area(
            _("Words of the document"), value=page.param("words"), height=120,
            help=_("Select them in the text beside, or paste them; they must stand in it."),
        )  # fmt: skip
        with st.container(horizontal=True):
            ways: list[tuple[bool, Callable[[CopyDesk, CatalogueTask, str], Made]]] = [
                (st.form_submit_button(_("Make a task"), type="primary"), _task),
                (st.form_submit_button(_("Add its numbers to {code}", code=task.code)), _numbers),
                (st.form_submit_button(_("Take its date for {code}", code=task.code)), _date),
            ]
    way = next((make for pressed, make in ways if pressed), None)
    if way is None or not words.strip():
        return
    with page.trying():
        said, code, changes = way(desk, task, words.strip())
        change(page, desk.sheet.id, said, *changes)
        page.navigate("plan", copy=desk.sheet.id, task=code)


def _task(desk: CopyDesk, task: CatalogueTask, words: str) -> Made:
    taken = {one.code for one in desk.catalogue.tasks}
    code = free_code(task.item or task.code, taken)
    made = new_task(code, words, task.item, desk.sheet.source_lines)
    read_into(cast(Plain, made.after), words, desk.sheet.source_lines, desk.catalogue.plan)
    return _("{code} added", code=code), code, (made,)


def _numbers(desk: CopyDesk, task: CatalogueTask, words: str) -> Made:
    place_of(words, desk.sheet.source_lines)
    plain = desk.plain_task(task.code)
    found = measures_of(words, desk.catalogue.plan)
    wanted = [*plain["measures"], *(one for one in found if one not in plain["measures"])]
    changes = [Change(task.code, "measures", plain["measures"], wanted)]
    if plain["kind"] == "steady":
        changes.append(Change(task.code, "kind", plain["kind"], "numbers"))
    return _("numbers added to {code}", code=task.code), task.code, tuple(changes)


def _date(desk: CopyDesk, task: CatalogueTask, words: str) -> Made:
    place_of(words, desk.sheet.source_lines)
    plain = desk.plain_task(task.code)
    found, due = deadlines_of(words, desk.catalogue.plan)
    wanted = [*plain["deadlines"], *(one for one in found if one not in plain["deadlines"])]
    changes = (
        Change(task.code, "deadlines", plain["deadlines"], wanted),
        Change(task.code, "due", plain["due"], due),
        Change(task.code, "due_text", plain["due_text"], found[-1]["text"]),
    )
    return _("date of {code} taken", code=task.code), task.code, changes
