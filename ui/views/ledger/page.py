"""本单位台账: what a unit owes, how it stands, and what will be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.assessment import runs, sheet
from db.queries.progress.ledger import Ledger, LedgerLine, ledger
from db.queries.reports.my_tasks import units_spoken_for
from db.queries.requests.inbox import AwaitedAnswer, to_acknowledge
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import light, punctuality, tag
from ui.components.states import empty
from ui.components.stories import ActionCard, cards
from ui.components.tables import ListColumn, data_table
from ui.shell.page import Page
from ui.views.ledger.score import draw_score
from ui.views.shared.answering import draw_to_acknowledge
from ui.views.shared.office import link, number_of, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, none_in_force, plans_shown
from workflow.rules.access.permissions import RoleName
from workflow.rules.assessment.result import ScoreSheet
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.progress.lights import Light, NumberState
from workflow.rules.progress.quantities import shown
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.periods import period_short
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.rules.states import NOT_OWED, STATES, AssignmentStateName
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context

WORDS = {
    PunctualityWord.ON_TIME: "on_time",
    PunctualityWord.LATE: "late",
    PunctualityWord.MISSING: "missing",
    PunctualityWord.NOT_DUE: "waiting",
}
"""The codes that ui.components.lights gives the words of the rules."""


@dataclass(frozen=True)
class LedgerPage:
    """A unit's ledgers of the plans in which it has a part, the score sheets of the year that were
    worked out, by plan, and what it has to acknowledge."""

    ledgers: tuple[Ledger, ...]
    scores: Mapping[int, ScoreSheet]
    to_acknowledge: list[AwaitedAnswer]
    calendar: Calendar

    @property
    def answers(self) -> list[LedgerLine]:
        """The tasks that the unit answers for, plan after plan."""
        return [line for one in self.ledgers for line in one.answers]

    @property
    def supports(self) -> list[LedgerLine]:
        """The tasks that the unit supports, plan after plan."""
        return [line for one in self.ledgers for line in one.supports]


def draw(page: Page) -> None:
    """Figures first, then tasks with lights and punctuality, then the score with its reasons."""
    plans = plans_shown(page)
    if not plans.in_force:
        none_in_force(page)
        return
    names = page.keep("ledger_units", _own, own=True)
    unit = next(iter(names)) if len(names) == 1 else _choose(names)
    if unit is None:
        page.title()
        page.html(empty(_("You hold no post for a unit"), _("Ask the administrator for one.")))
        return
    book = _read(page, plans, unit)
    day = full_date(page.installation.today())
    said = _("{unit} · as of {day}", unit=names[unit], day=day)
    page.title(under=" · ".join((plans.name, said)) if plans.several else said)
    draw_choice(page, plans)
    page.html(_figures(plans, book), _pointed_at(page, book))
    if book.to_acknowledge and RoleName.LIAISON not in page.visitor().roles:
        draw_to_acknowledge(page, plans, book.to_acknowledge, book.calendar, "ledger")
    fills_in = RoleName.LIAISON in page.visitor().roles
    page.html(
        page.text("ledger_tasks", lambda: _tables(plans, book, fills_in), plans, book, fills_in)
    )
    if plans.chosen:
        draw_score(page, book.scores.get(plans.chosen.id), (*book.answers, *book.supports))


def _choose(names: dict[int, str]) -> int | None:
    if not names:
        return None
    return st.selectbox(
        _("Unit"), list(names), format_func=names.__getitem__, key="ledger_unit", width=320
    )


def _own(c: Context) -> dict[int, str]:
    return units_spoken_for(
        c.session, c.actor, RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD
    )


def _read(page: Page, plans: PlansShown, unit_id: int) -> LedgerPage:
    def read(c: Context) -> LedgerPage:
        ledgers = [
            ledger(c.session, c.actor, unit_id, plan_id, c.now, zone_of(page))
            for plan_id in plans.ids
        ]
        scores = {plan_id: _score(c, plan_id, unit_id) for plan_id in plans.ids}
        return LedgerPage(
            tuple(one for one in ledgers if one.answers or one.supports or not plans.several),
            {plan_id: score for plan_id, score in scores.items() if score is not None},
            to_acknowledge(c.session, c.actor, c.now),
            c.calendar,
        )

    return page.keep("ledger", read, plans, unit_id, plans=plans.ids, own=True)


def _score(c: Context, plan_id: int, unit_id: int) -> ScoreSheet | None:
    """What the unit scored in the newest run of the year, if anything."""
    newest = runs(c.session, c.actor, plan_id, c.today.year)[:1]
    try:
        return sheet(c.session, c.actor, newest[0].id, unit_id) if newest else None
    except NotFound:
        return None


def _figures(plans: PlansShown, book: LedgerPage) -> Markup:
    lights = Counter(line.judgement.light for line in book.answers)
    words = Counter(
        one.word.word for line in (*book.answers, *book.supports) for one in line.papers
    )
    filed = words[PunctualityWord.ON_TIME] + words[PunctualityWord.LATE]
    supports = _("and supports {n}", n=len(book.supports))
    figures = [
        KeyFigure(_("Answers for"), _("{n} tasks", n=len(book.answers)), supports),
        KeyFigure(
            _("Work"),
            _("{n} behind", n=lights[Light.RED]),
            _("{n} at risk", n=lights[Light.YELLOW]),
            "red" if lights[Light.RED] else "yellow" if lights[Light.YELLOW] else "green",
        ),
        KeyFigure(
            _("Reports on time"),
            f"{words[PunctualityWord.ON_TIME]}/{filed + words[PunctualityWord.MISSING]}",
            _(
                "{n} late, {m} missing",
                n=words[PunctualityWord.LATE],
                m=words[PunctualityWord.MISSING],
            ),
        ),
    ]
    for one in book.ledgers:
        score = book.scores.get(one.plan_id)
        if score is not None and (plans.chosen or score.place.total is not None):
            place = score.place
            rank = _("{rank} of {of}", rank=place.rank, of=place.of) if place.rank else ""
            total = "–" if place.total is None else str(place.total)
            said, href = rank or place.group_title, "#score"
            if plans.chosen is None:
                said = " · ".join(text for text in (one.plan, said) if text)
                href = link("ledger", plan=one.plan_id) + href
            figures.append(KeyFigure(_("Score so far"), total, said, href=href))
    return key_figures(figures)


def _pointed_at(page: Page, book: LedgerPage) -> Markup:
    """What a mail's link is about, before everything else."""
    report, task = number_of(page, "report"), number_of(page, "task")
    for line in (*book.answers, *book.supports):
        papers = [one for one in line.papers if one.paper.id == report]
        if papers or line.task.id == task:
            state = STATES["report"][papers[0].paper.state] if papers else ""
            state = state or STATES["assignment"][line.assignment_state]
            word = papers[0].word if papers else None
            return cards(
                [
                    ActionCard(
                        f"{line.task.code} {line.task.title}",
                        f"/task?task={line.task.id}",
                        _("The mail is about this:"),
                        below=Markup("{} {}").format(
                            tag(_(state)),
                            punctuality(WORDS[word.word], word.workdays) if word else "",
                        ),
                        tone="warning",
                    )
                ]
            )
    return Markup("")


def _tables(plans: PlansShown, book: LedgerPage, fills_in: bool) -> Markup:
    return _tasks(plans, _("Tasks that the unit answers for"), book.answers, fills_in) + _tasks(
        plans, _("Tasks that the unit supports"), book.supports, fills_in
    )


def _tasks(plans: PlansShown, heading: str, lines: Sequence[LedgerLine], fills_in: bool) -> Markup:
    if not lines:
        return Markup("")
    head = _("{heading} ({n})", heading=heading, n=len(lines))
    columns = [
        ListColumn(_("Task"), "lead"), ListColumn(_("Progress light")), ListColumn(_("Measures")),
        ListColumn(_("Due"), "short"), ListColumn(_("Reports of the year")),
    ]  # fmt: skip
    rows = [
        [_task(plans, one), _light(one), _numbers(one), _due(one), _papers(one, fills_in)]
        for one in lines
    ]
    table = data_table(heading, columns, rows)
    return Markup('<h2 class="ls-section">{}</h2>{}').format(head, table)


def _task(plans: PlansShown, line: LedgerLine) -> Markup:
    role = tag(_(ASSIGNMENT_ROLES[line.role]))
    state = line.assignment_state
    waits = (
        tag(_(STATES["assignment"][state]), "warning")
        if state != AssignmentStateName.ACKNOWLEDGED
        else ""
    )
    return Markup('<a href="/task?task={}">{} {}</a> {}{}{}').format(
        line.task.id, line.task.code, line.task.title, role, waits, plans.tag(line.task.plan_id)
    )


def _light(line: LedgerLine) -> Markup:
    return Markup('<div>{}<span class="ls-reason">{}</span></div>').format(
        light(line.judgement.light), line.judgement
    )


def _numbers(line: LedgerLine) -> Markup:
    numbers = Markup("<br>").join(_number(one) for one in line.numbers)
    return Markup("<div>{}</div>").format(numbers) if numbers else numbers


def _number(one: NumberState) -> str:
    actual = "–" if one.actual is None else shown(one.actual, one.unit)
    if one.point is None:
        return f"{one.metric} {actual}"
    target = shown(one.point.start + one.point.target, one.unit)
    return _("{metric} {actual} of {target}", metric=one.metric, actual=actual, target=target)


def _due(line: LedgerLine) -> Markup | str:
    now = line.task.standing.due
    if now is None:
        return ""
    if line.first_due in (None, now):
        return full_date(now)
    return Markup("<div>{}<br><del>{}</del></div>").format(
        full_date(now), full_date(line.first_due)
    )


def _papers(line: LedgerLine, fills_in: bool) -> Markup:
    rows = [
        Markup('<li><a href="{}">{}</a> {}</li>').format(
            link("report", report=one.paper.id) if fills_in else link("task", task=line.task.id),
            period_short(one.paper.period),
            _(STATES["report"][one.paper.state])
            if one.paper.state in NOT_OWED
            else punctuality(WORDS[one.word.word], one.word.workdays),
        )
        for one in line.papers
    ]
    return (
        Markup('<ul class="ls-papers">{}</ul>').format(Markup("").join(rows))
        if rows
        else Markup("")
    )
