"""The reports that are overdue, with the way to give time for one or to let it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from db.queries.reports.late import LateReport, late_reports
from i18n import _
from ui.components.dates import due
from ui.components.lights import tag
from ui.components.states import empty
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, joined
from ui.shell.page import Page
from ui.views.chasing.report import draw_report, may_let_off
from ui.views.shared.office import link, number_of, period_name
from ui.views.shared.plans import PlansShown
from workflow.rules.states import STATES
from workflow.verbs.context import Context


@dataclass(frozen=True)
class LateEntry:
    """An overdue report, by how many workdays it is so, and whether the reader may deal with it."""

    report: LateReport
    workdays: int
    mine: bool


def read_late(c: Context, plan_ids: Sequence[int]) -> list[LateEntry]:
    """The overdue reports, the longest overdue first."""
    return [
        LateEntry(
            one,
            c.calendar.workdays_between(one.due_on, c.calendar.next_workday(c.today)),
            may_let_off(c, one.unit_id),
        )
        for one in late_reports(c.session, c.actor, plan_ids, c.today)
    ]


def draw_late(page: Page, plans: PlansShown, late: Sequence[LateEntry]) -> None:
    """The list, or the one report that the address names."""
    asked = number_of(page, "report")
    chosen = next((one for one in late if one.report.report_id == asked), None)
    if chosen is not None:
        draw_report(page, chosen.report, chosen.mine, plans.link("chasing", list="late"))
    elif not late:
        page.html(empty(_("No report is overdue"), _("Reports whose date is over appear here.")))
    else:
        columns = [
            ListColumn(_("Task"), "lead"),
            ListColumn(_("Unit")),
            ListColumn(_("Round"), "short"),
            ListColumn(_("Report due")),
            ListColumn(_("State"), "short"),
            ListColumn(_("Step"), "short"),
        ]
        page.html(data_table(_("Overdue reports"), columns, [_row(plans, one) for one in late]))


def _row(plans: PlansShown, late: LateEntry) -> list[str | Markup]:
    one = late.report
    way = anchor(
        plans.link("chasing", list="late", report=one.report_id),
        _("More time or let off"),
        _("More time or let off: {unit}, {title}", unit=one.unit, title=one.title),
    )
    return [
        joined(
            [
                anchor(link("task", task=one.task_id), joined([one.code, one.title])),
                plans.tag(one.plan_id),
            ]
        ),
        one.unit,
        period_name(one.period),
        due(one.due_on, -late.workdays),
        tag(_(STATES["report"][one.state])),
        way if late.mine else _("another unit's reviewer"),
    ]
