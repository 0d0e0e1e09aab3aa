"""The reports on a task that are asked for now or never came, and what may be done about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from markupsafe import Markup, escape

from db.queries.reports.late import LateReport
from db.queries.tasks.reports import ReportRow
from db.queries.tasks.story import TaskStory
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading
from ui.shell.page import Page
from ui.views.chasing.report import draw_report
from ui.views.shared.office import link, number_of, period_name
from workflow.rules.access.permissions import RoleName
from workflow.rules.states import STATES


def draw_at_unit(page: Page, story: TaskStory, mine: Collection[int]) -> None:
    """The report that the address names, if it is still with its unit; `mine`: those that the
    reader may give time for or let off."""
    asked = number_of(page, "report")
    for row in story.reports if RoleName.REVIEWER in page.visitor().roles else ():
        if row.report_id == asked and row.at_unit:
            draw_report(
                page, _named(story, row), row.report_id in mine, link("task", task=story.task_id)
            )


def rounds_html(story: TaskStory, mine: Collection[int]) -> Markup:
    """The reports of the newest round, and those of earlier ones that never came."""
    if not story.reports:
        return Markup("")
    newest = story.reports[-1].period
    rows = [row for row in story.reports if row.period == newest or row.at_unit]
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Round")), ListColumn(_("Report due")),
        ListColumn(_("State"), "short"), ListColumn(_("Step"), "short"),
    ]  # fmt: skip
    table = data_table(_("Reports"), columns, [_line(story, row, mine) for row in rows])
    return heading(2, _("Reports of this round")) + table


def _line(story: TaskStory, row: ReportRow, mine: Collection[int]) -> Sequence[str | Markup]:
    due = escape(full_date(row.act_by))
    if row.first_due_on != row.due_on:
        due += Markup(' <span class="ls-soft">{} <s>{}</s></span>').format(
            _("first set to"), full_date(row.first_due_on)
        )
    way: str | Markup = ""
    if row.at_unit and row.report_id in mine:
        what = _(
            "More time or let off: {unit}, {title}", unit=row.unit, title=period_name(row.period)
        )
        there = link("task", task=story.task_id, report=row.report_id)
        way = anchor(there, _("More time or let off"), what)
    return [row.unit, period_name(row.period), due, tag(_(STATES["report"][row.state])), way]


def _named(story: TaskStory, row: ReportRow) -> LateReport:
    return LateReport(
        report_id=row.report_id,
        version=row.version,
        plan_id=story.plan_id,
        plan=story.plan,
        task_id=story.task_id,
        code=story.code,
        title=story.title,
        unit_id=row.unit_id,
        unit=row.unit,
        period=row.period,
        due_on=row.act_by,
        first_due_on=row.first_due_on,
        state=row.state,
    )
