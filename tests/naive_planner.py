"""Reminders planned by plain loops over all rows: what the sets of SQL must agree with."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import models as m
from workflow.rules.reporting.ladder import AUDIENCE_STATES, ClockKind
from workflow.rules.states import LIVE_TASKS

UNIT_ROLES = ("liaison", "deputy_head")
Planned = tuple[str, int, int, int, str]


def everything(session: Session, table: type) -> list:
    return list(session.scalars(select(table).execution_options(populate_existing=True)))


def roles_on(session: Session, today: date) -> set[tuple[int, str, int | None, int]]:
    """(person, role, unit, place) for everybody who may be written to."""
    held = [r for r in everything(session, m.Role) if r.valid_from <= today < r.valid_to]
    leaders = {role.person_id for role in held if role.name == "leader"}
    acting = {(role.person_id, role.name, role.unit_id, role.place_id) for role in held}
    for cover in everything(session, m.Cover):
        if cover.valid_from <= today < cover.valid_to:
            for role in held:
                if role.person_id == cover.person_id:
                    acting.add((cover.substitute_id, role.name, role.unit_id, role.place_id))
    people = {p.id: p for p in everything(session, m.Person)}
    return {
        (person, role, unit, place)
        for person, role, unit, place in acting
        if people[person].active
        and people[person].email
        and people[person].bounced_at is None
        and person not in leaders
    }


def may_look_at(reviewers_unit: int | None, unit: int, office: int | None) -> bool:
    if reviewers_unit is None:
        return True
    if reviewers_unit == unit:
        return False
    return office in (None, unit, reviewers_unit)


def told_of(
    session: Session, acting: set[tuple[int, str, int | None, int]], role: str, unit: int, plan: int
) -> set[int]:
    its = session.get_one(m.Plan, plan)
    office = its.office_unit_id
    found = set()
    for person, held, held_for, place in acting:
        if held != role:
            continue
        if role not in UNIT_ROLES and place != its.place_id:
            continue
        if role in UNIT_ROLES and held_for != unit:
            continue
        if role == "reviewer" and not may_look_at(held_for, unit, office):
            continue
        found.add(person)
    return found


def state_now(rows: list, key: str, wanted: int) -> str:
    return next(r.state for r in rows if getattr(r, key) == wanted and r.known_to.year == 9999)


def plan(session: Session, today: date) -> set[Planned]:
    """(subject, subject_id, clock_step_id, person_id, role) of what is to be told on a day."""
    acting = roles_on(session, today)
    clocks = {clock.id: clock for clock in everything(session, m.Clock)}
    ladders: dict[int, list] = {clock: [] for clock in clocks}
    for step in everything(session, m.ClockStep):
        ladders[step.clock_id].append(step)
    known = {
        (r.subject, r.subject_id, r.clock_step_id, r.person_id)
        for r in everything(session, m.Reminder)
    }
    written = {mail.digest_id for mail in everything(session, m.Outbox) if mail.content}
    served = {
        digest.person_id
        for digest in everything(session, m.Digest)
        if digest.local_date == today and digest.id in written
    }
    found: set[Planned] = set()

    def consider(subject: str, row, clock_id: int, state: str, due: date) -> None:
        due_steps = [step for step in ladders[clock_id] if step.fire_on <= today]
        if not due_steps:
            return
        last = max(step.fire_on for step in due_steps)
        kind = ClockKind(clocks[clock_id].kind)
        for step in due_steps:
            if step.fire_on != last or (step.overdue and due >= today):
                continue
            if kind != ClockKind.ACKNOWLEDGE and state not in AUDIENCE_STATES.get(
                (kind, step.audience, step.overdue), ()
            ):
                continue
            for person in told_of(session, acting, step.audience, row.unit_id, row.plan_id):
                if (subject, row.id, step.id, person) not in known and person not in served:
                    found.add((subject, row.id, step.id, person, step.audience))

    rounds = {r.id: r for r in everything(session, m.Round)}
    states = everything(session, m.ReportState)
    for report in everything(session, m.Report):
        state = state_now(states, "report_id", report.id)
        if state == "signed_off":
            if report.review_clock_id is not None:
                clock_id = report.review_clock_id
                consider("report", report, clock_id, state, clocks[clock_id].due_on)
            continue
        due = clocks[report.clock_id].due_on
        extended = report.clock_id != report.first_clock_id and due >= today
        closed = rounds[report.round_id].closed_at is not None
        if closed and not extended and state not in ("returned", "submitted"):
            continue
        if state == "returned" and report.answer_due_on:
            due = max(due, report.answer_due_on)
        consider("report", report, report.clock_id, state, due)
    states = everything(session, m.AssignmentState)
    tasks = everything(session, m.TaskState)
    for one in everything(session, m.Assignment):
        waits = state_now(states, "assignment_id", one.id) == "issued"
        waits = waits and state_now(tasks, "task_id", one.task_id) in LIVE_TASKS
        if one.clock_id is not None and waits and one.known_to.year == 9999:
            consider("assignment", one, one.clock_id, "issued", clocks[one.clock_id].due_on)
    return found
