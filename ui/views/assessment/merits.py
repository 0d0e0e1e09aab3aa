"""考核事项 on the page of the assessment: what was noted of the year, and the form to note more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.merits import MeritRow, merits
from db.queries.places.places import about_unit
from db.queries.plans.choices import units_of_plans
from db.queries.plans.plan_tasks import tasks_of_plan
from i18n import _
from ui.components.lights import tag
from ui.components.plain_label import plain
from ui.components.tables import ListColumn, data_table
from ui.components.text import soft
from ui.shell.page import Page
from ui.views.shared.office import moment, short_date, zone_of
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.facts import EXEMPTION
from workflow.verbs.assessment.record_merit import merit_kinds, record_merit, strike_merit
from workflow.verbs.context import Context

FIELDS = ("unit", "kind", "task", "title", "basis", "day", "level", "matter", "amount", "times")


@dataclass(frozen=True)
class MeritsForm:
    """The notes, the kinds with their titles, and what the form offers: names of the units of which
    the reader may note something, and of tasks, by id."""

    rows: tuple[MeritRow, ...]
    kinds: dict[str, str]
    units: dict[int, str]
    tasks: dict[int, str]


def draw_merits(page: Page, plan_id: int, year: int, unit_id: int | None) -> None:
    """The year's notes of one unit, or of all; whoever may, notes one more or strikes one out."""
    found = page.keep("merits", lambda c: _read(c, plan_id, year), plan_id, year)
    rows = [row for row in found.rows if unit_id in (None, row.unit_id)]
    if rows:
        page.html(_table(rows, found.kinds, zone_of(page)))
    units = {key: name for key, name in found.units.items() if unit_id in (None, key)}
    if units:
        _draw_form(page, plan_id, year, units, found)
    standing = {row.id: row for row in rows if row.may_strike}
    if standing:
        _draw_striking(page, standing)


def _read(c: Context, plan_id: int, year: int) -> MeritsForm:
    kinds = merit_kinds(c, year)
    units = {
        unit.id: unit.name
        for unit in units_of_plans(c.session, c.actor, [plan_id], c.now)
        if kinds and may(c.actor, Permission.NOTE_MERIT, about_unit(c.session, unit.id))
    }
    tasks = tasks_of_plan(c.session, c.actor, plan_id, c.now) if units else []
    return MeritsForm(
        merits(c.session, c.actor, plan_id, year, c.now),
        {**kinds, EXEMPTION: _("Exemption")},
        units,
        {task.task_id: f"{task.code} {task.title}" for task in tasks},
    )


def _table(rows: Sequence[MeritRow], kinds: dict[str, str], zone: str) -> Markup:
    lines = [
        [
            Markup('<span id="merit-{}">{}</span>').format(row.id, row.unit),
            kinds.get(row.kind, row.kind),
            _("{code}: {text}", code=row.code, text=row.title) if row.code else row.title,
            row.basis,
            short_date(row.day),
            tag(_("struck out {at}", at=moment(row.struck_at, zone)))
            if row.struck_at
            else _("{at} by {name}", at=moment(row.noted_at, zone), name=row.noted_by),
        ]
        for row in rows
    ]
    columns = [
        ListColumn(_("Unit"), "lead"),
        ListColumn(_("Kind"), "short"),
        ListColumn(_("What"), "wide"),
        ListColumn(_("Basis")),
        ListColumn(_("Date"), "short"),
        ListColumn(_("Noted"), "short"),
    ]
    name = _("Noted of the year")
    return Markup('<h2 id="merits">{}</h2>{}').format(name, data_table(name, columns, lines))


def _draw_form(
    page: Page, plan_id: int, year: int, units: dict[int, str], found: MeritsForm
) -> None:
    keys = {field: f"merit_{field}_{plan_id}" for field in FIELDS}
    with st.expander(_("Note praise, blame or an exemption"), icon=":material/edit_square:"):
        st.selectbox(_("Unit"), list(units), format_func=units.__getitem__,
                     index=0 if len(units) == 1 else None, key=keys["unit"])  # fmt: skip
        kind = st.segmented_control(
            _("Kind"),
            list(found.kinds),
            format_func=lambda key: plain(found.kinds[key]),
            key=keys["kind"],
        )
        if kind == EXEMPTION:
            st.selectbox(_("Task that is not counted"), list(found.tasks), index=None,
                         format_func=found.tasks.__getitem__, key=keys["task"])  # fmt: skip
        st.text_input(_("What happened, in one sentence"), key=keys["title"])
        with st.container(horizontal=True):
            st.text_input(_("Basis: document and number"), key=keys["basis"])
            st.date_input(_("Date of it"), value=None, max_value=page.installation.today(),
                          format="YYYY-MM-DD", key=keys["day"])  # fmt: skip
        if kind != EXEMPTION:
            with st.container(horizontal=True):
                st.text_input(_("Level, such as 省级"), key=keys["level"])
                st.text_input(_("Matter"), key=keys["matter"])
                st.text_input(_("Amount"), key=keys["amount"])
                st.text_input(_("How many times"), key=keys["times"])
        page.html(soft(
            _("It counts from the next assessment on; the unit sees it at once.")
        ))  # fmt: skip
        st.button(
            _("Note it"), type="primary", key=f"merit_note_{plan_id}",
            on_click=page.callback(_note), args=(page, plan_id, year, keys),
        )  # fmt: skip


def _note(page: Page, plan_id: int, year: int, keys: dict[str, str]) -> None:
    said = {field: st.session_state.get(key) for field, key in keys.items()}
    if not any(said[field] for field in ("kind", "title", "basis", "day")):
        return  # the second click of two: the first has emptied the form
    exempts = said["kind"] == EXEMPTION
    with page.acting() as c:
        record_merit(
            c,
            plan_id=plan_id,
            unit_id=said["unit"] or 0,
            year=year,
            kind=said["kind"] or "",
            title=said["title"] or "",
            basis=said["basis"] or "",
            day=said["day"],
            task_id=said["task"] if exempts else None,
            level="" if exempts else said["level"] or "",
            matter="" if exempts else said["matter"] or "",
            amount="" if exempts else said["amount"] or "",
            times=1 if exempts or not said["times"] else _times(said["times"]),
        )
    for key in keys.values():
        st.session_state.pop(key, None)
    page.say(_("Noted. Work out the assessment again to have it counted."))


def _times(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 4 else 0


def _draw_striking(page: Page, standing: dict[int, MeritRow]) -> None:
    with st.expander(_("Strike out what was noted wrongly")):
        key = "merit_strike"
        st.selectbox(
            _("Note"), list(standing), index=None, key=key,
            format_func=lambda one: f"{standing[one].unit}: {standing[one].title}",
        )  # fmt: skip
        st.button(
            _("Strike out"), key=f"{key}_now", on_click=page.callback(_strike), args=(page, key)
        )


def _strike(page: Page, key: str) -> None:
    merit_id = st.session_state.get(key)
    if merit_id is None:
        return
    with page.acting() as c:
        strike_merit(c, merit_id=merit_id)
    st.session_state.pop(key, None)
    page.say(_("Struck out. Work out the assessment again without it."))
