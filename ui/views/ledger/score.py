"""The year's score of a unit with every point's reason, and what it objects to."""

from __future__ import annotations

from collections.abc import Iterable

from db.queries.progress.ledger import LedgerLine
from i18n import _
from ui.components.dates import full_date
from ui.components.progress import Score, waterfall
from ui.components.states import empty
from ui.components.text import anchor, joined, section, soft
from ui.shell.page import Page
from ui.views.assessment.lines import lines_html
from ui.views.assessment.objections import draw_answers, draw_objection
from ui.views.shared.office import link, local_day
from workflow.rules.assessment.result import ScoreSheet


def draw_score(page: Page, score: ScoreSheet | None, lines: Iterable[LedgerLine]) -> None:
    """How the points add up, each line with its reason, and a way to object."""
    heading = section(_("The year's score"), "score")
    if score is None:
        nothing = _("The year's score stands here once the talent office has worked it out.")
        page.html(heading, empty(_("Not worked out yet"), nothing))
        return
    run = score.run
    day = full_date(local_day(run.frozen_at, page))
    said = _("{scheme}, version {no}, as of {day}", scheme=run.scheme, no=run.no, day=day)
    if run.trial:
        said = _("trial: {text}", text=said)
    whole = link("assessment", plan=run.plan_id, run=run.id, unit=score.place.unit_id)
    tasks = {line.task.code: line.task.id for line in lines}
    page.html(
        heading,
        soft(joined([said, anchor(whole, _("to the assessment"))], " · ")),
        waterfall(_("How the points add up"), _falls(score)),
        lines_html(score, tasks),
    )
    draw_objection(page, score)
    draw_answers(page, run, score.place.unit_id)


def _falls(score: ScoreSheet) -> list[Score]:
    rows = [
        Score(part.title, part.points, "deduction" if part.points < 0 else "points")
        for part in score.place.parts
        if part.points or part.points_max
    ]
    if score.place.total is not None:
        rows.append(Score(_("Total"), score.place.total, "sum"))
    return rows
