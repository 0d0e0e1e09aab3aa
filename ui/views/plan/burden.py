"""减负评估: what the plan asks of each unit in a year, and what another plan asks already."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.queries.plans.burden import UnitBurden, plan_burden
from i18n import _
from ui.components.figures import KeyFigure, key_figures
from ui.components.states import empty
from ui.components.tables import ListColumn, data_table
from ui.components.text import soft
from ui.shell.page import Page
from workflow.rules.reporting.burden import MINUTES_A_NUMBER, MINUTES_A_REPORT


def draw_burden(page: Page, plan_id: int) -> None:
    """The year's burden of all units, the heaviest first."""
    rows = page.keep(
        "plan_burden", lambda c: plan_burden(c.session, c.actor, plan_id, c.now), plan_id
    )
    if not rows:
        nothing = _("Units appear here once they answer for tasks.")
        page.html(empty(_("Nobody is asked for anything yet"), nothing))
        return
    page.html(_figures(rows), _said(), _table(rows))


def _said() -> Markup:
    return soft(
        _(
            "Counted for a year in which nobody is let off: {report} minutes a report and {number} "
            "for each number or step.",
            report=MINUTES_A_REPORT,
            number=MINUTES_A_NUMBER,
        )
    )


def _figures(rows: Sequence[UnitBurden]) -> Markup:
    twice = sum(len(row.twice) for row in rows)
    hours = sum(row.year.minutes for row in rows) / 60
    return key_figures(
        [
            KeyFigure(_("Reports a year"), str(sum(row.year.reports for row in rows)),
                      _("of {n} units", n=len(rows))),
            KeyFigure(_("Fields a year"), str(sum(row.year.fields for row in rows)), ""),
            KeyFigure(_("Hours a year"), f"{hours:.0f}", _("of all units together")),
            KeyFigure(_("Asked elsewhere already"), str(twice), "",
                      "yellow" if twice else "green"),
        ]
    )  # fmt: skip


def _table(rows: Sequence[UnitBurden]) -> Markup:
    columns = [
        ListColumn(_("Unit"), "lead"),
        ListColumn(_("Tasks"), "number"),
        ListColumn(_("Reports a year"), "number"),
        ListColumn(_("Fields a year"), "number"),
        ListColumn(_("Minutes a year"), "number"),
        ListColumn(_("Asked elsewhere already"), "wide"),
    ]
    cells: list[list[str | Markup]] = [
        [
            row.unit,
            str(row.tasks),
            str(row.year.reports),
            str(row.year.fields),
            str(row.year.minutes),
            _("; ").join(f"{one.metric} · {one.plan}" for one in row.twice),
        ]
        for row in rows
    ]
    return data_table(_("Burden of a year"), columns, cells)
