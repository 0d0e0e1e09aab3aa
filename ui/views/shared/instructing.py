"""批示交办: a leader's remark becomes a task. For the leader's page and the page of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from db.queries.plans.choices import Choice, active_units, leaders
from db.queries.progress.overview import TaskLine
from i18n import _, mark
from ui.components.text import anchor, heading, soft
from ui.shell.page import Page
from ui.views.shared.office import zone_of
from workflow.rules.access.permissions import Permission, RoleName, may_for_some
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.requests.instruct import instruct

REMARK_WORKDAYS = 10
"""How long a unit usually has to carry out a remark."""
FIELDS = ("plan", "title", "text", "lead", "supports", "due", "leader")


@dataclass(frozen=True)
class Instructing:
    """What the form chooses from; `leaders` is empty where the leader writes it in person."""

    units: tuple[Choice, ...]
    leaders: tuple[Choice, ...]


def read_instructing(page: Page) -> Instructing | None:
    """What the form needs, None for whoever may not instruct."""

    def read(c: Context) -> Instructing | None:
        if not may_for_some(c.actor, Permission.INSTRUCT):
            return None
        for_whom: list[Choice] = []
        if RoleName.LEADER not in c.actor.roles:
            for_whom = leaders(c.session, c.actor, c.now, zone_of(page))
        return Instructing(tuple(active_units(c.session, c.actor)), tuple(for_whom))

    return page.share("instructing", read, plans=())


def draw_remark(page: Page, plan_id: int, about: TaskLine, given: Instructing, back: str) -> None:
    """One box for a remark on a task that is behind: its lead unit, a date and the title of the
    task that comes of it are set before; `back`: an address without the box."""
    keys = {field: f"remark_{field}_{about.id}" for field in FIELDS}
    names = {unit.id: unit.name for unit in given.units}
    lead = next((unit for unit, name in names.items() if name in about.leads[:1]), None)
    with page.reading() as c:
        usual = c.calendar.add_workdays(c.today, REMARK_WORKDAYS)
    with st.container(key=f"paper_remark_{about.id}"):
        page.html(heading(2, f"{about.code} {about.title}"), soft(str(about.judgement)))
        if given.leaders:
            who = {one.id: one.name for one in given.leaders}
            st.selectbox(_("Leader"), list(who), format_func=who.__getitem__, key=keys["leader"])
        st.text_area(_("The remark, word for word"), key=keys["text"], height=90)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                _("Lead unit"), list(names), format_func=names.__getitem__, key=keys["lead"],
                index=list(names).index(lead) if lead else None,
            )  # fmt: skip
            st.date_input(
                _("To be done by"), value=usual, min_value=page.installation.today(),
                format="YYYY-MM-DD", key=keys["due"],
            )  # fmt: skip
            st.button(
                _("Issue as a task"), type="primary", key=f"remark_now_{about.id}",
                on_click=page.callback(_remark), args=(page, plan_id, about, keys),
            )  # fmt: skip
        page.html(anchor(back, _("Leave it")))


def _remark(page: Page, plan_id: int, about: TaskLine, keys: dict[str, str]) -> None:
    st.session_state[keys["title"]] = _("Carry out the remark on: {title}", title=about.title)
    _issue(page, [Choice(plan_id, "")], Choice(about.id, about.title), keys)
    st.query_params.pop("about", None)


def draw_instructing(
    page: Page, plans: Sequence[Choice], about: Choice | None, given: Instructing
) -> None:
    """The form, folded; `about` is the task that the remark is about. The new task belongs to one
    of the plans; of several the writer chooses it."""
    name = f"{plans[0].id if len(plans) == 1 else 0}_{about.id if about else 0}"
    keys = {field: f"instruct_{field}_{name}" for field in FIELDS}
    names = {unit.id: unit.name for unit in given.units}
    label = _("Record a leader's remark") if given.leaders else _("Give an instruction")
    with st.expander(label, icon=":material/edit_square:"):
        if len(plans) > 1:
            titles = {plan.id: plan.name for plan in plans}
            st.selectbox(
                _("Plan to which it belongs"), list(titles), index=None,
                format_func=titles.__getitem__, key=keys["plan"],
            )  # fmt: skip
        if given.leaders:
            who = {one.id: one.name for one in given.leaders}
            st.selectbox(_("Leader"), list(who), format_func=who.__getitem__, key=keys["leader"])
        st.text_area(_("The remark, word for word"), key=keys["text"], height=90)
        st.text_input(_("What is to be done, in one sentence"), key=keys["title"])
        st.selectbox(
            _("Lead unit"), list(names), index=None, format_func=names.__getitem__,
            key=keys["lead"],
        )  # fmt: skip
        st.multiselect(
            _("Supporting units"), list(names), format_func=names.__getitem__,
            key=keys["supports"],
        )  # fmt: skip
        st.date_input(
            _("To be done by"),
            value=None,
            min_value=page.installation.today(),
            format="YYYY-MM-DD",
            key=keys["due"],
        )
        st.button(
            _("Issue as a task"), type="primary", key=f"instruct_now_{name}",
            on_click=page.callback(_issue), args=(page, plans, about, keys),
        )  # fmt: skip


def _issue(page: Page, plans: Sequence[Choice], about: Choice | None, keys: dict[str, str]) -> None:
    said = {field: st.session_state.get(key) for field, key in keys.items()}
    if not any(said[field] for field in ("title", "text", "lead")):
        return  # the second click of two: the first has emptied the form
    plan_id = plans[0].id if len(plans) == 1 else said["plan"]
    if plan_id is None:
        raise Invalid(mark("Choose the plan to which it belongs."))
    if said["due"] is None:
        raise Invalid(_("Say by when it is to be done."))
    with page.acting() as c:
        made = instruct(
            c,
            plan_id=plan_id,
            title=said["title"] or "",
            text=said["text"] or "",
            lead_unit_id=said["lead"] or 0,
            due=said["due"],
            support_unit_ids=[unit for unit in said["supports"] or () if unit != said["lead"]],
            about_task_id=about.id if about else None,
            leader_id=said["leader"],
        )
    for key in keys.values():
        st.session_state.pop(key, None)
    page.say(_("Issued as task {code}. The units are told by mail.", code=made.code))
