"""年度考核: who scored what, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st
from markupsafe import Markup, escape

from db.queries.assessment.assessment import ranking, runs, sheet
from db.queries.assessment.procedure import year_under_way
from db.queries.assessment.year_before import year_before
from db.queries.places.places import about_plan, reads_plan
from db.queries.plans.choices import Choice
from db.queries.plans.plan_tasks import tasks_of_plan
from documents.official.assessment import before_of
from i18n import _, full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.progress import Score, waterfall
from ui.components.rendering import macro
from ui.components.states import empty
from ui.components.stories import ActionCard, cards
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.assessment.board import board_html, doubts_html, vetoes_html
from ui.views.assessment.doubts import draw_clearing
from ui.views.assessment.given import draw_given
from ui.views.assessment.lines import files_html, lines_html
from ui.views.assessment.merits import draw_merits
from ui.views.assessment.objections import draw_answers, draw_objection
from ui.views.assessment.panel import draw_panel
from ui.views.assessment.procedure import draw_procedure
from ui.views.assessment.use import draw_use
from ui.views.shared.office import link, moment, number_of, zone_of
from ui.views.shared.papers import paper_ways
from ui.views.shared.plans import PlansShown, draw_choice, none_in_force, plans_shown
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.differences import of_all, of_unit
from workflow.rules.assessment.result import AssessmentRun, Ranking, ScoreSheet, UnitResult
from workflow.rules.assessment.robustness import robustness_of
from workflow.verbs.assessment.assess import assess
from workflow.verbs.context import Context

SPRING = 3
"""Until the end of this month the year before is assessed."""
SHOWN = 12
"""How many versions are linked."""


@dataclass(frozen=True)
class AssessmentPage:
    """The ranking of a run, if there is one, and the score of the unit that is asked for; `tasks`:
    ids by code; what the reader may do and see; the versions of the year, and the one before; the
    result of the year before, if there is one."""

    ranking: Ranking | None
    score: ScoreSheet | None
    tasks: dict[str, int]
    may_assess: bool
    all_seen: bool
    year: int
    versions: tuple[AssessmentRun, ...] = ()
    before: Ranking | None = None
    last_year: Ranking | None = None


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
    under = escape(" · ".join([*said, *([_under(run, zone_of(page))] if run else [])]))
    trial = tag(_("trial"), "warning") if run and run.trial else ""
    page.title(under=Markup("{} {}").format(trial, under) if trial else under)
    draw_choice(page, plans)
    year = found.year
    draw_procedure(
        page, plan.id, year, found.score.lines[0].id if found.score and not found.all_seen else None
    )
    if len(found.versions) > 1 and run:
        page.html(macro("assessment/procedure.html", "versions", _versions(found, run)))
    if found.ranking is None:
        text = _("The score is worked out on the first of each month and at the year's end.")
        page.html(empty(_("No assessment has been worked out yet"), text))
    elif found.score is not None:
        draw_objection(page, found.score)
        _sheet(page, found.score, found)
        page.html(_changes(found))
    else:
        waiting = any(place.objections for place in found.ranking.places)
        if waiting:
            draw_answers(page, found.ranking.run)
        firm = robustness_of(found.ranking) if found.all_seen else None
        today = page.installation.today()
        page.html(board_html(found.ranking, firm, found.last_year, today), _changes(found))
        draw_clearing(page, plan.id, year, found.ranking.places)
        if not waiting:
            draw_answers(page, found.ranking.run)
    if found.ranking is not None:
        shown = [found.score.place] if found.score else list(found.ranking.places)
        draw_use(page, plan.id, year, shown)
    unit_id = found.score.place.unit_id if found.score else None
    draw_merits(page, plan.id, year, unit_id)
    draw_given(page, plan.id, year, unit_id)
    draw_panel(page, plan.id, year, unit_id)
    if found.score is None and found.may_assess:
        _again(page, plan, year)


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
    every = runs(c.session, c.actor, plan_id)
    run = _chosen(every, run_wanted)
    versions = tuple(one for one in every if run and one.year == run.year)
    earlier = next((one for one in versions if run and one.no < run.no), None)
    found = ranking(c.session, c.actor, run.id) if run else None
    places = {place.unit_id: place for place in found.places} if found else {}
    unit = unit_wanted if unit_wanted in places else _only(places, reads_all)
    return AssessmentPage(
        found,
        sheet(c.session, c.actor, run.id, unit) if run and unit else None,
        {row.code: row.task_id for row in tasks_of_plan(c.session, c.actor, plan_id, c.now)},
        may(c.actor, Permission.ASSESS, about_plan(c.session, plan_id)),
        reads_all,
        run.year if run else year_under_way(c.session, c.actor, plan_id) or _last_year(c.today),
        versions,
        ranking(c.session, c.actor, earlier.id) if earlier else None,
        year_before(c.session, c.actor, run) if run else None,
    )


def _last_year(today: date) -> int:
    """The year that is assessed on a day: until spring the one before."""
    return today.year - (today.month <= SPRING)


def _only(places: dict[int, UnitResult], reads_all: bool) -> int | None:
    return next(iter(places)) if len(places) == 1 and not reads_all else None


def _chosen(versions: tuple[AssessmentRun, ...], wanted: int | None) -> AssessmentRun | None:
    return next((run for run in versions if run.id == wanted), versions[0] if versions else None)


def _versions(found: AssessmentPage, run: AssessmentRun) -> list[tuple[str, str, bool]]:
    unit = {"unit": found.score.place.unit_id} if found.score else {}
    return [
        (
            _("version {no}", no=one.no),
            link("assessment", plan=one.plan_id, run=one.id, **unit),
            one.id == run.id,
        )
        for one in found.versions[:SHOWN]
    ]


def _changes(found: AssessmentPage) -> Markup:
    """What this version changes against the one before, for the unit that is shown or for all."""
    if found.before is None or found.ranking is None:
        return Markup("")
    old = {place.unit_id: place for place in found.before.places}
    if found.score is None:
        new = {place.unit_id: place for place in found.ranking.places}
        changed = list(of_all(old, new))
    else:
        mine = old.get(found.score.place.unit_id)
        changed = list(of_unit(mine, found.score.place)) if mine else []
    rows = [
        (one.name or _("Total"), *("–" if n is None else str(n) for n in (one.before, one.after)))
        for one in changed
    ]
    heading = _("Changed against version {no}: {n}", no=found.before.run.no, n=len(rows))
    return macro("assessment/procedure.html", "differences", heading, rows) if rows else Markup("")


def _under(run: AssessmentRun, zone: str) -> str:
    return _(
        "{year}, by {scheme}; facts as of {day}, version {no}, worked out {at}",
        year=run.year, scheme=run.scheme, day=full_date(run.as_of), no=run.no,
        at=moment(run.frozen_at, zone),
    )  # fmt: skip


def _sheet(page: Page, score: ScoreSheet, found: AssessmentPage) -> None:
    tasks, last_year = found.tasks, found.last_year
    place, run = score.place, score.run
    back = link("assessment", plan=run.plan_id, run=run.id)
    page.html(
        Markup('<p class="ls-links"><a href="{}">{}</a></p>').format(back, _("All units"))
        if found.all_seen
        else "",
        heading(2, place.unit),
        vetoes_html([place]),
        key_figures(
            [
                KeyFigure(_("Total"), str(place.total if place.total is not None else "–"),
                       place.grade_title),
                KeyFigure(_("Place"), f"{place.rank or '–'} / {place.of}", place.group_title),
                *(
                    [KeyFigure(_("Year before"), before_of(place, last_year))]
                    if last_year
                    else []
                ),
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
        doubts_html([place]),
    )  # fmt: skip
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
            part.points_max,
        )
        for part in score.place.parts
        if part.points or part.points_max
    ]  # fmt: skip
    return [*falls, Score(_("Total"), score.place.total or Decimal(0), "sum")]


def _again(page: Page, plan: Choice, year: int) -> None:
    st.button(
        _("Work out the assessment as of now"),
        help=_("A new version is added; earlier ones stay as they are."),
        on_click=page.callback(_assess),
        args=(page, plan.id, year),
    )


def _assess(page: Page, plan_id: int, year: int) -> None:
    with page.acting() as c:
        done = assess(c, plan_id=plan_id, year=year)
    if done.new:
        page.say(_("Version {no} is worked out for {n} units.", no=done.no, n=done.units))
    else:
        page.say(_("Nothing has changed since version {no}.", no=done.no), "note")
