"""The forms of a plan's settings: the office, rounds, days, supports and mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from db.queries.plans.choices import Choice
from db.queries.plans.settings import PlanSettings
from i18n import _
from ui.components.text import soft
from ui.shell.page import Page
from ui.views.plan.policy.words import (
    ASKS,
    DETAILS,
    NAMES,
    day_typed,
    field_name,
    quiet_words,
)
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.periods import PERIODS, round_name
from workflow.rules.reporting.policy import TIMES, PlanPolicy, RoundRule
from workflow.rules.reporting.usual_rounds import MONTHLY, USUAL_ROUNDS
from workflow.rules.time.dates import narrow
from workflow.verbs.plans.change_plan import DAYS, PERCENTS, change_plan

MONTHS = tuple(rule.code for rule in MONTHLY)
Typed = Callable[[], dict[str, Any]]


def save_button(page: Page, settings: PlanSettings, typed: Typed) -> PlanPolicy:
    """Saves what `typed` gives: fields of the policy by name, or `office_unit_id`; the policy as it
    would be."""
    st.button(
        _("Save"), type="primary", key="policy_save", on_click=page.callback(save),
        args=(page, settings, typed),
    )  # fmt: skip
    fields = {name: value for name, value in typed().items() if name != "office_unit_id"}
    return replace(settings.policy, **fields)


def save(page: Page, settings: PlanSettings, typed: Typed) -> None:
    """Change the plan by what was typed and go back to all settings."""
    fields = typed()
    office = fields.pop("office_unit_id", None)
    change(page, settings, replace(settings.policy, **fields), office)
    st.query_params.pop("field", None)


def change(
    page: Page, settings: PlanSettings, policy: PlanPolicy, office: int | None = None
) -> None:
    """Set the policy of the version that was drawn; what is refused names its field in words."""
    try:
        with page.acting() as c:
            change_plan(
                c, plan_id=settings.plan_id, version=settings.version, policy=policy,
                office_unit_id=office,
            )  # fmt: skip
    except Invalid as wrong:
        said = (Problem(field_name(p.where), p.message, **p.fields) for p in wrong.problems)
        raise Invalid(wrong.message, tuple(said), **wrong.fields) from None
    page.say(_("The settings are changed; they hold from now on."))


def draw_office(page: Page, settings: PlanSettings, units: Sequence[Choice]) -> None:
    """The unit whose reviewers look after the plan."""
    names = {unit.id: unit.name for unit in units}
    keys = list(names)
    now = settings.office_unit_id
    st.selectbox(
        _("Unit"), keys, index=keys.index(now) if now in names else None, key="policy_office",
        format_func=names.__getitem__, placeholder=_("Choose a unit"),
    )  # fmt: skip
    page.html(soft(_("Its reviewers are told what is overdue and what awaits review.")))
    save_button(page, settings, lambda: {"office_unit_id": st.session_state["policy_office"]})


def draw_rounds(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> PlanPolicy:
    """Which rounds a year has, and for each when it opens, is due, and what it asks."""
    present = {rule.code: rule for rule in settings.policy.rounds}
    with st.container(horizontal=True):
        for often, rules in USUAL_ROUNDS.items():
            st.button(
                _("As usual: {often}", often=_(often)), key=f"policy_usual_{rules[0].code}",
                on_click=page.callback(save), args=(page, settings, partial(_usual, rules)),
            )  # fmt: skip
    codes = list(dict.fromkeys((*(code for code in PERIODS if code), *MONTHS, *present)))
    chosen = st.pills(
        _("Rounds"), codes, selection_mode="multi",
        default=list(present), format_func=round_name, key="policy_rounds",
    )  # fmt: skip
    page.html(
        soft(
            _("Days are written like 3-25, of the next year like +1-5; one that is no workday "
              "moves to the next workday. "
              "A change holds for rounds that open from now on.")
        )
    )  # fmt: skip
    kept = [code for code in codes if code in chosen]
    for code in kept:
        rule = present.get(code, RoundRule(code, "", ""))
        with st.container(horizontal=True):
            name = round_name(code)
            st.text_input(_("{round} opens on", round=name), rule.opens, key=f"policy_opens_{code}")
            st.text_input(_("{round} is due on", round=name), rule.due, key=f"policy_due_{code}")
            st.pills(
                _("{round} asks for", round=name), list(ASKS), selection_mode="multi",
                default=list(rule.asks), format_func=lambda asked: _(ASKS[asked]),
                key=f"policy_asks_{code}",
            )  # fmt: skip
    return save_button(page, settings, lambda: {"rounds": tuple(map(_rule_typed, kept))})


def _usual(rules: tuple[RoundRule, ...]) -> dict[str, Any]:
    return {"rounds": rules}


def _rule_typed(code: str) -> RoundRule:
    typed = st.session_state
    return RoundRule(
        code,
        day_typed(typed[f"policy_opens_{code}"]),
        day_typed(typed[f"policy_due_{code}"]),
        tuple(typed[f"policy_asks_{code}"]),
    )


def draw_days(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> PlanPolicy:
    """The numbers of days that the steps are allowed."""
    for name in DAYS:
        st.number_input(
            _(NAMES[name]), value=getattr(settings.policy, name), step=1, key=f"policy_{name}"
        )
    return save_button(
        page, settings, lambda: {name: st.session_state[f"policy_{name}"] for name in DAYS}
    )


def draw_lights(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> None:
    """From which share of its path on a number is on track, and at risk."""
    for name in PERCENTS:
        st.number_input(
            _(NAMES[name]), value=getattr(settings.policy, name), step=1, key=f"policy_{name}"
        )
    page.html(soft(_("What is counted in pieces is rounded down to whole ones first.")))
    save_button(
        page, settings, lambda: {name: st.session_state[f"policy_{name}"] for name in PERCENTS}
    )


def draw_quiet(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> None:
    """Whether a unit must write where nothing is new."""
    st.radio(
        _(NAMES["quiet"]), (False, True), index=int(settings.policy.quiet),
        format_func=quiet_words, key="policy_quiet",
        label_visibility="collapsed",
    )  # fmt: skip
    page.html(
        soft(
            _("Let off are units whose last accepted report says on track, whose numbers already "
              "are where their path will be, and to whom no date comes. They may report all the "
              "same; the year's last round is always asked.")
        )
    )  # fmt: skip
    save_button(page, settings, lambda: {"quiet": st.session_state["policy_quiet"]})


def draw_supports(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> PlanPolicy:
    """Whether every supporting unit owes the lead a report."""
    st.radio(
        _(NAMES["supports_report"]), (False, True), index=int(settings.policy.supports_report),
        format_func=lambda always: _("Every supporting unit, in each round") if always
        else _("Where the lead asks for it"), key="policy_supports", label_visibility="collapsed",
    )  # fmt: skip
    return save_button(
        page, settings, lambda: {"supports_report": st.session_state["policy_supports"]}
    )


def draw_mails(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> PlanPolicy:
    """Between which hours reminders go out, and how many at most."""
    for name in TIMES:
        st.text_input(_(NAMES[name]), getattr(settings.policy, name), key=f"policy_{name}")
    page.html(soft(_("Local times like 08:30; 00:00 and 24:00 set no limit.")))
    for name in ("mails_a_week", "chase_workdays"):
        st.number_input(
            _(NAMES[name]), value=getattr(settings.policy, name), step=1, key=f"policy_{name}"
        )
    names = (*TIMES, "mails_a_week", "chase_workdays")
    return save_button(page, settings, lambda: {name: _typed_of(name) for name in names})


def _typed_of(name: str) -> Any:
    typed = st.session_state[f"policy_{name}"]
    return narrow(typed).strip().zfill(5) if name in TIMES else typed


def draw_details(page: Page, settings: PlanSettings, _units: Sequence[Choice]) -> None:
    """How much a mail says of tasks."""
    keys = list(DETAILS)
    st.radio(
        _(NAMES["mail_detail"]), keys, index=keys.index(settings.policy.mail_detail),
        format_func=lambda code: _(DETAILS[code]), key="policy_details",
        label_visibility="collapsed",
    )  # fmt: skip
    save_button(page, settings, lambda: {"mail_detail": st.session_state["policy_details"]})
