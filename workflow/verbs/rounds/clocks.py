"""Clocks and their ladders, laid out by the pure rule: the one place that writes clock steps."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Clock, ClockStep, Plan, Reminder
from workflow.rules.reporting.ladder import ClockKind, read_ladder, steps
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.context import Context

_Row = dict[str, object]


def clock_for(c: Context, plan: Plan, kind: ClockKind, due_on: date) -> int:
    """The id of the plan's clock of this kind for a local due date, made with its steps if new.

    Raises Invalid where the policy's own ladder is wrong.
    """
    wanted = {"plan_id": plan.id, "kind": kind.value, "due_on": due_on}
    postgres = c.session.get_bind().dialect.name == "postgresql"
    new = (postgresql.insert if postgres else sqlite.insert)(Clock).values(**wanted)
    made: int | None = c.session.scalar(new.on_conflict_do_nothing().returning(Clock.id))
    if made is None:
        known = select(Clock.id).where(
            Clock.plan_id == plan.id, Clock.kind == kind.value, Clock.due_on == due_on
        )
        return c.session.scalars(known).one()
    rows = _rows(c, PlanPolicy.from_json(plan.policy), made, kind, due_on)
    if rows:
        c.session.execute(insert(ClockStep), rows)
    return made


def lay_out_again(c: Context, plan: Plan) -> None:
    """Lay out every clock of a plan anew after its policy or the calendar changed.

    A step that somebody was already told of keeps its row, so nobody is told of it twice.
    """
    policy = PlanPolicy.from_json(plan.policy)
    clocks = c.session.execute(
        select(Clock.id, Clock.kind, Clock.due_on).where(Clock.plan_id == plan.id)
    ).all()
    for clock_id, kind, due_on in clocks:
        wanted = {
            (row["step"], row["audience"]): row
            for row in _rows(c, policy, clock_id, ClockKind(kind), due_on)
        }
        present = c.session.execute(
            select(ClockStep.id, ClockStep.step, ClockStep.audience).where(
                ClockStep.clock_id == clock_id
            )
        ).all()
        for step_id, step, audience in present:
            row = wanted.pop((step, audience), None)
            if row is not None:
                c.session.execute(update(ClockStep).where(ClockStep.id == step_id).values(**row))
            else:
                _drop(c, step_id)
        if wanted:
            c.session.execute(insert(ClockStep), list(wanted.values()))


def _drop(c: Context, step_id: int) -> None:
    told = select(Reminder.id).where(Reminder.clock_step_id == step_id).exists()
    c.session.execute(delete(ClockStep).where(ClockStep.id == step_id, ~told))


def _rows(
    c: Context, policy: PlanPolicy, clock_id: int, kind: ClockKind, due_on: date
) -> list[_Row]:
    own = policy.ladders.get(kind)
    ladder = None if own is None else read_ladder(own)
    return [
        {
            "clock_id": clock_id,
            "step": step.code,
            "fire_on": step.fire_on,
            "audience": role,
            "tone": step.tone.value,
            "overdue": step.overdue,
        }
        for step in steps(kind, due_on, c.calendar, ladder)
        for role in step.audience
    ]
