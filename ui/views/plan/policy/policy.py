"""规划设置: how a plan is run, in plain words, and the form for the one thing to be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st
from markupsafe import Markup

from db.queries.places.places import about_plan
from db.queries.plans.choices import Choice, active_units
from db.queries.plans.settings import PlanSettings, plan_settings
from i18n import _
from ui.components.dates import dated, full_date
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading, paragraph, soft
from ui.shell.page import Page
from ui.views.plan.policy.forms import (
    draw_days,
    draw_details,
    draw_lights,
    draw_mails,
    draw_office,
    draw_quiet,
    draw_rounds,
    draw_supports,
)
from ui.views.plan.policy.ladder import draw_ladder
from ui.views.plan.policy.preview import draw_preview
from ui.views.plan.policy.words import (
    DETAILS,
    NAMES,
    asked_words,
    day_shown,
    day_words,
    light_words,
    mail_words,
    quiet_words,
    rung_words,
)
from ui.views.shared.office import link, period_name
from workflow.rules.access.permissions import Permission, may
from workflow.rules.reporting.ladder import LADDERS, ClockKind, read_ladder
from workflow.rules.reporting.periods import round_name
from workflow.rules.reporting.policy import PlanPolicy, RoundDates, RoundRule, round_dates
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context


@dataclass(frozen=True)
class PolicySettings:
    """The settings with the round that comes next, the units to choose an office from, and whether
    the reader may change anything."""

    settings: PlanSettings
    next: RoundDates | None
    calendar: Calendar
    units: Sequence[Choice]
    mine: bool


FORMS: dict[str, Callable[[Page, PlanSettings, Sequence[Choice]], PlanPolicy | None]] = {
    "office": draw_office,
    "rounds": draw_rounds,
    "days": draw_days,
    "lights": draw_lights,
    "quiet": draw_quiet,
    "supports_report": draw_supports,
    "mail_detail": draw_details,
    "mails": draw_mails,
}


def draw_settings(page: Page, plan_id: int) -> None:
    """All settings; or the form of the field that the address names."""
    found = page.keep("plan_settings", lambda c: _read(c, plan_id), plan_id)
    field = page.param("field")
    if found.mine and (field in FORMS or field in list(ClockKind)):
        with st.container(key="paper_policy"):
            way = link("plan", plan=plan_id, part="settings")
            page.html(paragraph(anchor(way, _("All settings"))), heading(2, _(NAMES[field])))
            if field in FORMS:
                drafted = FORMS[field](page, found.settings, found.units)
            else:
                drafted = draw_ladder(page, found.settings, ClockKind(field))
        if drafted is not None:
            draw_preview(page, plan_id, drafted)
        return
    if field == "preview":
        page.html(paragraph(anchor(link("plan", plan=plan_id, part="settings"), _("All settings"))))
        draw_preview(page, plan_id, found.settings.policy)
        return
    said = _("Rounds that are open keep their dates; reminders that are running follow a change.")
    way = anchor(
        link("plan", plan=plan_id, part="settings", field="preview"), _("Preview of a whole round")
    )
    page.html(soft(said), paragraph(way), _table(plan_id, found))


def _read(c: Context, plan_id: int) -> PolicySettings:
    settings = plan_settings(c.session, c.actor, plan_id)
    units = active_units(c.session, c.actor)
    return PolicySettings(
        settings,
        _next(c, settings.policy),
        c.calendar,
        units,
        may(c.actor, Permission.CHANGE_PLAN, about_plan(c.session, plan_id)),
    )


def _next(c: Context, policy: PlanPolicy) -> RoundDates | None:
    """The next round to be due, none where the policy's days cannot be read."""
    years = (c.today.year - 1, c.today.year, c.today.year + 1)
    found = (round_dates(policy, y, rule, c.calendar) for y in years for rule in policy.rounds)
    return min((one for one in found if one.due_on >= c.today), key=_due, default=None)


def _due(one: RoundDates) -> date:
    return one.due_on


def _table(plan_id: int, found: PolicySettings) -> Markup:
    rows = [
        [
            _(NAMES[field]),
            Markup("<div>{}</div>").format(Markup("").join(paragraph(line) for line in lines)),
            Markup('<a href="{}" aria-label="{}">{}</a>').format(
                link("plan", plan=plan_id, part="settings", field=field),
                _("Change: {what}", what=_(NAMES[field])),
                _("Change"),
            )
            if found.mine
            else "",
        ]
        for field, lines in _lines(found)
    ]
    columns = [
        ListColumn(_("Setting"), "lead"),
        ListColumn(_("As it is"), "wide"),
        ListColumn("", "short"),
    ]
    return data_table(_("Settings of the plan"), columns, rows)


def _lines(found: PolicySettings) -> Iterator[tuple[str, list[str]]]:
    policy = found.settings.policy
    yield "office", [found.settings.office or _("none named")]
    coming = [_next_words(found.next, found.calendar)] if found.next else []
    yield "rounds", [*map(_round, policy.rounds), *coming]
    yield "days", day_words(policy)
    yield "lights", light_words(policy)
    yield "quiet", [quiet_words(policy.quiet)]
    yield (
        "supports_report",
        [
            _("Every supporting unit reports to the lead in each round.")
            if policy.supports_report
            else _("A supporting unit reports where the lead asks for it.")
        ],
    )
    yield "mail_detail", [_(DETAILS[policy.mail_detail])]
    yield "mails", mail_words(policy)
    for kind in ClockKind:
        own = policy.ladders.get(kind)
        ladder = LADDERS[kind] if own is None else read_ladder(own)
        yield kind.value, [*map(rung_words, ladder)] or [_("nobody is reminded")]


def _round(rule: RoundRule) -> str:
    return _(
        "{round}: opens on {opens}, due on {due}; {asks}",
        round=round_name(rule.code),
        opens=day_shown(rule.opens),
        due=day_shown(rule.due),
        asks=asked_words(rule.asks),
    )


def _next_words(one: RoundDates, calendar: Calendar) -> str:
    return _(
        "Next: {period} opens on {opens}; supports by {supports}, leads by {due}, review by "
        "{review}, closes on {closes}.",
        period=period_name(one.period),
        opens=full_date(one.opens_on),
        supports=dated(one.supports_due_on, calendar),
        due=dated(one.due_on, calendar),
        review=dated(one.review_due_on, calendar),
        closes=dated(one.closes_on, calendar),
    )
