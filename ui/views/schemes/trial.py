"""A scheme tried on a year's record: how the points spread, and whom it moves."""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup

from documents.scheme_outline import SchemeOutline
from i18n import _
from ui.components.figures import KeyFigure, key_figures
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.shared.plans import PlansShown
from workflow.verbs.assessment.try_scheme import TriedScheme, TriedUnit, try_scheme


def run_trial(
    page: Page, plans: PlansShown, outline: SchemeOutline, wanted: int | None
) -> TriedScheme | None:
    """The scheme tried on the chosen plan, or the first in force, in the year that is wanted, else
    its own; None where there is none."""
    plan = plans.chosen or next(iter(plans.in_force), None)
    if plan is None:
        return None
    year = wanted or min(outline.year, page.installation.today().year)
    with page.reading() as c:
        return try_scheme(c, data=outline.data, plan_id=plan.id, year=year)


def draw_trial(page: Page, tried: TriedScheme) -> None:
    """Grades, then every unit beside what stands."""
    figures = [KeyFigure(title, str(count), _("units")) for title, count in tried.grades]
    asked = sum(one.questions for one in tried.units)
    if asked:
        figures.append(KeyFigure(_("To be decided"), str(asked), _("questions"), "yellow"))
    name = _("Tried on {year}", year=tried.year)
    page.html(heading(2, name), key_figures(figures), _table(name, tried))


def _table(name: str, tried: TriedScheme) -> Markup:
    ranked = sorted(tried.units, key=lambda one: (one.group, one.rank or 10**6))
    rows = [
        [
            one.unit, one.group, _points(one.total), str(one.rank or "–"), _points(one.stood),
            str(one.stood_rank or "–"), _moved(one),
        ]
        for one in ranked
    ]  # fmt: skip
    stands = _("version {no}", no=tried.no) if tried.no else _("so far")
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Group"), "short"),
        ListColumn(_("This draft"), "number"), ListColumn(_("Place"), "number"),
        ListColumn(stands, "number"), ListColumn(_("Place then"), "number"),
        ListColumn(_("Moves"), "short"),
    ]  # fmt: skip
    return data_table(name, columns, rows)


def _points(total: Decimal | None) -> str:
    return "–" if total is None else str(total)


def _moved(one: TriedUnit) -> str:
    if one.rank is None or one.stood_rank is None or one.rank == one.stood_rank:
        return ""
    way = one.stood_rank - one.rank
    return _("up {n}", n=way) if way > 0 else _("down {n}", n=-way)
