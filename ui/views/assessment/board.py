"""The ranking of an assessment: figures, vetoes, a table for each comparable group, doubts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from documents.official.assessment import before_of, firm_note, range_of
from documents.score_papers import no_total
from i18n import _
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.rendering import macro
from ui.components.states import note
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor
from ui.views.assessment.lines import files_html, ledger_link
from ui.views.shared.office import link
from workflow.rules.assessment.result import Ranking, UnitResult
from workflow.rules.assessment.robustness import Robustness


def board_html(
    found: Ranking, firm: Robustness | None, last_year: Ranking | None, today: date
) -> Markup:
    """Figures, then a table for each comparable group; how firm the ranking is, for who sees it
    all, and the result of the year before, if there is one."""
    judged = [place for place in found.places if place.total is not None]
    totals = sorted(place.total for place in judged if place.total is not None)
    asked = sum(len(place.questions) for place in found.places)
    waiting = sum(place.objections for place in found.places)
    best = max(judged, key=lambda place: place.total or Decimal(0), default=None)
    middle = totals[len(totals) // 2] if totals else "–"
    figures = key_figures(
        [
            KeyFigure(_("Units assessed"), str(len(judged)), _("of {n}", n=len(found.places))),
            KeyFigure(
                _("Highest total"), str(best.total) if best else "–", best.unit if best else ""
            ),
            KeyFigure(_("Median"), str(middle), _("points")),
            KeyFigure(
                _("To be decided"), str(asked), _("questions"), "yellow" if asked else "green"
            ),
            KeyFigure(
                _("Objections to answer"),
                str(waiting),
                _("from units"),
                "yellow" if waiting else "green",
                "#objections",
            ),
        ]
    )
    groups = dict.fromkeys(place.group_title for place in found.places)
    tables = [_group(found, title, firm, last_year) for title in groups]
    rules = anchor(link("schemes", plan=found.run.plan_id), _("The assessment scheme"))
    links = Markup('<p class="ls-links">{}</p>').format(rules)
    ledger = ledger_link(found.run.plan_id, found.run.year, today)
    files = Markup("").join([links, files_html("assessment", found.run), ledger])
    under = note(firm_note(firm)) if firm and firm.units else Markup("")
    return Markup("").join(
        [vetoes_html(found.places), figures, files, *tables, under, doubts_html(found.places)]
    )


def vetoes_html(places: Iterable[UnitResult]) -> Markup:
    """Every veto above score and rank."""
    rows = [
        (place.unit, _("; ").join(place.vetoes), _total(place)) for place in places if place.vetoes
    ]
    return macro("assessment/procedure.html", "vetoes", rows) if rows else Markup("")


def doubts_html(places: Iterable[UnitResult]) -> Markup:
    """Numbers that a person has to look at."""
    rows = [
        (place.unit, doubt.metric, str(doubt.sentence), doubt.cleared)
        for place in places
        for doubt in place.doubts
    ]
    return macro("assessment/procedure.html", "doubts", rows) if rows else Markup("")


def _group(
    found: Ranking, title: str, firm: Robustness | None, last_year: Ranking | None
) -> Markup:
    rows = [
        [
            str(place.rank or "–"),
            *([range_of(place, firm)] if firm else []),
            anchor(
                link("assessment", plan=found.run.plan_id, run=found.run.id, unit=place.unit_id),
                place.unit,
            ),
            _total(place),
            *([before_of(place, last_year)] if last_year else []),
            _grade(place),
            _parts_text(place),
            tag(_("{n} objections", n=place.objections), "warning") if place.objections else "",
        ]
        for place in found.places
        if place.group_title == title
    ]
    columns = [
        ListColumn(_("Place"), "number"),
        *([ListColumn(_("Range of places"), "short")] if firm else []),
        ListColumn(_("Unit"), "lead"),
        ListColumn(_("Total"), "number"),
        *([ListColumn(_("Year before"), "short")] if last_year else []),
        ListColumn(_("Grade"), "short"),
        ListColumn(_("Made up of"), "wide"),
        ListColumn(_("Objections"), "short"),
    ]
    name = title or _("Not compared")
    return Markup("<h2>{}</h2>{}").format(name, data_table(name, columns, rows))


def _total(place: UnitResult) -> str:
    if place.total is not None:
        return str(place.total)
    said = place.questions or place.not_assessed
    return no_total(place) if said else _("nothing to judge")


def _grade(place: UnitResult) -> Markup | str:
    """The grade, and every veto in words."""
    if place.questions and not place.grade:
        return tag(_("to be decided"), "warning")
    if not place.vetoes:
        return place.grade_title
    barred = Markup(" ").join(tag(title, "warning") for title in place.vetoes)
    return Markup("{} {}").format(place.grade_title, barred)


def _parts_text(place: UnitResult) -> str:
    return _("; ").join(f"{part.title} {part.points}" for part in place.parts if part.points)
