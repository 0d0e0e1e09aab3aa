"""我的任务: what a unit has to do now, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Plan,
    Report,
    Round,
    Task,
    TaskVersion,
    Unit,
)
from db.queries.progress.timeliness import TimelinessRow, timeliness
from db.queries.record.calendar import overrides
from db.queries.reports.submissions import verdicts_on
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, RoleName
from workflow.rules.reporting.content import may_still_file
from workflow.rules.reporting.policy import PlanPolicy, round_dates
from workflow.rules.states import MAY_WRITE, ReportStateName
from workflow.rules.time.calendar import Calendar


@dataclass(frozen=True)
class ReportCard:
    """One report on somebody's desk. `act_by` is the date that counts now (a return's, if later),
    `workdays` how many are left until it (0 today, below 0 over); it is `provisional` while the
    workdays of its year are not known. `reason` are the words of the
    last return, `said_by` who returned it."""

    paper: TimelinessRow
    code: str
    title: str
    unit: str
    act_by: date
    workdays: int
    provisional: bool
    reason: str = ""
    said_by: str = ""


@dataclass(frozen=True)
class MyTasks:
    """What a liaison must do now: `returned` first, then `to_do` by date, `to_receive` from
    supports, `waiting` for others; `as_before`: what need not be written in a
    round that is open; `missed`: rounds that closed without a report.
    With nothing to do, `next_opens` and `next_due` are the next round's dates, if there is one."""

    returned: tuple[ReportCard, ...]
    to_do: tuple[ReportCard, ...]
    to_receive: tuple[ReportCard, ...]
    waiting: tuple[ReportCard, ...]
    as_before: tuple[ReportCard, ...]
    missed: tuple[ReportCard, ...]
    next_opens: date | None
    next_due: date | None


def my_tasks(session: Session, actor: Actor, today: date, at: datetime) -> MyTasks:
    """The desk of the actor's units as a liaison; empty for who is none."""
    units = units_as(actor, RoleName.LIAISON)
    calendar = Calendar(overrides(session))
    open_states = (*sorted(MAY_WRITE), ReportStateName.SUBMITTED, ReportStateName.SIGNED_OFF)
    which = and_(
        or_(Report.unit_id.in_(units), Report.lead_unit_id.in_(units)), visible_to(actor, Report)
    )
    found = timeliness(session, which, at, open_states)
    own = [paper for paper in found if paper.unit_id in units]
    gone = closed_on(session, own, today)
    cards = {card.paper.id: card for card in cards_of(session, own, today, at, calendar)}
    theirs = [p for p in found if p.unit_id not in units and p.state == ReportStateName.SUBMITTED]
    by_date = sorted(cards.values(), key=lambda card: (card.act_by, card.code))
    closed = _closed(session, own, today)
    next_opens, next_due = _next_round(session, actor, today, calendar)
    return MyTasks(
        returned=tuple(card for card in by_date if card.paper.state == ReportStateName.RETURNED),
        to_do=tuple(
            card
            for card in by_date
            if card.paper.state in (ReportStateName.DUE, ReportStateName.DRAFT)
            and card.paper.id not in gone
        ),
        to_receive=tuple(cards_of(session, theirs, today, at, calendar)),
        waiting=tuple(card for card in by_date if card.paper.state not in MAY_WRITE),
        as_before=tuple(
            card
            for card in by_date
            if card.paper.state == ReportStateName.AS_BEFORE and card.paper.round_id not in closed
        ),
        missed=tuple(card for card in by_date if card.paper.id in gone),
        next_opens=next_opens,
        next_due=next_due,
    )


def units_as(actor: Actor, *roles: str) -> list[int]:
    return sorted(
        {post.unit_id for post in actor.posts if post.role in roles and post.unit_id is not None}
    )


def units_spoken_for(session: Session, actor: Actor, *roles: str) -> dict[int, str]:
    """The names of the units for which the actor holds one of these roles."""
    return units_named(session, units_as(actor, *roles))


def closed_on(session: Session, found: list[TimelinessRow], today: date) -> set[int]:
    """Reports that can no longer be submitted: their round closed on them."""
    closed = _closed(session, found, today)
    return {
        paper.id
        for paper in found
        if paper.state in (ReportStateName.DUE, ReportStateName.DRAFT)
        and not may_still_file(
            paper.round_id in closed, today, paper.first_due_on, paper.due_on, bool(paper.filings)
        )
    }


def _closed(session: Session, found: Iterable[TimelinessRow], today: date) -> set[int]:
    """The rounds of these reports that have closed."""
    ids = {paper.round_id for paper in found}
    over = or_(Round.closed_at.is_not(None), Round.closes_on < today)
    return set(session.scalars(select(Round.id).where(Round.id.in_(ids), over)))


def cards_of(
    session: Session, found: Iterable[TimelinessRow], today: date, at: datetime, calendar: Calendar
) -> list[ReportCard]:
    """Reports with what a card says of them, by date."""
    wanted = list(found)
    names = names_of(session, {paper.task_id for paper in wanted}, at)
    units = units_named(session, {paper.unit_id for paper in wanted})
    back = verdicts_on(session, (p.id for p in wanted if p.state == ReportStateName.RETURNED), at)
    cards = []
    for paper in wanted:
        code, title = names[paper.task_id]
        said = [one for one in back.get(paper.id, ()) if one.reason][-1:]
        card = ReportCard(
            paper, code, title, units[paper.unit_id], paper.act_by,
            calendar.workdays_between(today, paper.act_by), not calendar.is_known(paper.act_by),
            said[0].reason if said else "", said[0].person if said else "",
        )  # fmt: skip
        cards.append(card)
    return sorted(cards, key=lambda card: (card.act_by, card.code))


def names_of(session: Session, task_ids: Iterable[int], at: datetime) -> dict[int, tuple[str, str]]:
    """Code and title of tasks."""
    rows = session.execute(
        select(Task.id, Task.code, TaskVersion.title)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .where(Task.id.in_(sorted(set(task_ids))), TaskVersion.at(at))
    )
    return {row.id: (row.code, row.title) for row in rows}


def units_named(session: Session, unit_ids: Iterable[int]) -> dict[int, str]:
    """Names of units."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(set(unit_ids)))))
    return dict(rows.tuples().all())


def _next_round(
    session: Session, actor: Actor, today: date, calendar: Calendar
) -> tuple[date | None, date | None]:
    plans = session.execute(
        select(Plan.policy, Plan.last_year).where(
            Plan.issued_at.is_not(None), visible_to(actor, Plan)
        )
    )
    coming = [
        (dates.opens_on, dates.due_on)
        for policy_text, last_year in plans
        for policy in (PlanPolicy.from_json(policy_text),)
        for year in (today.year, today.year + 1)
        if year <= last_year
        for rule in policy.rounds
        for dates in (round_dates(policy, year, rule, calendar),)
        if dates.opens_on > today
    ]
    return min(coming, default=(None, None))
