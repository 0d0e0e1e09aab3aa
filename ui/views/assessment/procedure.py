"""What is to be done now and by whom: the year-end procedure above the page of the assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.procedure import ProcedureView, procedure_of, situation_now
from db.queries.places.places import about_plan, about_unit
from i18n import _
from ui.components.dates import full_date, workdays_left
from ui.components.rendering import macro
from ui.shell.page import Page
from ui.views.shared.office import short_date
from workflow.rules.access.permissions import Permission, Subject, may
from workflow.rules.assessment.procedure import RULES, SEND_BACK, Situation, obstacles
from workflow.rules.states import STATES, Step, possible
from workflow.verbs.assessment.speak_for_unit import confirm_score, self_assess
from workflow.verbs.assessment.take_step import begin_procedure, take_step
from workflow.verbs.context import Context

TEMPLATE = "assessment/procedure.html"
ORDER = list(Step)


@dataclass(frozen=True)
class ProcedureCard:
    """The procedure, how the year stands (for the office), what the reader may do, and the units
    for which the reader speaks; `left`: workdays of the step, below 0 when it is over."""

    view: ProcedureView | None
    situation: Situation | None
    actions: tuple[str, ...]
    may_begin: bool
    own_units: tuple[int, ...]
    left: int = 0


@dataclass(frozen=True)
class StepShown:
    """A step of the chain: done, now or to come."""

    name: str
    when: str
    state: str


def read_card(c: Context, plan_id: int, year: int) -> ProcedureCard:
    """What the box shows to the reader."""
    view = procedure_of(c.session, c.actor, plan_id, year)
    about = about_plan(c.session, plan_id)
    actions = _actions(c, view, about) if view else ()
    own = tuple(
        unit
        for unit in sorted(c.actor.unit_ids)
        if may(c.actor, Permission.SELF_ASSESS, about_unit(c.session, unit))
    )
    return ProcedureCard(
        view,
        situation_now(c.session, c.actor, plan_id, year, c.today) if view else None,
        actions,
        view is None and may(c.actor, Permission.KEEP_PROCEDURE, about),
        own,
        _left(c, view.now.due_on) if view and view.now.due_on else 0,
    )


def _left(c: Context, due: date) -> int:
    if due >= c.today:
        return c.calendar.workdays_between(c.today, due)
    return -c.calendar.workdays_between(due, c.today)


def _actions(c: Context, view: ProcedureView, about: Subject) -> tuple[str, ...]:
    step = view.now.step
    found = [RULES[step].ends_by] if may(c.actor, RULES[step].permission, about) else []
    back: Permission = (
        Permission.REVIEW_RESULT if step is Step.REVIEW else Permission.APPROVE_RESULT
    )
    if SEND_BACK in possible("procedure", step) and may(c.actor, back, about):
        found.append(SEND_BACK)
    return tuple(found)


def draw_procedure(page: Page, plan_id: int, year: int, first_line: int | None) -> None:
    """The box with the steps, and what the reader may do. `first_line`: of the unit's score that
    is shown, to consent to."""
    card = page.keep(
        "procedure", lambda c: read_card(c, plan_id, year), plan_id, year, plans=[plan_id]
    )
    if card.view is None:
        if card.may_begin:
            st.button(
                _("Begin the year-end procedure of {year}", year=year),
                help=_("Every unit is told to judge its own year."),
                on_click=page.callback(_begin), args=(page, plan_id, year),
            )  # fmt: skip
        return
    page.html(_box(card, card.view))
    _draw_units_part(page, card, card.view, first_line)
    _draw_steps(page, card, card.view)


def _box(card: ProcedureCard, view: ProcedureView) -> Markup:
    now, rule = view.now, RULES[view.now.step]
    name = _(STATES["procedure"][now.step])
    heading = _("{step}: {whose}", step=name, whose=_(rule.whose))
    if now.due_on:
        heading = _(
            "{step} until {day} ({away}): {whose}", step=name, whose=_(rule.whose),
            day=full_date(now.due_on), away=workdays_left(card.left),
        )  # fmt: skip
    found = [*obstacles(rule.ends_by, card.situation)] if card.situation else []
    return macro(
        TEMPLATE, "box", heading, _(rule.todo), _chain(view), [str(one) for one in found],
        _("Before the next step can be taken:"),
    )  # fmt: skip


def _chain(view: ProcedureView) -> list[StepShown]:
    last = {taken.step: taken for taken in view.steps}
    at = ORDER.index(view.now.step)
    shown = []
    for no, step in enumerate(ORDER):
        taken = last.get(step)
        state = "now" if no == at else "done" if no < at else "later"
        when = ""
        if state == "now" and view.now.due_on:
            when = _("until {day}", day=short_date(view.now.due_on))
        elif state == "done" and taken:
            when = _("done")
        sign = {"done": "✓ ", "now": "", "later": ""}[state]
        shown.append(StepShown(sign + _(STATES["procedure"][step]), when, state))
    return shown


def _draw_units_part(
    page: Page, card: ProcedureCard, view: ProcedureView, first_line: int | None
) -> None:
    """What a unit says in this step."""
    if not card.own_units:
        return
    spoken = all(unit in view.said for unit in card.own_units)
    if view.now.step is Step.SELF_ASSESSMENT:
        label = _("Our self-assessment is given; change it") if spoken else _("Our self-assessment")
        with st.expander(label, expanded=not spoken):
            key = f"self_{view.id}"
            st.text_area(_("How the unit judges its year"), key=key, height=120)
            st.button(
                _("Hand it in"), type="primary", key=f"{key}_now",
                on_click=page.callback(_self_assess), args=(page, view.id, card.own_units[0], key),
            )  # fmt: skip
    elif view.now.step is Step.FEEDBACK and first_line is not None and not spoken:
        st.button(
            _("Looked at it: it is right"), type="primary", key=f"confirm_{view.id}",
            on_click=page.callback(_confirm), args=(page, view.id, first_line),
        )  # fmt: skip


def _draw_steps(page: Page, card: ProcedureCard, view: ProcedureView) -> None:
    if not card.actions:
        return
    rule, key = RULES[view.now.step], f"step_{view.id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if rule.needs_document or SEND_BACK in card.actions:
            st.text_input(_("By which document, or why it goes back"), key=key)
        if rule.ends_by in card.actions:
            st.button(
                _(rule.called), type="primary", key=f"{key}_on",
                on_click=page.callback(_step), args=(page, view.id, rule.ends_by, key),
            )  # fmt: skip
        if SEND_BACK in card.actions:
            st.button(
                _("Send it back"), key=f"{key}_back",
                on_click=page.callback(_step), args=(page, view.id, SEND_BACK, key),
            )  # fmt: skip


def _begin(page: Page, plan_id: int, year: int) -> None:
    with page.acting() as c:
        begin_procedure(c, plan_id=plan_id, year=year)
    page.say(_("The procedure has begun; every unit is told."))


def _step(page: Page, procedure_id: int, action: str, key: str) -> None:
    document = str(st.session_state.get(key) or "")
    with page.acting() as c:
        now = take_step(c, procedure_id=procedure_id, action=action, document=document)
    st.session_state.pop(key, None)
    page.say(_("It is now: {step}. Those whose turn it is are told.",
               step=_(STATES["procedure"][now])))  # fmt: skip


def _self_assess(page: Page, procedure_id: int, unit_id: int, key: str) -> None:
    text = str(st.session_state.get(key) or "")
    with page.acting() as c:
        self_assess(c, procedure_id=procedure_id, unit_id=unit_id, text=text)
    page.say(_("The self-assessment is handed in."))


def _confirm(page: Page, procedure_id: int, line_id: int) -> None:
    with page.acting() as c:
        confirm_score(c, procedure_id=procedure_id, line_id=line_id)
    page.say(_("The unit's consent is on record."))
