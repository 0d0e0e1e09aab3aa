"""The overview agrees, for random histories at random past instants, with a naive one that reads
all rows and thinks in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import record
from db.engine import Database
from db.models import (
    Assignment,
    Clock,
    Draft,
    Item,
    Measure,
    MeasureVersion,
    Milestone,
    Report,
    ReportDecision,
    ReportState,
    Round,
    Submission,
    SubmissionMilestone,
    SubmissionValue,
    Task,
    TaskState,
    TaskVersion,
    YearTarget,
)
from db.queries.progress.overview import Overview, OverviewSelection, overview
from little_city import CLOCK, LETTERHEAD, City, found, found_with, noon
from workflow.rules.access.permissions import system
from workflow.rules.progress.judging import Promise, PromisedStep, ReportedRound, TaskStatus, judge
from workflow.rules.progress.lights import Light, settled
from workflow.rules.refusals import NotFound, Refused
from workflow.rules.reporting.filings import filings
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.reporting.punctuality import punctuality
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.dates import local_date
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.ask_again import ask_again
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.receive import receive
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.reports.undo import undo
from workflow.verbs.reports.waive import waive
from workflow.verbs.reports.withdraw import withdraw
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

ZONE = LETTERHEAD.zone
READER = system("reader")
WORST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.DONE)


class Life:
    """A year in which people do this and that, most of it what comes next."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.dice, self.no = city, random.Random(seed), 0
        self.names = {unit: name for name, unit in city.units.items()}

    def live(self, until: datetime) -> None:
        city = self.city
        while city.now < until:
            city.now += timedelta(hours=self.dice.randrange(1, 96))
            with city.acting(CLOCK) as c:
                open_rounds(c)
                close_rounds(c)
            for _ in range(3):
                self.step()
            if self.dice.random() < 0.1:
                self.promise_anew()

    def step(self) -> None:
        with self.city.database.read() as session:
            reports = session.scalars(select(Report)).all()
            if not reports:
                return
            one = self.dice.choice(reports)
            state = record.state_of(session, "report", one.id)
            draft = session.get(Draft, one.id)
        unit = self.names[one.unit_id]
        lead = self.names[one.lead_unit_id]
        try:
            if self.dice.random() < 0.05:
                self.decide(one)
            elif state in ("due", "draft", "returned"):
                self.file(one, unit, draft.version if draft else 0)
            elif state == "submitted" and unit != lead:
                verb: Any = self.dice.choice((receive, ask_again))
                self.act(f"{lead}.liaison", verb, one)
            elif state == "submitted":
                verb = self.dice.choice((sign_off, sign_off, withdraw))
                who = "liaison" if verb is withdraw else "deputy"
                self.act(f"{unit}.{who}", verb, one)
            elif state == "signed_off":
                self.act("second", self.dice.choice((accept, accept, return_report)), one)
            else:
                self.act("second", undo, one)
        except Refused:
            return

    def act(self, who: str, verb: Any, one: Report, **more: Any) -> None:
        if verb in (ask_again, return_report, waive):
            more["reason"] = "理由"
        with self.city.acting(who) as c:
            verb(c, report_id=one.id, version=one.version, **more)

    def decide(self, one: Report) -> None:
        if self.dice.random() < 0.3:
            self.act("second", waive, one)
        else:
            due = local_date(self.city.now, ZONE) + timedelta(days=self.dice.randrange(1, 30))
            self.act("second", extend_report, one, due_on=due, reason="理由")

    def file(self, one: Report, unit: str, version: int) -> None:
        said = {
            "status": self.dice.choice(("on_track", "behind", "stuck", "done")),
            "text": "组织培训三期，新增高技能人才。",
            "problem": "经费",
            "change_note": "已改",
        }
        for measure in self.city.measures.values():
            said[f"value:{measure}"] = str(self.dice.randrange(200))
        if self.dice.random() < 0.3:
            day = local_date(self.city.now, ZONE) - timedelta(days=3)
            said[f"reached:{self.city.milestones['rules']}"] = day.isoformat()
        self.no += 1
        with self.city.acting(f"{unit}.liaison") as c:
            submit(c, report_id=one.id, version=version, key=f"k{self.no}", content=said)

    def promise_anew(self) -> None:
        city, dice = self.city, self.dice
        with city.database.write() as session:
            if dice.random() < 0.5:
                target = session.scalars(select(YearTarget).where(YearTarget.open())).first()
                assert target is not None
                which = [YearTarget.id == target.id]
                value = Decimal(dice.randrange(50, 200))
                values = {
                    "measure_id": target.measure_id, "unit_id": target.unit_id,
                    "year": target.year, "value": value, "written": str(value),
                }  # fmt: skip
                record.replace_interval(session, YearTarget, which, values, city.now)
                return
            task = dice.choice(list(city.tasks.values()))
            state = record.state_of(session, "task", task)
            other = "suspended" if state == "under_way" else "under_way"
            values = {"task_id": task, "state": other}
            record.replace_interval(
                session, TaskState, [TaskState.task_id == task], values, city.now
            )


class Naive:
    """The board of an instant from all rows."""

    def __init__(self, session: Session, city: City, at: datetime) -> None:
        self.session, self.city, self.at = session, city, at
        self.day = local_date(at, ZONE)
        self.calendar = Calendar()
        self.all = {
            model: session.scalars(select(model).order_by(model.id)).all()
            for model in (
                Task, TaskVersion, TaskState, Measure, MeasureVersion, YearTarget, Milestone,
                Assignment, Round, Report, ReportState, ReportDecision, Submission, Clock, Item,
            )
        }  # fmt: skip
        self.values = session.scalars(select(SubmissionValue)).all()
        self.reached = session.scalars(select(SubmissionMilestone)).all()
        self.rounds = {r.id: r for r in self.all[Round] if r.opened_at <= at}
        self.reports = [r for r in self.all[Report] if self.state(r)]

    def now(self, model: type[Any], **which: int) -> list[Any]:
        return [
            row
            for row in self.all[model]
            if row.known_from <= self.at < row.known_to
            and all(getattr(row, key) == value for key, value in which.items())
        ]

    def state(self, report: Report) -> str:
        found = self.now(ReportState, report_id=report.id)
        return found[0].state if found else ""

    def told(self, task: Task) -> list[ReportedRound]:
        found = []
        for report in self.reports:
            if report.task_id != task.id or self.state(report) not in ("signed_off", "accepted"):
                continue
            sent = [s for s in self.all[Submission] if s.report_id == report.id and s.at <= self.at]
            last = max(sent, key=lambda s: s.no)
            to = self.rounds[report.round_id]
            found.append(
                ReportedRound(
                    report.unit_id, to.year, to.due_on, report.unit_id == report.lead_unit_id,
                    last.status,
                    {v.measure_id: v.value for v in self.values if v.submission_id == last.id},
                    self.steps_reached(last.id),
                )
            )  # fmt: skip
        return sorted(found, key=lambda one: one.on)

    def steps_reached(self, submission_id: int) -> dict[int, date]:
        rows = [row for row in self.reached if row.submission_id == submission_id]
        return {row.milestone_id: row.reached_on for row in rows}

    def standing(self, task: Task) -> TaskStatus:
        promises = []
        for measure in [m for m in self.all[Measure] if m.task_id == task.id]:
            (v,) = self.now(MeasureVersion, measure_id=measure.id)
            shares: dict[int, dict[int, Decimal]] = {}
            for t in self.now(YearTarget, measure_id=measure.id):
                shares.setdefault(t.unit_id, {})[t.year] = t.value
            promises.append(
                Promise(
                    measure.id, v.metric, v.op, v.unit, v.kind, v.value, v.by_year, v.baseline,
                    v.frequency, v.curve, shares=shares,
                )
            )  # fmt: skip
        parts = sorted(self.now(Assignment, task_id=task.id), key=lambda a: (a.position, a.id))
        answerable = [
            a.unit_id
            for a in parts
            if a.role == "joint" or (a.role == "lead" and (a.collects or a.from_group_id))
        ]
        collector = [a.unit_id for a in parts if a.collects and not a.from_group_id]
        (version,) = self.now(TaskVersion, task_id=task.id)
        (state,) = self.now(TaskState, task_id=task.id)
        steps = [
            PromisedStep(m.id, m.title, m.due, m.deliverable)
            for m in self.now(Milestone, task_id=task.id)
        ]
        return TaskStatus(
            state.state, version.due, 2021, 2025, tuple(promises), tuple(steps), tuple(answerable),
            collector[0] if collector else None, tuple(self.told(task)),
        )  # fmt: skip

    def word(self, report: Report) -> Any:
        clocks = {clock.id: clock.due_on for clock in self.all[Clock]}
        due = clocks[report.first_clock_id]
        for decision in self.all[ReportDecision]:
            if decision.report_id == report.id and decision.clock_id and decision.at <= self.at:
                due = clocks[decision.clock_id]
        states = [
            (s.state, s.known_from)
            for s in self.all[ReportState]
            if s.report_id == report.id and s.known_from <= self.at
        ]
        to_lead = report.unit_id != report.lead_unit_id
        return punctuality(due, filings(states, to_lead), self.day, self.calendar)

    def lights(self) -> dict[int, Light]:
        return {t.id: judge(self.standing(t), self.day).light for t in self.all[Task]}

    def cells(self) -> dict[tuple[int, str], tuple[Light, int, Counter[Any], int]]:
        rounds: Sequence[Round] = sorted(
            (r for r in self.rounds.values() if r.year == self.day.year), key=lambda r: r.due_on
        )
        found = {}
        living = [
            r for r in self.reports if self.state(r) != "waived" and r.round_id in self.rounds
        ]
        for unit in {r.unit_id for r in living}:
            mine = [r for r in living if r.unit_id == unit]
            lights: dict[int, list[Light]] = {r.id: [Light.GREY] for r in rounds}
            for task_id in {r.task_id for r in mine}:
                task = self.standing(self.session.get_one(Task, task_id))
                if unit in task.answerable:
                    judged = [
                        judge(task.of(unit).until(r.due_on), min(r.due_on, self.day)).light
                        for r in rounds
                    ]
                    for to, light in zip(rounds, settled(judged), strict=True):
                        lights[to.id].append(light)
            for to in rounds:
                these = [self.word(r) for r in mine if r.round_id == to.id]
                if these:
                    found[unit, to.period] = (
                        min(lights[to.id], key=WORST.index), len(these),
                        Counter(w.word for w in these), max(w.workdays for w in these),
                    )  # fmt: skip
        return found


def of(board: Overview) -> tuple[dict[int, Light], dict[Any, Any]]:
    lights = {line.id: line.judgement.light for item in board.items for line in item.tasks}
    cells = {
        (unit.unit_id, period): (cell.light, cell.owed, Counter(cell.words), cell.workdays)
        for unit in board.units
        for period, cell in unit.cells.items()
    }
    return lights, cells


@pytest.mark.parametrize("seed", [1, 2])
def test_the_board_of_any_past_day_is_right(database: Database, seed: int) -> None:
    city = found_with(database, PlanPolicy(supports_report=seed == 2))
    Life(city, seed).live(noon(7, 20))
    dice = random.Random(seed)
    instants = [noon(3, 1) + timedelta(hours=dice.randrange(24 * 145)) for _ in range(9)]
    seen = set()
    with database.read() as session:
        for at in [*instants, city.now]:
            board = overview(session, READER, [city.plan], at, ZONE)
            naive = Naive(session, city, at)
            lights, cells = of(board)
            assert lights == naive.lights()
            assert cells == naive.cells()
            assert sum(board.figures.lights.values()) == board.figures.tasks == len(lights)
            seen |= set(lights.values())
    assert {Light.RED, Light.GREEN, Light.GREY} <= seen


def test_filters_leave_out_tasks_units_and_figures(sqlite_database: Database) -> None:
    city = found(sqlite_database)
    Life(city, 3).live(noon(6, 20))
    with sqlite_database.read() as session:

        def ask(**which: Any) -> Overview:
            return overview(
                session, READER, [city.plan], city.now, ZONE, OverviewSelection(**which)
            )

        north = ask(units=frozenset({city.units["north"]}))
        assert [unit.name for unit in north.units] == ["北城区"]
        assert north.figures.tasks == 1
        assert ask(search="1.2").figures.tasks == 1
        assert ask(kinds=frozenset({"steady"})).figures.tasks == 3
        assert ask(items=frozenset({99})).items == ()
        for light in Light:
            shown = ask(lights=frozenset({light}))
            assert {n for n, count in shown.figures.lights.items() if count} <= {light}


def test_a_unit_sees_its_own_tasks_only_and_a_stranger_no_plan(sqlite_database: Database) -> None:
    city = found(sqlite_database)
    Life(city, 4).live(noon(5, 1))
    with city.reading("north.liaison") as c:
        board = overview(c.session, c.actor, [city.plan], c.now, ZONE)
        assert [line.id for item in board.items for line in item.tasks] == [city.tasks["towns"]]
        assert [unit.name for unit in board.units] == ["北城区"]
    with city.reading("north.liaison") as c, pytest.raises(NotFound):
        overview(c.session, c.actor, [city.plan + 1], c.now, ZONE)
