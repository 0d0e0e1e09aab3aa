"""A plan's reminders of one kind: the steps, and the form for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from db.queries.plans.settings import PlanSettings
from i18n import _, mark
from ui.shell.page import Page
from ui.views.plan.policy.forms import change
from ui.views.plan.policy.words import TONES, rung_words
from ui.views.shared.office import link
from workflow.rules.access.permissions import ROLES, RoleName
from workflow.rules.reporting.ladder import (
    LADDERS,
    ROLES_TOLD,
    ClockKind,
    LadderRow,
    Rung,
    Tone,
    read_ladder,
)
from workflow.rules.reporting.policy import PlanPolicy

NEW = "new"
WHENS = {-1: mark("before the date"), 0: mark("on the last day"), 1: mark("after the date")}


def draw_ladder(page: Page, settings: PlanSettings, kind: ClockKind) -> PlanPolicy | None:
    """The steps with a link to change each, or the step that the address names; the policy as it
    would be with what is typed."""
    own = settings.policy.ladders.get(kind)
    ladder = LADDERS[kind] if own is None else read_ladder(own)
    ladder = tuple(sorted(ladder, key=lambda rung: rung.workdays))
    asked = page.param("step")
    chosen = next((rung for rung in ladder if rung.code == asked), None)
    if chosen is not None or asked == NEW:
        return _draw_step(page, settings, kind, ladder, chosen)
    page.html(_steps(settings.plan_id, kind, ladder))
    if own is not None:
        st.button(
            _("Back to the usual reminders"), key="policy_usual", on_click=page.callback(_usual),
            args=(page, settings, kind),
        )  # fmt: skip
    return None


def _steps(plan_id: int, kind: ClockKind, ladder: Sequence[Rung]) -> Markup:
    def way(step: str) -> str:
        return link("plan", plan=plan_id, part="settings", field=kind.value, step=step)

    lines = Markup("").join(
        Markup('<li>{} <a href="{}" aria-label="{}">{}</a></li>').format(
            rung_words(rung), way(rung.code), _("Change: {what}", what=rung_words(rung)),
            _("Change"),
        )
        for rung in ladder
    )  # fmt: skip
    return Markup('<ul class="ls-steps">{}</ul><p><a href="{}">{}</a></p>').format(
        lines, way(NEW), _("Add a step")
    )


def _draw_step(
    page: Page, settings: PlanSettings, kind: ClockKind, ladder: Sequence[Rung], old: Rung | None
) -> PlanPolicy | None:
    start = old or Rung(-1, (RoleName.LIAISON,), Tone.AHEAD)
    whens = list(WHENS)
    sign = (start.workdays > 0) - (start.workdays < 0)
    st.radio(
        _("When"), whens, index=whens.index(sign), format_func=lambda n: _(WHENS[n]),
        horizontal=True, key="policy_when",
    )  # fmt: skip
    st.number_input(
        _("Workdays"), value=abs(start.workdays), min_value=0, step=1, key="policy_workdays"
    )
    st.pills(
        _("Who is told"), sorted(ROLES_TOLD, key=list(ROLES).index), selection_mode="multi",
        default=list(start.audience), format_func=lambda role: _(ROLES[role]),
        key="policy_audience",
    )  # fmt: skip
    tones = list(TONES)
    st.selectbox(
        _("Wording"), tones, index=tones.index(start.tone), format_func=lambda t: _(TONES[t]),
        key="policy_tone",
    )  # fmt: skip
    given = (page, settings, kind, [rung for rung in ladder if rung is not old])
    with st.container(horizontal=True):
        st.button(_("Save"), type="primary", key="policy_step_save",
                  on_click=page.callback(_save), args=given)  # fmt: skip
        if old is not None:
            st.button(_("Leave this step out"), key="policy_step_out",
                      on_click=page.callback(_lay), args=given)  # fmt: skip
    if kind != ClockKind.ACKNOWLEDGE:
        return replace(settings.policy, ladders=_ladders(settings, kind, given[3], _typed()))
    return None  # the preview is of a round


def _typed() -> LadderRow:
    typed = st.session_state
    return LadderRow(
        workdays=typed["policy_when"] * typed["policy_workdays"],
        audience=list(typed["policy_audience"]),
        tone=Tone(typed["policy_tone"]),
    )


def _save(page: Page, settings: PlanSettings, kind: ClockKind, others: Sequence[Rung]) -> None:
    _lay(page, settings, kind, others, _typed())


def _lay(
    page: Page,
    settings: PlanSettings,
    kind: ClockKind,
    rungs: Sequence[Rung],
    *more: LadderRow,
) -> None:
    _change(page, settings, _ladders(settings, kind, rungs, *more))


def _ladders(
    settings: PlanSettings, kind: ClockKind, rungs: Sequence[Rung], *more: LadderRow
) -> dict[ClockKind, list[LadderRow]]:
    """All ladders of the plan, this one with these steps."""
    rows = [
        LadderRow(workdays=one.workdays, audience=list(one.audience), tone=one.tone)
        for one in rungs
    ]
    rows = sorted([*rows, *more], key=lambda row: row["workdays"])
    return {**settings.policy.ladders, kind: rows}


def _usual(page: Page, settings: PlanSettings, kind: ClockKind) -> None:
    ladders = {key: rows for key, rows in settings.policy.ladders.items() if key != kind}
    _change(page, settings, ladders)


def _change(page: Page, settings: PlanSettings, ladders: dict[ClockKind, list[LadderRow]]) -> None:
    change(page, settings, replace(settings.policy, ladders=ladders))
    st.query_params.pop("step", None)
