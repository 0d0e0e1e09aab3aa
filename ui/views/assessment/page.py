"""年度考核: who scored what, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.assessment import ranking, runs, sheet
from db.queries.places.places import about_plan, reads_plan
from db.queries.plans.choices import Choice
from db.queries.plans.plans import tasks_of_plan
from documents.official.assessment import firm_note, range_of
from documents.score_papers import no_total
from i18n import _
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.progress import Score, waterfall
from ui.components.states import empty, note
from ui.components.stories import ActionCard, cards
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading
from ui.shell.page import Page
from ui.views.assessment.lines import (
    draw_answers,
    draw_objection,
    files_html,
    ledger_link,
    lines_html,
)
from ui.views.assessment.merits import draw_merits
from ui.views.shared.office import link, moment, number_of, zone_of
from ui.views.shared.papers import paper_ways
from ui.views.shared.plans import PlansShown, draw_choice, none_in_force, plans_shown
from workflow.rules.access.permissions import may
from workflow.rules.assessment.result import AssessmentRun, Ranking, ScoreSheet, UnitResult
from workflow.rules.assessment.robustness import Robustness, robustness_of
from workflow.verbs.assessment.assess import assess
from workflow.verbs.context import Context


@dataclass(frozen=True)
class AssessmentPage:
    """The ranking of a run, if there is one, and the score of the unit that is asked for; `tasks`:
    ids by code; what the reader may do and see."""

    ranking: Ranking | None
    score: ScoreSheet | None
    tasks: dict[str, int]
    may_assess: bool
    all_seen: bool


def draw(page: Page) -> None:
    """The ranking for the office, and a unit's own score with a reason behind every point."""
    plans = plans_shown(page)
    if not plans.in_force:
        none_in_force(page)
        return
    if plans.chosen is None:
        _each_plan(page, plans)
        return
    plan = plans.chosen
    run_wanted, unit_wanted = number_of(page, "run"), number_of(page, "unit")
    found = page.keep(
        "assessment",
        lambda c: _read(c, plan.id, run_wanted, unit_wanted),
        plan.id,
        run_wanted,
        unit_wanted,
    )
    run = found.ranking.run if found.ranking else None
    said = [plan.name] if plans.several or run is None else []
    page.title(under=" · ".join([*said, *([_under(run, zone_of(page))] if run else [])]))
    draw_choice(page, plans)
    if found.ranking is None:
        text = _("The score is worked out on the first of each month and at the year's end.")
        page.html(empty(_("No assessment has been worked out yet"), text))
    elif found.score is not None:
        _sheet(page, found.score, found.tasks, found.all_seen)
    else:
        today = page.installation.today()
        page.html(_board(found.ranking, found.all_seen, today))
        draw_answers(page, found.ranking.run)
    year = run.year if run else page.installation.today().year
    draw_merits(page, plan.id, year, found.score.place.unit_id if found.score else None)
    if found.score is None and found.may_assess:
        _again(page, plan)


def _each_plan(page: Page, plans: PlansShown) -> None:
    """The newest assessment of each plan, to choose one."""

    def newest(c: Context) -> dict[int, AssessmentRun]:
        found = {plan_id: runs(c.session, c.actor, plan_id) for plan_id in plans.ids}
        return {plan_id: versions[0] for plan_id, versions in found.items() if versions}

    last = page.keep("assessments", newest, plans)
    page.title(under=plans.name)
    draw_choice(page, plans)
    none = _("No assessment has been worked out yet")
    zone = zone_of(page)
    page.html(
        cards(
            [
                ActionCard(
                    plan.name,
                    link("assessment", plan=plan.id),
                    text=_under(last[plan.id], zone) if plan.id in last else none,
                )
                for plan in plans.in_force
            ]
        )
    )


def _read(
    c: Context, plan_id: int, run_wanted: int | None, unit_wanted: int | None
) -> AssessmentPage:
    reads_all = reads_plan(c.session, c.actor, plan_id)
    run = _chosen(runs(c.session, c.actor, plan_id), run_wanted)
    found = ranking(c.session, c.actor, run.id) if run else None
    places = {place.unit_id: place for place in found.places} if found else {}
    unit = unit_wanted if unit_wanted in places else _only(places, reads_all)
    return AssessmentPage(
        found,
        sheet(c.session, c.actor, run.id, unit) if run and unit else None,
        {row.code: row.task_id for row in tasks_of_plan(c.session, c.actor, plan_id, c.now)},
        may(c.actor, "assess", about_plan(c.session, plan_id)),
        reads_all,
    )


def _only(places: dict[int, UnitResult], reads_all: bool) -> int | None:
    return next(iter(places)) if len(places) == 1 and not reads_all else None


def _chosen(versions: tuple[AssessmentRun, ...], wanted: int | None) -> AssessmentRun | None:
    return next((run for run in versions if run.id == wanted), versions[0] if versions else None)


def _under(run: AssessmentRun, zone: str) -> str:
    return _(
        "{year}, by {scheme}; facts as of {day}, version {no}, worked out {at}",
        year=run.year, scheme=run.scheme, day=run.as_of, no=run.no,
        at=moment(run.frozen_at, zone),
    )  # fmt: skip


def _board(found: Ranking, all_seen: bool, today: date) -> Markup:
    """Figures, then a table for each comparable group."""
    judged = [place for place in found.places if place.total is not None]
    totals = sorted(place.total for place in judged if place.total is not None)
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
                _("Objections to answer"),
                str(waiting),
                _("from units"),
                "yellow" if waiting else "green",
                "#objections",
            ),
        ]
    )
    groups = dict.fromkeys(place.group_title for place in found.places)
    firm = robustness_of(found) if all_seen else None
    tables = [_group(found, title, firm) for title in groups]
    plan, year = found.run.plan_id, found.run.year
    files = files_html("assessment", found.run) + ledger_link(plan, year, today)
    under = note(firm_note(firm)) if firm and firm.units else ""
    return Markup("").join([figures, files, *tables, under])


def _group(found: Ranking, title: str, firm: Robustness | None) -> Markup:
    rows = [
        [
            str(place.rank or "–"),
            *([range_of(place, firm)] if firm else []),
            anchor(
                link("assessment", plan=found.run.plan_id, run=found.run.id, unit=place.unit_id),
                place.unit,
            ),
            _total(place),
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
    if not place.vetoes:
        return place.grade_title
    barred = Markup(" ").join(tag(title, "warning") for title in place.vetoes)
    return Markup("{} {}").format(place.grade_title, barred)


def _parts_text(place: UnitResult) -> str:
    return _("; ").join(f"{part.title} {part.points}" for part in place.parts if part.points)


def _sheet(page: Page, score: ScoreSheet, tasks: dict[str, int], all_seen: bool) -> None:
    place, run = score.place, score.run
    back = link("assessment", plan=run.plan_id, run=run.id)
    page.html(
        Markup('<p class="ls-links"><a href="{}">{}</a></p>').format(back, _("All units"))
        if all_seen
        else "",
        heading(2, place.unit),
        key_figures(
            [
                KeyFigure(_("Total"), str(place.total if place.total is not None else "–"),
                       place.grade_title),
                KeyFigure(_("Place"), f"{place.rank or '–'} / {place.of}", place.group_title),
            ]
        ),
        heading(2, _("How the points add up")),
        waterfall(_("How the points add up"), _falls(score)),
        files_html("score_sheet", run, place.unit_id),
        paper_ways(
            _("Yearly report (draft)"),
            "debriefing",
            plan=run.plan_id,
            unit=place.unit_id,
            year=run.year,
        ),
        Markup('<h2 id="lines">{}</h2>').format(_("Every point with its reason")),
        lines_html(score, tasks),
    )  # fmt: skip
    draw_objection(page, score)
    draw_answers(page, run, place.unit_id)


def _falls(score: ScoreSheet) -> list[Score]:
    falls = [
        Score(
            part.title,
            part.points,
            "points" if part.points_max is not None else
            ("deduction" if part.points < 0 else "bonus"),
            _("of {max}", max=part.points_max) if part.points_max is not None else "",
            f"#line-{part.path}",
        )
        for part in score.place.parts
        if part.points or part.points_max
    ]  # fmt: skip
    return [*falls, Score(_("Total"), score.place.total or Decimal(0), "sum")]


def _again(page: Page, plan: Choice) -> None:
    st.button(
        _("Work out the assessment as of now"),
        help=_("A new version is added; earlier ones stay as they are."),
        on_click=page.callback(_assess),
        args=(page, plan.id),
    )


def _assess(page: Page, plan_id: int) -> None:
    with page.acting() as c:
        done = assess(c, plan_id=plan_id, year=c.today.year)
    if done.new:
        page.say(_("Version {no} is worked out for {n} units.", no=done.no, n=done.units))
    else:
        page.say(_("Nothing has changed since version {no}.", no=done.no), "note")
