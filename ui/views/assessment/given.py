"""考核数据登记: numbers, ranks, marks, votes and points of the year that no report holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.given_facts import GivenRow, given_rows
from db.queries.places.places import about_unit
from db.queries.plans.choices import units_of_plans
from i18n import _, mark
from ui.components.lights import tag
from ui.components.plain_label import plain
from ui.components.tables import ListColumn, data_table
from ui.components.text import soft
from ui.shell.page import Page
from ui.views.shared.office import moment, zone_of
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.given import EXAMPLES, KINDS, GivenKind
from workflow.rules.refusals import Invalid
from workflow.verbs.assessment.give_fact import FactHead, give_fact, take_back_fact
from workflow.verbs.context import Context

OFFERED = (
    GivenKind.NUMBER, GivenKind.WORD, GivenKind.RANK, GivenKind.RATING, GivenKind.BALLOT,
    GivenKind.POINTS,
)  # fmt: skip
"""What the form offers; what belongs to a measure or a task is given by command."""
FIELDS = ("kind", "name", "raters", "period", "basis", "values")


@dataclass(frozen=True)
class GivenForm:
    """What was given, and the units of which the reader may give something, name → id."""

    rows: tuple[GivenRow, ...]
    units: dict[str, int]


def draw_given(page: Page, plan_id: int, year: int, unit_id: int | None) -> None:
    """What was given of one unit, or of all; whoever may, gives more or takes back."""
    found = page.keep("given", lambda c: _read(c, plan_id, year), plan_id, year, plans=[plan_id])
    rows = [row for row in found.rows if unit_id in (None, row.unit_id)]
    if rows:
        page.html(_table(rows, zone_of(page)))
    if found.units and unit_id is None:
        _draw_form(page, plan_id, year, found.units)
    standing = {row.id: row for row in rows if row.may_take_back}
    if standing:
        _draw_taking_back(page, standing)


def _read(c: Context, plan_id: int, year: int) -> GivenForm:
    units = units_of_plans(c.session, c.actor, [plan_id], c.now)
    return GivenForm(
        given_rows(c.session, c.actor, plan_id, year, c.now),
        {
            one.name: one.id
            for one in units
            if may(c.actor, Permission.NOTE_MERIT, about_unit(c.session, one.id))
        },
    )


def _table(rows: Sequence[GivenRow], zone: str) -> Markup:
    lines = [
        [
            Markup('<span id="given-{}">{}</span>').format(row.id, row.unit),
            _(KINDS[row.kind]),
            _("; ").join(one for one in (_name(row), row.raters, row.period, row.about) if one),
            row.value,
            row.basis,
            tag(_("taken back {at}", at=moment(row.ended_at, zone)))
            if row.ended_at
            else _("{at} by {name}", at=moment(row.given_at, zone), name=row.given_by),
        ]
        for row in rows
    ]
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Kind"), "short"), ListColumn(_("What")),
        ListColumn(_("Value"), "wide"), ListColumn(_("Basis")), ListColumn(_("Noted"), "short"),
    ]  # fmt: skip
    name = _("Given facts of the year")
    return Markup('<h2 id="given">{}</h2>{}').format(name, data_table(name, columns, lines))


def _name(row: GivenRow) -> str:
    return "" if row.name == row.kind else row.name


def _draw_form(page: Page, plan_id: int, year: int, units: dict[str, int]) -> None:
    keys = {field: f"given_{field}_{plan_id}" for field in FIELDS}
    with st.expander(_("Give numbers, ranks, marks, votes or points"), icon=":material/edit_note:"):
        kind = st.segmented_control(
            _("Kind"), list(OFFERED), default=GivenKind.NUMBER, key=keys["kind"],
            format_func=lambda one: plain(_(KINDS[one])),
        )  # fmt: skip
        with st.container(horizontal=True):
            st.text_input(_("What it is called (for points, the rule's code)"), key=keys["name"])
            st.text_input(_("Who gave marks or votes"), key=keys["raters"])
            st.text_input(_("Other period, such as 2020"), key=keys["period"])
        st.text_input(_("Basis: document and number"), key=keys["basis"])
        st.text_area(_("One unit a line: its name, a space, the value"), key=keys["values"],
                     height=140)  # fmt: skip
        example = f"{next(iter(units))} {EXAMPLES[kind or GivenKind.NUMBER]}"
        page.html(soft(_("For example: {text}", text=example)))
        st.button(
            _("Note them"), type="primary", key=f"given_note_{plan_id}",
            on_click=page.callback(_give), args=(page, plan_id, year, keys, units),
        )  # fmt: skip


def _give(page: Page, plan_id: int, year: int, keys: dict[str, str], units: dict[str, int]) -> None:
    said = {field: str(st.session_state.get(key) or "") for field, key in keys.items()}
    if not said["values"].strip():
        return  # the second click of two: the first has emptied the form
    head = FactHead(
        GivenKind(said["kind"] or GivenKind.NUMBER), said["name"], said["basis"], said["raters"],
        said["period"],
    )  # fmt: skip
    values = dict(_line(line, units) for line in said["values"].splitlines() if line.strip())
    with page.acting() as c:
        give_fact(c, plan_id=plan_id, year=year, head=head, values=values)
    for field in ("name", "raters", "period", "basis", "values"):
        st.session_state.pop(keys[field], None)
    page.say(_("Noted. Work out the assessment again to have it counted."))


def _line(line: str, units: dict[str, int]) -> tuple[int, str]:
    name = next(
        (one for one in sorted(units, key=len, reverse=True) if line.strip().startswith(one)), ""
    )
    if not name:
        raise Invalid(mark("“{text}” begins with no unit of this plan."), text=line.strip())
    return units[name], line.strip().removeprefix(name)


def _draw_taking_back(page: Page, standing: dict[int, GivenRow]) -> None:
    with st.expander(_("Take back what was given wrongly")):
        key = "given_back"
        st.selectbox(
            _("Fact"), list(standing), index=None, key=key,
            format_func=lambda one: (
                f"{standing[one].unit}: {standing[one].name} {standing[one].value}"
            ),
        )  # fmt: skip
        st.button(
            _("Take back"), key=f"{key}_now", on_click=page.callback(_take_back), args=(page, key)
        )


def _take_back(page: Page, key: str) -> None:
    fact_id = st.session_state.get(key)
    if fact_id is None:
        return
    with page.acting() as c:
        take_back_fact(c, fact_id=fact_id)
    st.session_state.pop(key, None)
    page.say(_("Taken back. Work out the assessment again without it."))
