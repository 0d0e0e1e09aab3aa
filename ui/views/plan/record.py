"""A plan in the record: where it stands, its next step, and the ways to its other parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import streamlit as st
from markupsafe import Markup

from db.queries.plans.plan_tasks import PlanView, plan_view
from db.queries.requests.requests import RequestRow, plan_comments
from db.queries.units.changes import ProposedAssignment, proposals
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.states import note
from ui.components.text import anchor, aside, download, heading, joined, paragraph, soft
from ui.shell.page import Page
from ui.views.plan.burden import draw_burden
from ui.views.plan.cascade import draw_cascade, read_cascade
from ui.views.plan.comments import comments_html
from ui.views.plan.plans import PLAN_STATES
from ui.views.plan.policy.policy import draw_settings
from ui.views.plan.proposed import draw_proposed, proposed_note
from ui.views.plan.targets import draw_targets
from ui.views.shared.office import chips, link, local_day
from ui.views.shared.papers import paper_ways
from workflow.rules.states import PlanStateName, RequestStateName
from workflow.verbs.context import Context
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.issue import issue

FORMATS = ("xlsx", "yaml", "json")
"""In which the catalogue travels; luoshi catalog load takes each."""
USUAL_DAYS = 10
"""Workdays that units are usually given to comment."""


@dataclass(frozen=True)
class Record:
    """A plan with the comments on its draft and what was proposed since it is in force."""

    view: PlanView
    comments: Sequence[RequestRow]
    waiting: Sequence[ProposedAssignment]


def draw_record(page: Page, plan_id: int) -> None:
    """The plan's figures, then the part that the address names. Raises NotFound."""
    record = page.keep("plan_record", lambda c: _read(c, plan_id), plan_id)
    view, part = record.view, page.param("part")
    below = read_cascade(page, plan_id)
    page.title(view.plan.title, under=anchor("/plan", _("All plans")))
    parts = _parts(record, bool(below))
    part = part if part in parts else ""
    ways = [
        (link("plan", plan=plan_id, part=key), name, key == part) for key, name in parts.items()
    ]
    # What is changed or settled stands on the first screen of a phone.
    figures = _figures(view, page) if part in ("", "targets") else ""
    page.html(figures, chips(ways, "ls-tabs", _("Parts of the plan")))
    if part == "targets":
        draw_targets(page, view)
    elif part == "comments":
        page.html(comments_html(page, record.comments))
    elif part == "proposed":
        draw_proposed(page, plan_id, record.waiting)
    elif part == "cascade":
        draw_cascade(page, below)
    elif part == "burden":
        draw_burden(page, plan_id)
    elif part == "settings":
        draw_settings(page, plan_id)
    else:
        _draw_stage(page, record)


def _read(c: Context, plan_id: int) -> Record:
    return Record(
        plan_view(c.session, c.actor, plan_id, c.now),
        [
            row
            for row in plan_comments(c.session, c.actor, plan_id, c.now)
            if row.state != RequestStateName.WITHDRAWN
        ],
        proposals(c.session, c.actor, plan_id),
    )


def _parts(record: Record, below: bool) -> dict[str, str]:
    """The parts by their name in the address; those in which nothing stands are left out."""
    comments, waiting = len(record.comments), len(record.waiting)
    parts = {
        "": _("Comment and issue"),
        "comments": _("What became of comments ({n})", n=comments) if comments else "",
        "proposed": _("New assignments ({n})", n=waiting) if waiting else "",
        "targets": _("Year targets"),
        "cascade": _("Places below") if below else "",
        "burden": _("Burden"),
        "settings": _("Settings of the plan"),
    }
    return {key: name for key, name in parts.items() if name}


def _draw_stage(page: Page, record: Record) -> None:
    """Where the plan stands and its next step."""
    view = record.view
    if view.plan.state == PlanStateName.ISSUED:
        page.html(_issued(view, page), proposed_note(record.waiting), _take_along(view))
        return
    page.html(_unled(view))
    left, right = st.columns(2, gap="large")
    with left:
        _draw_consult(page, view)
    with right:
        _draw_issue(page, view)
    page.html(_take_along(view))


def _figures(view: PlanView, page: Page) -> Markup:
    led = sum(bool(task.leads) for task in view.tasks)
    plan = view.plan
    dated = ""
    if plan.issued_at is not None:
        dated = full_date(plan.issue_date or local_day(plan.issued_at, page))
    elif plan.comments_due_on is not None:
        dated = _("comments until {day}", day=full_date(plan.comments_due_on))
    return key_figures(
        [
            KeyFigure(_("State"), _(PLAN_STATES[plan.state]), dated),
            KeyFigure(_("Tasks"), str(len(view.tasks)), f"{plan.first_year}–{plan.last_year}"),
            KeyFigure(_("With a lead"), f"{led}/{len(view.tasks)}", _("tasks"),
                   "green" if led == len(view.tasks) else "yellow"),
            KeyFigure(_("Units"), str(plan.units), _("take part")),
        ]
    )  # fmt: skip


def _issued(view: PlanView, page: Page) -> Markup:
    plan = view.plan
    day = plan.issue_date or (local_day(plan.issued_at, page) if plan.issued_at else None)
    told = _("Issued by {document} of {day}.", document=plan.issue_document,
             day=full_date(day) if day else "")  # fmt: skip
    return note(
        (
            paragraph(told)
            + paragraph(
                joined(
                    [
                        anchor(link("overview", plan=plan.plan_id), _("How it stands")),
                        anchor(link("plan", edition=plan.plan_id), _("Read a newer edition")),
                    ],
                    " · ",
                )
            )
        ),
        "done",
    )


def _take_along(view: PlanView) -> Markup:
    """The plan as files that other systems read, as it was last loaded."""
    ways = Markup("").join(
        download(link("files/export/catalogue", plan=view.plan.plan_id, format=form), f".{form}")
        for form in FORMATS
    )
    catalogues = Markup('<p class="ls-more-ways">{}{}</p>').format(
        (aside(_("Take the catalogue of the last edition along:")) + " "),
        ways,
    )
    return catalogues + paper_ways(
        _("Responsibility list"), "responsibility_list", plan=view.plan.plan_id
    )


def _unled(view: PlanView) -> Markup:
    codes = [task.code for task in view.tasks if not task.leads]
    if not codes:
        return Markup("")
    return note(
        _("{n} tasks have no lead; the plan cannot be issued: {codes}", n=len(codes),
          codes=_(", ").join(codes)),
        "warning",
    )  # fmt: skip


def _draw_consult(page: Page, view: PlanView) -> None:
    plan = view.plan
    page.html(
        heading(2, _("Send round for comment"))
        + soft(_("Each unit gets one mail with its tasks; what it says is answered under Review."))
    )
    with page.reading() as c:
        usual = c.calendar.add_workdays(c.today, USUAL_DAYS)
    with st.form("plan_consult", border=False):
        due = st.date_input(
            _("Comments until"), value=usual, format="YYYY-MM-DD",
            min_value=page.installation.today(),
            max_value=page.installation.today() + timedelta(days=366),
        )  # fmt: skip
        again = plan.state == PlanStateName.CONSULTED
        words = _("Send round again") if again else _("Send round to {n} units", n=plan.units)
        if not st.form_submit_button(words, type="secondary" if again else "primary"):
            return
    with page.trying():
        with page.acting() as c:
            sent = consult(c, plan_id=plan.plan_id, comments_due_on=due, version=plan.version)
        page.say(_("Sent round to {n} units.", n=sent.units))
        _tell_unreached(page, sent.unreached)
        st.rerun()


def _draw_issue(page: Page, view: PlanView) -> None:
    plan = view.plan
    page.html(
        heading(2, _("Issue"))
        + soft(_("From then on the units owe reports; they acknowledge their tasks first."))
    )
    with st.form("plan_issue", border=False):
        document = st.text_input(_("Number of the document"), placeholder=_("as on its head"))
        day = st.date_input(_("Date of the document"), value=page.installation.today(),
                            format="YYYY-MM-DD")  # fmt: skip
        primary: Literal["primary", "secondary"] = (
            "primary" if plan.state == PlanStateName.CONSULTED else "secondary"
        )
        if not st.form_submit_button(_("Issue {n} tasks", n=plan.tasks), type=primary):
            return
    with page.trying():
        with page.acting() as c:
            done = issue(
                c, plan_id=plan.plan_id, document=document, document_date=day,
                version=plan.version,
            )  # fmt: skip
        page.say(
            _("Issued: tasks {tasks}, units {units}; to be acknowledged until {day}.",
              tasks=done.tasks, units=done.units, day=full_date(done.acknowledge_due_on))
        )  # fmt: skip
        _tell_unreached(page, done.unreached)
        st.rerun()


def _tell_unreached(page: Page, unreached: tuple[int, ...]) -> None:
    if unreached:
        page.say(
            _("{n} units have no liaison and got no mail; name one under Units and liaisons.",
              n=len(unreached)),
            "warning",
        )  # fmt: skip
