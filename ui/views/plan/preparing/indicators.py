"""The plan's own numbers, as its tables and its goals name them."""

from __future__ import annotations

from decimal import Decimal

from i18n import _
from tasks_catalog.model import Indicator
from ui.components.tables import ListColumn, data_table
from ui.components.text import strong
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk
from ui.views.plan.preparing.words import RELATIVE, SIGNS
from workflow.rules.progress.quantities import plain


def draw_indicators(page: Page, desk: CopyDesk) -> None:
    """All indicators in one table, in the order of the document."""
    rows = [
        [
            one.name if not one.scope else _("{name} ({scope})", name=one.name, scope=one.scope),
            one.unit or "",
            _dated(one.baseline, one.baseline_year),
            strong(_target(one)),
            one.table or _("goal in the text"),
            _("line {n}", n=one.source.line) if one.source and one.source.line else "",
        ]
        for one in desk.catalogue.indicators
    ]
    columns = [
        ListColumn(_("Indicator"), "lead"),
        ListColumn(_("Counted in")),
        ListColumn(_("Baseline"), "number"),
        ListColumn(_("Target value"), "number"),
        ListColumn(_("Where it is named")),
        ListColumn(_("Line of the text")),
    ]
    page.html(data_table(_("Indicators"), columns, rows))


def _target(one: Indicator) -> str:
    if one.relative:
        return _(RELATIVE[one.relative])
    ends = "–".join(plain(value) for value in (one.target, one.target_max) if value is not None)
    sign = "" if one.op in (None, "=") else f"{SIGNS[one.op]} "
    return _year(f"{sign}{ends}" if ends else one.target_text or "", one.target_year)


def _dated(value: Decimal | None, year: int | None) -> str:
    return _year(plain(value), year) if value is not None else ""


def _year(text: str, year: int | None) -> str:
    return _("{number} ({year})", number=text, year=year) if text and year else text
