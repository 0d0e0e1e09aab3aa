"""Tables that people take along, as xlsx: what a page shows, with where and when it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from db.queries.access.sessions import Visitor
from db.queries.plans.choices import plans_in_force
from db.queries.progress.overview import ItemLines, overview
from i18n import _, mark
from luoshi.wiring import Installation
from ui.components.dates import full_date
from ui.components.lights import LIGHTS
from ui.shell.application import Download
from ui.views.overview.filters import asked_of
from ui.views.shared.office import instant_of
from ui.views.shared.plans import of_address
from workflow.rules.refusals import NotFound
from workflow.rules.states import STATES
from workflow.verbs.record.export import export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Column = tuple[str, int]
"""A head and the width of its column in letters."""


def overview_table(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The tasks that the overview shows for these values of its address. Logged; raises Refused."""
    asked = asked_of(values, installation.today())
    at = instant_of(installation, asked.day)
    with installation.reading(visitor.person_id) as c:
        plans = of_address(plans_in_force(c.session, c.actor, c.now), values)
        if not plans.in_force:
            raise NotFound(mark("There is no such file."))
        zone = installation.settings.time_zone
        found = overview(c.session, c.actor, plans.ids, at, zone, asked.filters)
    rows = [
        (*([found.plans[item.plan_id]] if plans.chosen is None else []), *row)
        for item in found.items
        for row in _task_rows(item)
    ]
    with installation.acting(visitor.person_id) as c:
        for plan_id in plans.ids:
            taken = sum(len(item.tasks) for item in found.items if item.plan_id == plan_id)
            export(c, plan_id=plan_id, what="overview", rows=taken)
    title = _("{plan}: progress as of {day}", plan=plans.name, day=full_date(found.day))
    columns = (
        *(((_("Plan"), 30),) if plans.chosen is None else ()),
        (_("Item"), 28), (_("Number"), 9), (_("Task"), 44), (_("Lead unit"), 24),
        (_("Supporting units"), 30), (_("Progress light"), 10), (_("Reason"), 48),
        (_("State"), 12), (_("Due"), 12), (_("First due"), 12),
    )  # fmt: skip
    name = _("Progress overview {day}.xlsx", day=found.day.isoformat())
    return Download(name, sheet(title, columns, rows), XLSX)


def _task_rows(item: ItemLines) -> Iterable[Sequence[str | date | None]]:
    for task in item.tasks:
        yield (
            f"{item.code} {item.title}".strip(),
            task.code,
            task.title,
            _(", ").join(task.leads),
            _(", ").join(task.supports),
            _(LIGHTS[task.judgement.light][1]),
            str(task.judgement),
            _(STATES["task"][task.state]),
            task.due,
            task.first_due if task.first_due != task.due else None,
        )


def sheet(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | date | Decimal | None]]
) -> bytes:
    """One sheet: a title, heads that stay in sight, rows. Nothing in it is ever a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Table"))
    page.freeze_panes = "A3"
    for place, (_head, width) in enumerate(columns):
        page.column_dimensions[chr(ord("A") + place)].width = width
    page.append([_cell(page, title, Font(bold=True, size=14), wrap=False)])
    page.append([_cell(page, head, Font(bold=True)) for head, _width in columns])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(
    page: Any, value: str | date | Decimal | None, font: Font | None = None, wrap: bool = True
) -> Any:
    cell = WriteOnlyCell(page, value)  # type: ignore[arg-type] # dates too, its stubs forget them
    if isinstance(value, str):
        # A text that begins with "=" stays a text.
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if font:
        cell.font = font
    cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    return cell
