"""结果应用: what was decided from the final result, the tasks that follow, the form to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.procedure import procedure_of
from db.queries.assessment.result_uses import UseRow, result_uses
from db.queries.places.places import about_plan
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor
from ui.shell.page import Page
from ui.views.shared.office import link
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.result import UnitResult
from workflow.rules.assessment.use import USES, WITH_TASK, Use
from workflow.rules.refusals import Invalid
from workflow.rules.states import STATES, Step
from workflow.verbs.assessment.decide_use import UseDecided, decide_use
from workflow.verbs.context import Context


@dataclass(frozen=True)
class UsesOfYear:
    """The decisions, and whether the reader may take one now."""

    rows: tuple[UseRow, ...]
    may_decide: bool


def draw_use(page: Page, plan_id: int, year: int, places: list[UnitResult]) -> None:
    """What was decided for the units shown; whoever may, decides."""
    found = page.keep("uses", lambda c: _read(c, plan_id, year), plan_id, year, plans=[plan_id])
    units = {place.unit_id: place.unit for place in places}
    rows = [row for row in found.rows if row.unit_id in units]
    if rows or found.may_decide:
        page.html(Markup('<h2 id="use">{}</h2>').format(_("What follows from the result")))
    if rows:
        page.html(_table(rows))
    if found.may_decide and units:
        _draw_form(page, plan_id, year, units)


def _read(c: Context, plan_id: int, year: int) -> UsesOfYear:
    view = procedure_of(c.session, c.actor, plan_id, year)
    final = view is not None and view.now.step is Step.FINAL
    return UsesOfYear(
        result_uses(c.session, c.actor, plan_id, year),
        final and may(c.actor, Permission.APPROVE_RESULT, about_plan(c.session, plan_id)),
    )


def _table(rows: list[UseRow]) -> Markup:
    lines: list[list[str | Markup]] = [
        [
            row.unit, _(USES[row.kind]), row.text, row.document,
            anchor(link("task", task=row.task_id), f"{row.code} {row.task}") if row.task_id else "",
            full_date(row.due) if row.due else "",
            _(STATES["task"][row.state]) if row.state else "",
        ]
        for row in rows
    ]  # fmt: skip
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Decided"), "short"),
        ListColumn(_("In words"), "wide"), ListColumn(_("Document")),
        ListColumn(_("Task that follows")), ListColumn(_("By when"), "short"),
        ListColumn(_("State"), "short"),
    ]  # fmt: skip
    return data_table(_("What follows from the result"), columns, lines)


def _draw_form(page: Page, plan_id: int, year: int, units: dict[int, str]) -> None:
    with st.expander(_("Decide what follows for a unit"), icon=":material/gavel:"):
        key = f"use_{plan_id}"
        unit, kind = st.columns(2)
        with unit:
            st.selectbox(_("Unit"), list(units), format_func=units.__getitem__, key=f"{key}_unit")
        with kind:
            chosen = st.selectbox(
                _("Decided"), list(Use), format_func=lambda one: _(USES[one]), key=f"{key}_kind"
            )
        st.text_area(_("In words"), key=f"{key}_text", height=90)
        st.text_input(_("By which document"), key=f"{key}_document")
        label = _("Task that follows") if chosen in WITH_TASK else _("Task that follows, if one")
        task, due = st.columns([2, 1])
        with task:
            st.text_input(label, key=f"{key}_task")
        with due:
            st.text_input(_("By when, such as 2026-06-30"), key=f"{key}_due")
        st.button(
            _("Decide it"), type="primary", key=f"{key}_now",
            on_click=page.callback(_decide), args=(page, plan_id, year, key),
        )  # fmt: skip


def _decide(page: Page, plan_id: int, year: int, key: str) -> None:
    said = {name: str(st.session_state.get(f"{key}_{name}") or "").strip()
            for name in ("text", "document", "task", "due")}  # fmt: skip
    use = UseDecided(
        Use(st.session_state[f"{key}_kind"]), said["text"], said["document"], said["task"],
        day_of(said["due"]),
    )  # fmt: skip
    with page.acting() as c:
        decide_use(
            c, plan_id=plan_id, year=year, unit_id=int(st.session_state[f"{key}_unit"]), use=use
        )
    for name in said:
        st.session_state.pop(f"{key}_{name}", None)
    page.say(_("Decided. The unit is told, and its task is issued where one follows."))


def day_of(text: str) -> date | None:
    """The day that was typed; None for nothing. Raises Invalid for what is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(mark("There is no such day as “{text}”."), text=text) from None
