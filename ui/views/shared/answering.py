"""签收, 分工异议 and 征求意见: a unit answers for what it was given, in place on its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st
from markupsafe import Markup

from db.queries.requests.inbox import AwaitedAnswer, candidates
from i18n import _
from ui.components.dates import due, full_date
from ui.components.lights import plan_tag, tag
from ui.components.plain_label import plain
from ui.components.stories import ActionCard, cards
from ui.shell.page import Page
from ui.views.shared.office import number_of
from ui.views.shared.plans import PlansShown
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.time.calendar import Calendar
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.plans.comment import comment

AT_ONCE = 3
"""From so many on there is a button for all."""


def draw_to_acknowledge(
    page: Page,
    plans: PlansShown,
    given: Sequence[AwaitedAnswer],
    calendar: Calendar,
    key: str = "my_tasks",
) -> None:
    """The parts that await 签收; the one that the address names is open. `key`: this page's."""
    _section(page, plans, _("To be acknowledged"), given, calendar, key)
    plain = [one for one in given if not one.group]
    if len(plain) >= AT_ONCE:
        st.button(
            _("Acknowledge all {n}", n=len(plain)),
            key="acknowledge_all",
            on_click=page.callback(_acknowledge),
            args=(page, plain),
        )
    one = _chosen(page, given)
    if one is not None:
        with st.container(key=f"paper_given_{one.assignment_id}"):
            _acknowledge_form(page, one)


def draw_to_comment(
    page: Page, plans: PlansShown, given: Sequence[AwaitedAnswer], calendar: Calendar
) -> None:
    """The draft tasks on which a word is wanted; the one that the address names is open."""
    _section(page, plans, _("Comments wanted on the draft"), given, calendar)
    st.button(
        _("No comments on these {n} tasks", n=len(given)),
        key="comment_none",
        on_click=page.callback(_no_comment),
        args=(page, given),
    )
    one = _chosen(page, given)
    if one is not None:
        with st.container(key=f"paper_comment_{one.assignment_id}"):
            page.html(_words(one))
            text = st.text_area(_("Your comment"), key=f"comment_{one.assignment_id}", height=100)
            if st.button(_("Send the comment"), type="primary", key="comment_now"):
                with page.trying():
                    with page.acting() as c:
                        comment(c, task_id=one.task_id, text=text, unit_id=one.unit_id)
                    _done(page, _("The comment is with the talent office."))


def _section(
    page: Page,
    plans: PlansShown,
    heading: str,
    given: Sequence[AwaitedAnswer],
    calendar: Calendar,
    key: str = "my_tasks",
) -> None:
    today, chosen = page.installation.today(), number_of(page, "task")

    def made() -> Markup:
        rows = [_row(plans, one, key, one.task_id == chosen, calendar, today) for one in given]
        head = _("{heading} ({n})", heading=heading, n=len(given))
        return Markup('<h2 class="ls-section">{}</h2>{}').format(head, cards(rows, level=3))

    page.html(page.text(f"answer_{heading}", made, given, plans, key, chosen, calendar, today))


def _row(
    plans: PlansShown, one: AwaitedAnswer, key: str, chosen: bool, calendar: Calendar, today: date
) -> ActionCard:
    return ActionCard(
        f"{one.code} {one.title}",
        plans.link(key, task=one.task_id),
        Markup("{} {} {}").format(
            tag(_(ASSIGNMENT_ROLES[one.role])),
            due(one.due_on, calendar.workdays_between(today, one.due_on)) if one.due_on else "",
            plan_tag(one.plan) if plans.several and not plans.chosen else "",
        ),
        tone="accent" if chosen else "",
    )


def _chosen(page: Page, given: Sequence[AwaitedAnswer]) -> AwaitedAnswer | None:
    wanted = number_of(page, "task")
    return next((one for one in given if one.task_id == wanted), None)


def _words(one: AwaitedAnswer) -> Markup:
    """What the plan says, and who asks by when."""
    by = _("by {day}", day=full_date(one.due_on)) if one.due_on else ""
    return Markup('<h3 class="ls-part">{} {}</h3><p class="ls-soft">{} · {}</p><p>{}</p>').format(
        one.code, one.title, _(ASSIGNMENT_ROLES[one.role]), by or one.unit, one.text
    )


def _acknowledge_form(page: Page, one: AwaitedAnswer) -> None:
    page.html(_words(one))
    division = st.text_input(
        _("Division that does the work (if known)"), key=f"division_{one.assignment_id}"
    )
    members = _members(page, one) if one.group else []
    if st.button(_("Acknowledge"), type="primary", key="acknowledge_now"):
        with page.trying():
            _acknowledge(page, [one], division, members)
            st.rerun()
    with st.expander(_("This is not ours: object to the assignment")):
        reason = st.text_area(
            _("Reason, and who should do it instead"), key=f"dispute_{one.assignment_id}", height=90
        )
        if st.button(_("Object"), key="dispute_now"):
            with page.trying():
                with page.acting() as c:
                    dispute(c, assignment_id=one.assignment_id, reason=reason)
                _done(
                    page, _("The objection is with the talent office. The work goes on meanwhile.")
                )


def _members(page: Page, one: AwaitedAnswer) -> list[int]:
    with page.reading() as c:
        names = {u.unit_id: u.name for u in candidates(c.session, c.actor, one.task_id)}
    return st.multiselect(
        _("Units that belong to “{group}” here", group=plain(one.group)),
        list(names),
        format_func=names.__getitem__,
        key=f"members_{one.assignment_id}",
    )


def _acknowledge(
    page: Page, given: Sequence[AwaitedAnswer], division: str = "", members: Sequence[int] = ()
) -> None:
    with page.acting() as c:
        for one in given:
            acknowledge(c, assignment_id=one.assignment_id, division=division, members=members)
    page.say(_("Acknowledged: {n} tasks.", n=len(given)))
    st.query_params.pop("task", None)


def _no_comment(page: Page, given: Sequence[AwaitedAnswer]) -> None:
    with page.acting() as c:
        for one in given:
            comment(c, task_id=one.task_id, text=_("No comments."), unit_id=one.unit_id)
    page.say(_("The talent office knows that you have no comments."))
    st.query_params.pop("task", None)


def _done(page: Page, text: str) -> None:
    """Say it on the page that is drawn next, with nothing open."""
    page.say(text)
    st.query_params.pop("task", None)
    st.rerun()
