"""What a whole round brings under a plan's settings: date, step, who is told, how many mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import streamlit as st
from markupsafe import Markup

from db.queries.reminders.round_preview import owed_by_unit, people_told
from i18n import _, mark
from ui.components.dates import dated
from ui.components.states import empty, note
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading, paragraph, soft
from ui.shell.page import Page
from ui.views.plan.policy.words import TONES, field_name, mail_words, when_words
from ui.views.shared.office import period_name
from workflow.rules.access.permissions import ROLES
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import PlanPolicy, RoundDates, check_policy, round_dates
from workflow.rules.reporting.round_preview import (
    OwedByUnit,
    People,
    Standstill,
    StepTold,
    round_preview,
)
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context

WORLDS = {
    Standstill.UNFILED: mark("nobody reports"),
    Standstill.UNSIGNED: mark("all report, nobody signs off"),
    Standstill.UNREVIEWED: mark("all report in time, nobody reviews"),
}
KINDS = {
    ClockKind.SUPPORT: mark("Reports of supports"),
    ClockKind.REPORT: mark("Reports of leads"),
    ClockKind.REVIEW: mark("Review by the office"),
}


def draw_preview(page: Page, plan_id: int, policy: PlanPolicy) -> None:
    """The next rounds to choose from, and every reminder of one, were nothing to move in it; for
    settings that cannot be taken what is wrong with them, and where."""
    page.html(heading(3, _("Preview of a whole round")))
    try:
        check_policy(policy)
    except Invalid as wrong:
        page.html(note(_wrong(wrong.problems), "warning"))
        return
    with page.reading() as c:
        coming = {one.period: one for one in _coming(c, policy)}
    with st.container(horizontal=True):
        period = st.selectbox(
            _("Round"), list(coming), format_func=period_name, key="policy_preview_round"
        )
        state = st.selectbox(
            _("Suppose"), list(WORLDS), format_func=lambda one: _(WORLDS[one]),
            key="policy_preview_state",
        )  # fmt: skip
    dates = coming[period]
    zone = page.installation.settings.time_zone
    owed, people = page.keep(
        "round_preview",
        lambda c: _read(c, plan_id, policy, dates, zone),
        plan_id, policy.supports_report, dates,
    )  # fmt: skip
    with page.reading() as c:
        told = round_preview(policy, dates, state, owed, people, c.calendar)
        calendar = c.calendar
    page.html(paragraph(_sum(told, owed)))
    if told:
        page.html(_table(told, calendar), soft(_clock_words(policy)))
    else:
        page.html(empty(_("Nobody would be reminded"), ""))


def _wrong(problems: Sequence[Problem]) -> str:
    said = _("; ").join(str(Problem(field_name(p.where), p.message, **p.fields)) for p in problems)
    return _("These settings cannot be taken: {what}", what=said)


def _coming(c: Context, policy: PlanPolicy) -> Iterator[RoundDates]:
    """The rounds that are due within a year from today, the next one first."""
    years = (c.today.year - 1, c.today.year, c.today.year + 1)
    found = [round_dates(policy, y, rule, c.calendar) for y in years for rule in policy.rounds]
    ahead = sorted((one for one in found if one.due_on >= c.today), key=lambda one: one.due_on)
    yield from ahead[: len(policy.rounds)]


def _read(
    c: Context, plan_id: int, policy: PlanPolicy, dates: RoundDates, zone: str
) -> tuple[Sequence[OwedByUnit], People]:
    owed = owed_by_unit(c.session, c.actor, plan_id, policy, dates, zone)
    units = sorted({one.unit_id for one in owed})
    return owed, people_told(c.session, c.actor, plan_id, units, c.today)


def _sum(told: Sequence[StepTold], owed: Sequence[OwedByUnit]) -> str:
    mails = {(one.day, person) for one in told for person in one.people}
    each: dict[int, int] = {}
    for _day, person in mails:
        each[person] = each.get(person, 0) + 1
    return _(
        "Reports: {reports}; units: {units}; mails: {mails}, to people: {people}; days with mails: "
        "{days}; most mails to one person: {most}.",
        reports=sum(one.reports for one in owed), units=len({one.unit_id for one in owed}),
        mails=len(mails), people=len(each), days=len({day for day, _person in mails}),
        most=max(each.values(), default=0),
    )  # fmt: skip


def _table(told: Sequence[StepTold], calendar: Calendar) -> Markup:
    rows = []
    shown: date | None = None
    for one in told:
        mails = len(frozenset().union(*(other.people for other in told if other.day == one.day)))
        first = one.day != shown
        shown = one.day
        rows.append(
            [
                dated(one.day, calendar),
                f"{_(KINDS[one.kind])} · {when_words(one.step.workdays)} · "
                f"{_(TONES[one.step.tone])}",
                _(ROLES[one.role]),
                str(one.reports),
                str(len(one.people)),
                str(mails) if first else "",
            ]
        )
    columns = [
        ListColumn(_("Day"), "lead"),
        ListColumn(_("Step of the reminders"), "wide"),
        ListColumn(_("Who is told"), "short"),
        ListColumn(_("Reports owed"), "number"),
        ListColumn(_("People told"), "number"),
        ListColumn(_("Mails of the day"), "number"),
    ]
    return data_table(_("Preview of a whole round"), columns, rows)


def _clock_words(policy: PlanPolicy) -> str:
    return _(
        "As people and posts are today; one mail a person and day. Whoever files meanwhile gets no "
        "more. {when}", when=mail_words(policy)[0],
    )  # fmt: skip
