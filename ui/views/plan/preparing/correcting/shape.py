"""Tasks taken apart, taken out, or added by hand."""

from __future__ import annotations

import re

import streamlit as st

from i18n import _, mark
from tasks_catalog.model import CatalogueTask
from ui.shell.page import Page
from ui.views.plan.preparing.correcting.fields import CopyFields
from ui.views.plan.preparing.desk import CopyDesk, change
from workflow.rules.preparing.splitting import free_code, join, new_task, split
from workflow.rules.preparing.working_copy import Change
from workflow.rules.refusals import Invalid, Problem

SENTENCE = re.compile(r"(?<=[。；])\s*")


def draw_shape(page: Page, desk: CopyDesk, task: CatalogueTask, fields: CopyFields) -> None:
    """The words of a task, its heading, and taking it apart or out."""
    items = {item.code: item.title for item in desk.catalogue.items}
    with st.container(border=True):
        fields.area("text", _("Words of the plan"))
        if items:
            fields.choice(
                "item", _("Heading"), [None, *items],
                lambda code: f"{code} {items[code]}" if code else _("none"),
            )  # fmt: skip
        key = f"plan_split_{desk.sheet.id}_{task.code}"
        if key not in st.session_state:
            st.session_state[key] = "\n".join(filter(None, SENTENCE.split(task.text)))
        st.text_area(_("Split: one line for each task"), key=key, height=140)
        with st.container(horizontal=True):
            st.button(_("Split into these tasks"), key="plan_split_now",
                      on_click=page.callback(_split), args=(page, desk, task, key))  # fmt: skip
            following = _following(desk, task)
            if following:
                st.button(
                    _("Join with {code}", code=following.code), key="plan_join",
                    on_click=page.callback(_join), args=(page, desk, task, following),
                )  # fmt: skip
            st.button(_("Take this task out"), key="plan_remove", type="tertiary",
                      on_click=page.callback(_remove), args=(page, desk, task))  # fmt: skip


def _split(page: Page, desk: CopyDesk, task: CatalogueTask, key: str) -> None:
    texts = [line for line in st.session_state[key].splitlines() if line.strip()]
    if len(texts) < 2:
        problem = Problem(task.code, mark("write at least two lines"))
        raise Invalid(mark("The task cannot be split."), (problem,))
    taken = {one.code for one in desk.catalogue.tasks}
    changes = split(desk.plain_task(task.code), texts, taken)
    said = _("{code} split into {n}", code=task.code, n=len(texts))
    change(page, desk.sheet.id, said, *changes)
    st.query_params["task"] = changes[1].code
    st.query_params.pop("edit", None)


def _following(desk: CopyDesk, task: CatalogueTask) -> CatalogueTask | None:
    tasks = desk.catalogue.tasks
    place = next(at for at, one in enumerate(tasks) if one.code == task.code)
    return tasks[place + 1] if place + 1 < len(tasks) else None


def _join(page: Page, desk: CopyDesk, task: CatalogueTask, following: CatalogueTask) -> None:
    changes = join(desk.plain_task(task.code), desk.plain_task(following.code))
    said = _("{code} joined with {other}", code=task.code, other=following.code)
    change(page, desk.sheet.id, said, *changes)
    st.query_params.pop("edit", None)


def _remove(page: Page, desk: CopyDesk, task: CatalogueTask) -> None:
    change(
        page, desk.sheet.id, _("{code} taken out", code=task.code),
        Change(task.code, "task", desk.plain_task(task.code), None),
    )  # fmt: skip
    st.query_params.pop("task", None)
    st.query_params.pop("edit", None)


def draw_new(page: Page, desk: CopyDesk) -> None:
    """A task that the reading passed over."""
    items = {item.code: item.title for item in desk.catalogue.items}
    with st.form("plan_new"):
        text = st.text_area(_("Its words in the document"), height=100)
        item = st.selectbox(
            _("Heading"), [None, *items],
            format_func=lambda code: f"{code} {items[code]}" if code else _("none"),
        )  # fmt: skip
        if not st.form_submit_button(_("Add the task")) or not text.strip():
            return
    taken = {task.code for task in desk.catalogue.tasks}
    code = free_code(item or str(len(items) + 1), taken)
    with page.trying():
        made = new_task(code, text, item, desk.sheet.source_lines)
        change(page, desk.sheet.id, _("{code} added", code=code), made)
        page.navigate("plan", copy=desk.sheet.id, task=code)
