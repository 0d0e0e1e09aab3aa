"""The form of one number or one result that a task promises."""

from __future__ import annotations

from typing import Any

import streamlit as st

from i18n import _
from tasks_catalog.model import CatalogueTask
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.words import MEASURE_KINDS, OPS, SIGNS, number_text
from workflow.rules.preparing.working_copy import Change
from workflow.rules.progress.quantities import parse

NEW: dict[str, Any] = {
    "metric": "", "op": ">=", "value": None, "unit": "", "by_year": None, "kind": "cumulative",
    "firm": True, "text": "", "value_max": None,
}  # fmt: skip


def draw_measure(page: Page, desk: CopyDesk, task: CatalogueTask, place: int | None) -> None:
    """One number: what is counted, how much, by when; `place` from 0, None for a new one."""
    plain = desk.plain_task(task.code)["measures"]
    old = NEW if place is None else plain[place]
    with st.form(f"plan_number_{task.code}_{place}"):
        metric = st.text_input(_("What is counted"), value=old["metric"])
        with st.container(horizontal=True):
            op = st.selectbox(_("Demand"), list(OPS), index=list(OPS).index(old["op"]),
                              format_func=lambda code: f"{SIGNS[code]} {_(OPS[code])}")  # fmt: skip
            value = st.text_input(_("Value"), value=number_text(old["value"]))
            upper = st.text_input(_("Up to (of a range)"), value=number_text(old["value_max"]))
            unit = st.text_input(_("Counted in"), value=old["unit"])
        with st.container(horizontal=True):
            year = st.number_input(_("By the year"), value=old["by_year"], step=1, min_value=1990,
                                   max_value=2100)  # fmt: skip
            kind = st.selectbox(
                _("How it counts"), list(MEASURE_KINDS), format_func=lambda k: _(MEASURE_KINDS[k]),
                index=list(MEASURE_KINDS).index(old["kind"]),
            )  # fmt: skip
        firm = st.checkbox(_("binding (not only to be striven for)"), value=old["firm"])
        with st.container(horizontal=True):
            saved = st.form_submit_button(_("Save"), type="primary")
            removed = place is not None and st.form_submit_button(_("Take this number out"))
    if not (saved or removed):
        return
    with page.trying():
        made = {
            **old, "metric": metric.strip(), "op": op, "unit": unit.strip(), "by_year": year,
            "kind": kind, "firm": firm, "value": _number(value), "value_max": _number(upper),
        }  # fmt: skip
        _put(page, desk, task.code, "measures", plain, place, None if removed else made)


def draw_deliverable(page: Page, desk: CopyDesk, task: CatalogueTask, place: int | None) -> None:
    """One result: its name and, if it has one of its own, its date."""
    plain = desk.plain_task(task.code).get("deliverables", [])
    old = {"name": "", "text": "", "due": None} if place is None else plain[place]
    with st.form(f"plan_result_{task.code}_{place}"):
        name = st.text_input(_("Deliverable"), value=str(old["name"]))
        due = st.date_input(_("Due"), value=old.get("due"), format="YYYY-MM-DD")
        with st.container(horizontal=True):
            saved = st.form_submit_button(_("Save"), type="primary")
            removed = place is not None and st.form_submit_button(_("Take this result out"))
    if not (saved or removed):
        return
    made = {**old, "name": name.strip(), "due": due.isoformat() if due else None}
    with page.trying():
        _put(page, desk, task.code, "deliverables", plain, place, None if removed else made)


def _number(text: str) -> Any:
    return parse(text).value if text.strip() else None


def _put(
    page: Page,
    desk: CopyDesk,
    code: str,
    field: str,
    plain: list[Any],
    place: int | None,
    made: Any,
) -> None:
    """The list with one entry replaced, added (place None) or taken out (made None)."""
    after = list(plain)
    if place is None:
        after.append(made)
    elif made is None:
        del after[place]
    else:
        after[place] = made
    said = {"measures": _("numbers of {code}"), "deliverables": _("results of {code}")}[field]
    change(page, desk.sheet.id, said.format(code=code), Change(code, field, plain, after))
    st.query_params.pop("edit", None)
    st.rerun()
