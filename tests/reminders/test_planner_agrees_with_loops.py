"""On random worlds the planner's sets say what plain loops say, day after day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import naive_planner
from db import models as m
from db.engine import Database
from db.queries.reminders.due import digest_entries
from db.types import FOREVER
from letters import LETTERHEAD
from workflow.rules.access.permissions import system
from workflow.rules.reporting.ladder import ClockKind, Rung, Tone, steps
from workflow.rules.time.calendar import Calendar
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import claim
from workflow.verbs.mail.write_digests import freeze, write_down
from workflow.verbs.reminders.remind import remind

START = date(2021, 9, 13)
CALENDAR = Calendar()
BEGAN = datetime(2021, 8, 1, tzinfo=UTC)
STATES = [
    "due",
    "draft",
    "submitted",
    "signed_off",
    "returned",
    "accepted",
    "waived",
    "due",
    "draft",
]
OTHER_LADDER = (
    Rung(-1, ("liaison", "deputy_head"), Tone.AHEAD),
    Rung(1, ("liaison", "reviewer", "administrator"), Tone.LATE),
)

ROLES = ["liaison", "deputy_head", "reviewer", "administrator", "leader", "head"]
ALWAYS = (date(2020, 1, 1), date(9999, 12, 31))
USUAL_POSTS = [(1, 1, "liaison"), (2, 1, "deputy_head"), (3, 2, "reviewer"), (4, 2, "liaison"),
               (5, 3, "liaison"), (6, 3, "reviewer"), (6, 2, "administrator")]  # fmt: skip


def a_world(seed: int) -> dict:
    """A small crowded world: whatever may stand beside a reminder stands there often."""
    r = Random(seed)

    def day(low: int = -14, high: int = 10) -> date:
        return START + timedelta(days=r.randint(low, high))

    def post() -> dict:
        first, last = ALWAYS if r.random() < 0.5 else (day(), day())
        return {"person_id": r.randint(1, 7), "unit_id": r.choice([None, 1, 2, 3]),
                "name": r.choice(ROLES), "valid_from": first, "valid_to": last}  # fmt: skip

    usual = [
        {"person_id": n, "unit_id": u, "name": name, "valid_from": ALWAYS[0], "valid_to": ALWAYS[1]}
        for n, u, name in USUAL_POSTS
        if r.random() < 0.9
    ]
    return {
        "offices": [r.choice([None, 1, 2, 2]) for _ in range(2)],
        "people": [
            r.choice(["well"] * 8 + ["gone", "bounced"]) for _ in range(6)
        ] + [r.choice(["well", "no mail"])],
        "posts": usual + [post() for _ in range(r.randint(0, 6))],
        "covers": [
            {"person_id": r.randint(1, 7), "substitute_id": r.randint(1, 7),
             "valid_from": day(), "valid_to": day()}
            for _ in range(r.randint(0, 3))
        ],
        "clocks": list({
            (plan, kind, day(-12, 8)): r.random() < 0.3
            for plan in (1, 2) for kind in ClockKind for _ in range(2)
        }.items()),
        "owing": [
            {"plan": r.choice([1, 2]), "unit": r.randint(1, 3), "state": r.choice(STATES),
             "issued": r.random() < 0.3, "acknowledge": r.randint(0, 9), "clock": r.randint(0, 9),
             "first": r.randint(0, 9), "review": r.randint(0, 1),
             "answer": r.choice([None, day()]), "closed": r.random() < 0.3,
             "report": r.random() < 0.9, "task": r.choice(["under_way"] * 3 + ["suspended"])}
            for _ in range(r.randint(1, 14))
        ],
        "runs": [
            (r.choice([0, 0, 1, 1, 2, 3, 6]),
             [(r.randint(0, 13), r.choice(STATES)) for _ in range(r.randint(0, 4))],
             r.random() < 0.6)
            for _ in range(r.randint(2, 4))
        ],
    }  # fmt: skip


def build(session: Session, world: dict) -> list[int]:
    """Lay the world down; the ids of its reports."""
    add = lambda table, rows: session.execute(insert(table), rows) if rows else None  # noqa: E731
    add(m.Unit, [{"id": n, "name": f"U{n}", "kind": "department"} for n in (1, 2, 3)])
    add(m.Plan, [
        {"id": n, "code": f"p{n}", "title": f"P{n}", "first_year": 2021, "last_year": 2025,
         "office_unit_id": office, "published": None}
        for n, office in enumerate(world["offices"], 1)
    ])  # fmt: skip
    add(m.Person, [
        {"id": n, "email": "" if health == "no mail" else f"p{n}@example.cn", "name": f"N{n}",
         "active": health != "gone", "bounced_at": BEGAN if health == "bounced" else None}
        for n, health in enumerate(world["people"], 1)
    ])  # fmt: skip
    add(m.Role, world["posts"])
    add(m.Cover, world["covers"])
    clocks: dict[tuple[int, ClockKind], list[int]] = {}
    for number, ((plan, kind, due), other) in enumerate(world["clocks"], 1):
        add(m.Clock, [{"id": number, "plan_id": plan, "kind": kind.value, "due_on": due}])
        laid = steps(kind, due, CALENDAR, OTHER_LADDER if other else None)
        add(m.ClockStep, [
            {"clock_id": number, "step": s.code, "fire_on": s.fire_on, "audience": audience,
             "tone": s.tone.value, "overdue": s.overdue}
            for s in laid for audience in s.audience
        ])  # fmt: skip
        clocks.setdefault((plan, kind), []).append(number)
    return [n for n in (owe(session, k, o, clocks) for k, o in enumerate(world["owing"], 1)) if n]


def owe(session: Session, number: int, one: dict, clocks: dict) -> int | None:
    plan = one["plan"]
    pick = lambda kinds, n: next(  # noqa: E731
        (c[n % len(c)] for c in [[i for k in kinds for i in clocks.get((plan, k), [])]] if c), None
    )
    both = {"plan_id": plan, "task_id": number}
    session.execute(
        insert(m.Task).values(id=number, plan_id=plan, code=f"{number}", position=number)
    )
    session.execute(
        insert(m.TaskVersion).values(
            task_id=number, title=f"T{number}", kind="steady", known_from=BEGAN, due=None
        )
    )
    session.execute(insert(m.TaskState).values(task_id=number, state=one["task"], known_from=BEGAN))
    session.execute(
        insert(m.Assignment).values(
            id=number, **both, unit_id=one["unit"], role="lead", position=1, collects=True,
            clock_id=pick([ClockKind.ACKNOWLEDGE], one["acknowledge"]), known_from=BEGAN,
            from_group_id=None,
        )
    )  # fmt: skip
    session.execute(
        insert(m.AssignmentState).values(
            assignment_id=number, state="issued" if one["issued"] else "acknowledged",
            known_from=BEGAN,
        )
    )  # fmt: skip
    due = pick([ClockKind.REPORT, ClockKind.SUPPORT], one["clock"])
    if due is None or not one["report"]:
        return None
    dates = dict.fromkeys(("opens_on", "supports_due_on", "due_on", "review_due_on", "closes_on"),
                          START)  # fmt: skip
    session.execute(
        insert(m.Round).values(
            id=number, plan_id=plan, period=f"2021Q{number}", year=2021, opened_at=BEGAN,
            closed_at=BEGAN if one["closed"] else None, **dates,
        )
    )  # fmt: skip
    session.execute(
        insert(m.Report).values(
            id=number, **both, round_id=number, assignment_id=number, unit_id=one["unit"],
            lead_unit_id=one["unit"], role="lead", clock_id=due,
            first_clock_id=pick([ClockKind.REPORT, ClockKind.SUPPORT], one["first"]),
            review_clock_id=pick([ClockKind.REVIEW], one["review"]),
            answer_due_on=one["answer"],
        )
    )  # fmt: skip
    session.execute(
        insert(m.ReportState).values(report_id=number, state=one["state"], known_from=BEGAN)
    )
    return number


def move(session: Session, report: int, state: str, now: datetime) -> None:
    session.execute(
        update(m.ReportState)
        .where(m.ReportState.report_id == report, m.ReportState.known_to == FOREVER)
        .values(known_to=now)
    )
    session.execute(insert(m.ReportState).values(report_id=report, state=state, known_from=now))


@contextmanager
def unwritten(database: Database) -> Iterator[Session]:
    """A session whose work is rolled back at the end."""
    with Session(database.engine) as session:
        yield session
        session.rollback()


def ledger(session: Session, at: datetime) -> set[naive_planner.Planned]:
    r = m.Reminder
    rows = session.execute(
        select(r.subject, r.subject_id, r.clock_step_id, r.person_id, r.role).where(r.at == at)
    )
    return {tuple(row) for row in rows}


@given(seed=st.integers(0, 10**9))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_ledger_is_what_plain_loops_say(database: Database, seed: int) -> None:
    world = a_world(seed)
    with unwritten(database) as session:
        reports = build(session, world)
        today = START
        for number, (later, changes, sent) in enumerate(world["runs"]):
            today += timedelta(days=later)
            now = datetime.combine(today, time(0, 30, number), UTC)
            for which, state in changes:
                if which < len(reports):
                    move(session, reports[which], state, now)
            c = Context(session, system("test"), now, LETTERHEAD)
            expected = naive_planner.plan(session, today)
            dry = remind(c, dry_run=True)
            done = remind(c)
            assert ledger(session, now) == expected
            assert done.reminders == dry.reminders == len(expected)
            assert {told.person_id for told in dry.mails} == {row[3] for row in expected}
            check_digests(session, c, {row[3] for row in expected})
            assert remind(c).reminders == 0
            if sent:
                check_mails(session, replace(c, actor=system("deliver")))


def check_digests(session: Session, c: Context, people: set[int]) -> None:
    """Who is told has one digest of the day with one letter that is not written down yet."""
    letters = session.execute(
        select(m.Digest.person_id, m.Outbox.content, m.Outbox.state)
        .join(m.Outbox, m.Outbox.digest_id == m.Digest.id)
        .where(m.Digest.local_date == c.today)
    ).all()
    assert len({person for person, *_ in letters}) == len(letters)
    waiting = {person for person, content, state in letters if not content and state == "queued"}
    assert people <= waiting


def check_mails(session: Session, c: Context) -> None:
    """Claimed, each digest is written down, or needless where nothing waits for its reader."""
    mails = select(m.Outbox).execution_options(populate_existing=True)
    queued = session.scalars(mails.where(m.Outbox.state == "queued"))
    new = {mail.id for mail in queued if not mail.content}
    digests = claim(c, "postman", 1000).digests
    claimed = {letter.id for letter in freeze(c, "postman", write_down(digests, LETTERHEAD, c.now))}
    written = [mail for mail in session.scalars(mails) if mail.id in new]
    people = [mail.person_id for mail in written]
    waits = {entry.person_id for entry in digest_entries(session, c.today, people)}
    for mail in written:
        needed = mail.person_id in waits
        assert (mail.id in claimed) == bool(mail.content) == needed
        assert mail.state == ("sending" if needed else "needless")
