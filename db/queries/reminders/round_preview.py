"""What a round of a plan asks of its units, and who would be told of it: for the preview of its
reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, case, column, func, select, true, union, values
from sqlalchemy.orm import Session

from db.models import Assignment, Clock, Plan, Report, ReportState, Round, Unit
from db.queries.reminders.obligations import recipients
from db.queries.reminders.planning import concerns
from db.queries.rounds.owing import live_in_round, owes_report, reports_to_office
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor
from workflow.rules.reporting.ladder import ROLES_TOLD, ClockKind
from workflow.rules.reporting.policy import PlanPolicy, RoundDates
from workflow.rules.reporting.round_preview import OwedByUnit, People
from workflow.rules.states import ReportStateName

_ASKS_NOTHING = (ReportStateName.WAIVED, ReportStateName.AS_BEFORE)


def owed_by_unit(
    session: Session, actor: Actor, plan_id: int, policy: PlanPolicy, dates: RoundDates, zone: str
) -> tuple[OwedByUnit, ...]:
    """How many reports each unit owes in a round of a plan: in one that has opened those that it
    has; else those that opening it today would give, for a plan that is not issued all its
    assignments. Of what the actor may see."""
    opened = session.scalar(
        select(Round.id).where(Round.plan_id == plan_id, Round.period == dates.period)
    )
    if opened is not None:
        rows = (
            select(Clock.kind, Report.unit_id, func.count())
            .join(Clock, Clock.id == Report.first_clock_id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(
                Report.round_id == opened,
                ReportState.open(),
                ReportState.state.not_in(_ASKS_NOTHING),
                visible_to(actor, Report),
            )
            .group_by(Clock.kind, Report.unit_id)
        )
    else:
        kind = case((reports_to_office(), ClockKind.REPORT.value), else_=ClockKind.SUPPORT.value)
        draft = select(Plan.id).where(Plan.id == plan_id, Plan.issued_at.is_(None)).exists()
        live = () if session.scalar(select(draft)) else live_in_round(dates.due_on, zone)
        rows = (
            select(kind, Assignment.unit_id, func.count())
            .where(
                Assignment.plan_id == plan_id,
                Assignment.open(),
                owes_report(policy),
                *live,
                visible_to(actor, Assignment),
            )
            .group_by(kind, Assignment.unit_id)
        )
    found = session.execute(rows).tuples()
    return tuple(sorted((OwedByUnit(ClockKind(k), u, n) for k, u, n in found), key=_order))


def _order(one: OwedByUnit) -> tuple[str, int]:
    return one.kind, one.unit_id


def people_told(
    session: Session, actor: Actor, plan_id: int, unit_ids: Sequence[int], today: date
) -> People:
    """Who is told today of what these units owe in a plan, by unit and role: by the very
    conditions of the planner."""
    each = [(role.value,) for role in sorted(ROLES_TOLD)]
    roles = values(column("role", String), name="told_role").data(each).cte()
    due = (
        select(Plan.id.label("plan_id"), Unit.id.label("unit_id"), roles.c.role)
        .select_from(Plan)
        .join(Unit, Unit.id.in_(unit_ids))
        .join(roles, true())
        .where(Plan.id == plan_id, visible_to(actor, Plan))
        .cte("due")
    )
    offices = select(Plan.office_unit_id).where(
        Plan.id == plan_id, Plan.office_unit_id.is_not(None)
    )
    places = select(Plan.place_id).where(Plan.id == plan_id)
    person = recipients(today, union(select(due.c.unit_id), offices), places=places)
    own, *others = concerns(due, person)
    parts = [
        select(due.c.unit_id, due.c.role, person.c.person_id).join_from(due, person, own),
        *(
            select(due.c.unit_id, due.c.role, person.c.person_id)
            .join_from(due, Plan, Plan.id == due.c.plan_id)
            .join(person, condition)
            for condition in others
        ),
    ]
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for unit_id, role, person_id in session.execute(union(*parts)).tuples():
        found[unit_id, role].add(person_id)
    return {key: frozenset(people) for key, people in found.items()}
