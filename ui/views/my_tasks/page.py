"""我的任务: what a liaison must do now, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from markupsafe import Markup

from db.queries.collecting.replies import ReplyRead, loose_replies, waiting_replies
from db.queries.reports.my_tasks import MyTasks, my_tasks
from db.queries.reports.my_tasks import ReportCard as Matter
from db.queries.requests.inbox import AwaitedAnswer, recent_instructions, to_acknowledge, to_comment
from db.queries.requests.requests import RequestRow
from i18n import _
from ui.components.dates import due, full_date
from ui.components.lights import tag
from ui.components.states import empty
from ui.components.stories import ActionCard, cards
from ui.shell.page import Page
from ui.views.my_tasks.loose import draw_loose
from ui.views.my_tasks.workbook import draw_workbook
from ui.views.shared.answering import draw_to_acknowledge, draw_to_comment
from ui.views.shared.asking import request_card
from ui.views.shared.office import period_name, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from workflow.rules.states import STATES, ReportStateName
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context

LATELY = timedelta(days=14)
"""How long an answer stays on the page."""


@dataclass(frozen=True)
class TaskDesk:
    """Everything that the page shows, read at one moment."""

    tasks: MyTasks
    to_acknowledge: list[AwaitedAnswer]
    to_comment: list[AwaitedAnswer]
    asked: list[RequestRow]
    loose: tuple[ReplyRead, ...]
    calendar: Calendar
    today: date


def draw(page: Page) -> None:
    """Returned reports first, then what is due, what is to be answered, what waits for others."""
    plans = plans_shown(page)
    whole = _read(page)
    desk = _of_plans(whole, plans)
    page.title(under=_summary(desk, plans))
    draw_choice(page, plans)
    tasks = desk.tasks
    if not any((tasks.returned, tasks.to_do, tasks.to_receive, _to_answer(desk))):
        page.html(_nothing(tasks))
    to_file = (*tasks.returned, *tasks.to_do)
    draw_loose(page, desk.loose, to_file)
    page.html(page.text("my_reports", lambda: _reports(plans, tasks), whole, plans))
    if to_file:
        draw_workbook(page, to_file)
    if desk.to_acknowledge:
        draw_to_acknowledge(page, plans, desk.to_acknowledge, desk.calendar)
    if desk.to_comment:
        draw_to_comment(page, plans, desk.to_comment, desk.calendar)
    zone = zone_of(page)
    page.html(page.text("my_others", lambda: _others(plans, desk, zone), whole, plans))


def _read(page: Page) -> TaskDesk:
    def read(c: Context) -> TaskDesk:
        return TaskDesk(
            my_tasks(c.session, c.actor, c.today, c.now),
            to_acknowledge(c.session, c.actor, c.now),
            to_comment(c.session, c.actor, c.now),
            recent_instructions(c.session, c.actor, c.now, c.now - LATELY),
            loose_replies(c.session, c.actor),
            c.calendar,
            c.today,
        )

    return page.keep("my_tasks", read, own=True, also=lambda c: waiting_replies(c.session, c.actor))


def _of_plans(desk: TaskDesk, plans: PlansShown) -> TaskDesk:
    """What of the desk belongs to the plans that the page is about."""
    tasks = desk.tasks

    def cards_of(cards: tuple[Matter, ...]) -> tuple[Matter, ...]:
        return tuple(one for one in cards if plans.cover(one.paper.plan_id))

    return replace(
        desk,
        tasks=replace(
            tasks,
            returned=cards_of(tasks.returned),
            to_do=cards_of(tasks.to_do),
            to_receive=cards_of(tasks.to_receive),
            waiting=cards_of(tasks.waiting),
            as_before=cards_of(tasks.as_before),
            missed=cards_of(tasks.missed),
        ),
        to_acknowledge=[one for one in desk.to_acknowledge if plans.cover(one.plan_id)],
        to_comment=[one for one in desk.to_comment if plans.cover(one.plan_id)],
        asked=[one for one in desk.asked if plans.cover(one.plan_id)],
    )


def _to_answer(desk: TaskDesk) -> int:
    return len(desk.to_acknowledge) + len(desk.to_comment)


def _summary(desk: TaskDesk, plans: PlansShown) -> str:
    """The whole desk in one line."""
    tasks = desk.tasks
    counted = (
        (len(tasks.returned), _("{n} returned", n=len(tasks.returned))),
        (len(tasks.to_do), _("{n} to report", n=len(tasks.to_do))),
        (len(tasks.to_receive), _("{n} to receive", n=len(tasks.to_receive))),
        (_to_answer(desk), _("{n} to answer", n=_to_answer(desk))),
        (len(tasks.waiting), _("{n} with others", n=len(tasks.waiting))),
    )
    said = [words for number, words in counted if number]
    over = [plans.name] if plans.several else []
    return " · ".join([*over, full_date(desk.today), *said])


def _nothing(tasks: MyTasks) -> Markup:
    if tasks.next_opens is None or tasks.next_due is None:
        return empty(_("Nothing is to be done"), _("No further round is planned."))
    return empty(
        _("Nothing is to be done"),
        _(
            "The next round opens on {opens}; its reports are due on {due}.",
            opens=full_date(tasks.next_opens),
            due=full_date(tasks.next_due),
        ),
    )


def _reports(plans: PlansShown, tasks: MyTasks) -> Markup:
    """The reports that somebody of this unit must touch, in one piece."""
    first = tasks.to_do[0].paper.id if tasks.to_do and not tasks.returned else 0
    parts = (
        _section(_("Returned, to be revised"), [_returned(plans, one) for one in tasks.returned]),
        _section(
            _("To be reported"), [_owed(plans, one, one.paper.id == first) for one in tasks.to_do]
        ),
        _section(
            _("To be received from supports"), [_to_receive(plans, one) for one in tasks.to_receive]
        ),
    )
    return Markup("").join(parts)


def _section(heading: str, rows: Sequence[ActionCard]) -> Markup:
    if not rows:
        return Markup("")
    title = _("{heading} ({n})", heading=heading, n=len(rows))
    return Markup('<h2 class="ls-section">{}</h2>{}').format(title, cards(rows, level=3))


def _card(
    plans: PlansShown, one: Matter, tone: str, below: str | Markup = "", text: str = ""
) -> ActionCard:
    return ActionCard(
        f"{one.code} {one.title}",
        _address(one),
        due(one.act_by, one.workdays, provisional=one.provisional),
        text,
        Markup("{}{} {}").format(
            Markup('<span class="ls-soft">{}</span> ').format(period_name(one.paper.period)),
            below,
            plans.tag(one.paper.plan_id),
        ),
        tone,
    )


def _address(one: Matter) -> str:
    return f"/report?report={one.paper.id}"


def _returned(plans: PlansShown, one: Matter) -> ActionCard:
    said = _("{name}: {reason}", name=one.said_by, reason=one.reason) if one.reason else ""
    return _card(plans, one, "warning", text=said)


def _owed(plans: PlansShown, one: Matter, is_first: bool) -> ActionCard:
    below = Markup("")
    if one.paper.state == ReportStateName.DRAFT:
        below += tag(_("draft begun"))
    if one.paper.to_lead:
        below += tag(_("to the lead"))
    return _card(plans, one, "accent" if is_first or one.workdays < 0 else "", below)


def _to_receive(plans: PlansShown, one: Matter) -> ActionCard:
    return _card(plans, one, "accent", tag(one.unit))


def _waits(plans: PlansShown, one: Matter, zone: str) -> ActionCard:
    """A report with others: the unit's own date counts no more."""
    state = STATES["report"][one.paper.state]
    since = _("since {day}", day=full_date(local_date(one.paper.since, zone)))
    above = Markup("{} {}").format(tag(_(state)), since)
    below = Markup("{} {}").format(period_name(one.paper.period), plans.tag(one.paper.plan_id))
    return ActionCard(f"{one.code} {one.title}", _address(one), above, "", below, "quiet")


def _others(plans: PlansShown, desk: TaskDesk, zone: str) -> Markup:
    """What nobody here can hurry: with others, asked, and what was missed."""
    waiting = [_waits(plans, one, zone) for one in desk.tasks.waiting]
    as_before = [_card(plans, one, "quiet") for one in desk.tasks.as_before]
    missed = [
        _card(plans, one, "quiet", tag(_("not reported"), "warning")) for one in desk.tasks.missed
    ]
    asked = [request_card(row, f"/task?task={row.task_id}") for row in desk.asked]
    rows = (
        _section(_("Asked and answered"), asked),
        _section(_("With others"), waiting),
        _section(_("As last accepted; write only if there is news"), as_before),
        _section(_("Rounds that closed without a report"), missed),
    )
    return Markup("").join(rows)
