"""年度分解: the numbers of a plan by year and unit, with their sum checked while they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from db.queries.plans.plan_tasks import PartRow, PlanView
from db.queries.plans.year_targets import TargetShares, shared_numbers
from db.queries.tasks.task import suggest_year_targets, year_targets_of
from i18n import _
from ui.components.lights import tag
from ui.components.lists import QueueEntry, queue
from ui.components.rendering import macro
from ui.components.states import empty, note
from ui.components.text import back, joined
from ui.shell.page import Page
from ui.views.plan.preparing.words import MEASURE_KINDS, PIECES, SIGNS, number_text
from ui.views.shared.office import link, number_of
from workflow.rules.assignments import AssignmentRole
from workflow.rules.progress.quantities import parse, shown
from workflow.rules.progress.shares import Share, check
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets

Typed = Mapping[tuple[int, int], str]


def draw_targets(page: Page, view: PlanView) -> None:
    """The numbers of the plan, and the table of one of them."""
    plan = view.plan
    rows = page.keep(
        "plan_numbers",
        lambda c: shared_numbers(c.session, c.actor, plan.plan_id, c.now), plan.plan_id,
    )  # fmt: skip
    if not rows:
        page.html(
            empty(_("No number to share out"), _("None of the plan's tasks demands a number."))
        )
        return
    asked = number_of(page, "number")
    chosen = next((row for row in rows if row.measure_id == asked), rows[0])
    side, main = st.columns([1, 2], gap="medium")
    with side, st.container(key="plan_list_with_one" if asked else "plan_list"):
        page.html(_list(plan.plan_id, rows, chosen))
    with main, st.container(key="plan_sheet_asked" if asked else "plan_sheet_first"):
        _draw_one(page, view, chosen)


def _list(plan_id: int, rows: Sequence[TargetShares], chosen: TargetShares) -> Markup:
    return queue(
        [
            QueueEntry(
                link("plan", plan=plan_id, part="targets", number=row.measure_id),
                row.metric,
                row.code,
                joined(
                    [_whole(row), tag(_("shared out"), "accent") if row.shares else tag(_("open"))]
                ),
                here=row is chosen,
            )
            for row in rows
        ]
    )


def _whole(row: TargetShares) -> str:
    whole = row.whole
    number = shown(whole.value, whole.unit) if whole.value is not None else ""
    said = _("{target} by {year}", target=f"{SIGNS[whole.op]} {number}", year=whole.by_year)
    return _("{target}, {kind}", target=said, kind=_(MEASURE_KINDS[whole.kind]))


def _draw_one(page: Page, view: PlanView, row: TargetShares) -> None:
    task = next(task for task in view.tasks if task.task_id == row.task_id)
    units, stand, proposed = page.keep(
        "plan_shares", lambda c: _read(c, row, task.parts), row.measure_id
    )
    page.html(
        back(link("plan", plan=view.plan.plan_id, part="targets"), _("← All numbers")),
        macro(PIECES, "share_head", row.code, row.metric, _whole(row), row.title),
    )
    if not units:
        page.html(note(_("The task has no unit yet; assign it first.")))
        return
    years = range(view.plan.first_year, min(view.plan.last_year, row.whole.by_year) + 1)
    turn = st.session_state.setdefault("plan_shares_turn", 0)
    key = f"plan_shares_{row.measure_id}_{row.version}_{turn}"
    begin = st.session_state.get(f"{key}_begin", stand)
    typed = _table(units, years, begin, key)
    _say(page, row, typed)
    if proposed:
        st.button(
            _("Fill in an even split"), key="plan_even", on_click=page.callback(_fill),
            args=(row, proposed),
        )  # fmt: skip
    if st.button(_("Save the year targets"), type="primary", key="plan_save_shares"):
        entries = [
            TargetEntry(unit, year, text)
            for (unit, year), text in typed.items()
            if text.strip() != stand.get((unit, year), "").strip()
        ]
        with page.trying():
            with page.acting() as c:
                n = set_year_targets(
                    c, measure_id=row.measure_id, version=row.version, entries=entries
                )
            page.say(_("{n} year targets stand.", n=n))
            st.rerun()


def _read(
    c: Context, row: TargetShares, parts: Sequence[PartRow]
) -> tuple[dict[int, str], dict[tuple[int, int], str], dict[tuple[int, int], str]]:
    """Units that answer by id, shares as they stand, and an even split; by unit and year."""
    units = {part.unit_id: part.unit for part in parts if part.role != AssignmentRole.SUPPORT}
    stand = {
        (target.unit_id, target.year): target.written or number_text(target.value)
        for target in year_targets_of(c.session, c.actor, row.task_id, c.now)
        if target.measure_id == row.measure_id
    }
    names = {part.unit_id: part.unit for part in parts}
    units.update({unit: names[unit] for unit, _year in stand if unit in names})
    proposed = {
        (share.unit_id, share.year): number_text(share.value)
        for share in suggest_year_targets(c.session, c.actor, row.measure_id, c.now)
    }
    return units, stand, proposed


def _table(
    units: Mapping[int, str], years: range, begin: Typed, key: str
) -> dict[tuple[int, int], str]:
    """What is typed in the table: a row a unit, a column a year; texts, as people write numbers."""
    import pandas as pd

    name = _("Unit")
    frame = pd.DataFrame(
        [
            {name: unit, **{str(year): begin.get((unit_id, year), "") for year in years}}
            for unit_id, unit in units.items()
        ]
    )
    edited = st.data_editor(
        frame, key=key, hide_index=True, disabled=[name], num_rows="fixed",
        column_config={str(y): st.column_config.TextColumn(str(y), width="small") for y in years},
    )  # fmt: skip
    return {
        (unit_id, year): str(row[str(year)] or "")
        for unit_id, row in zip(units, edited.to_dict("records"), strict=True)
        for year in years
    }


def _say(page: Page, row: TargetShares, typed: Typed) -> None:
    """Whether what is typed makes the whole, with the sum of each year."""
    shares, unread = [], []
    for (unit, year), text in typed.items():
        if not text.strip():
            continue
        try:
            shares.append(Share(unit, year, parse(text, row.whole.unit).value))
        except Invalid as wrong:
            unread.append(f"{year}: {wrong}")
    if unread:
        page.html(note(macro(PIECES, "lines", unread), "warning"))
        return
    problems = check(row.whole, shares)
    sums: dict[int, Decimal] = {}
    for share in shares:
        sums[share.year] = sums.get(share.year, Decimal(0)) + share.value
    told = _(", ").join(f"{year}: {shown(total)}" for year, total in sorted(sums.items()))
    whole = shown(sum(sums.values(), Decimal(0)), row.whole.unit)
    line = _("Sums by year: {sums}; together {whole}", sums=told, whole=whole) if sums else ""
    if problems:
        page.html(note(macro(PIECES, "lines", [problems[0], line]), "warning"))
    elif shares:
        page.html(note(joined([_("The shares fit the plan."), line]), "done"))


def _fill(row: TargetShares, proposed: Typed) -> None:
    turn = st.session_state["plan_shares_turn"] + 1
    st.session_state["plan_shares_turn"] = turn
    st.session_state[f"plan_shares_{row.measure_id}_{row.version}_{turn}_begin"] = proposed
