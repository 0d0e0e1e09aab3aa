"""Whatever people do in whatever order, the record stays true."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Event,
    MeasureVersion,
    Milestone,
    Report,
    ReportState,
    Request,
    RequestState,
    TaskState,
    TaskVersion,
)
from db.types import FOREVER
from workflow.rules.permissions import system
from workflow.rules.refusals import Refused
from workflow.rules.states import INITIAL, TRANSITIONS
from workflow.rules.wishes import Completion, Delivered, NewDate
from workflow.verbs.accept import accept
from workflow.verbs.acknowledge import acknowledge
from workflow.verbs.close_rounds import close_rounds
from workflow.verbs.decide import decide
from workflow.verbs.dispute import dispute
from workflow.verbs.leave_group import leave_group
from workflow.verbs.open_rounds import open_rounds
from workflow.verbs.request import request
from workflow.verbs.return_report import return_report
from workflow.verbs.sign_off import sign_off
from workflow.verbs.submit import submit
from workflow.verbs.undo import undo
from workflow.verbs.verify_audit import verify_audit
from workflow.verbs.withdraw_request import withdraw_request
from worlds import ISSUED, KECHENG, LABOUR, SCIENCE, World, little_city

STEPS = {(t.subject, before, t.after) for t in TRANSITIONS for before in t.before}
ACTIONS = {(t.subject, t.action) for t in TRANSITIONS}
HISTORIES: dict[str, tuple[Any, str]] = {
    "task": (TaskState, "task_id"),
    "assignment": (AssignmentState, "assignment_id"),
    "report": (ReportState, "report_id"),
    "request": (RequestState, "request_id"),
}
TABLES = {"assignment": Assignment, "report": Report, "request": Request}
PROMISES: list[tuple[Any, tuple[str, ...]]] = [
    (TaskVersion, ("task_id",)),
    (MeasureVersion, ("measure_id",)),
    (Milestone, ("task_id", "no")),
    (Assignment, ("task_id", "unit_id")),
]
KINDS = ["extension", "completion", "suspension", "resumption", "termination"]
FROM = {
    sign_off: ["submitted"],
    accept: ["signed_off"],
    return_report: ["signed_off"],
    undo: ["accepted", "returned"],
}
NIL = {"status": "on_track", "nil": "1", "nil_reason": "方案报批中。", "change_note": "已补充。"}
CLOCK = system("clock")
pick = st.integers(0, 99)


class City(RuleBasedStateMachine):
    """A little city in which anything is tried; what a verb refuses must change nothing."""

    template: Path
    place: Path
    numbers = count(1)

    def __init__(self) -> None:
        super().__init__()
        path = self.place / f"{next(self.numbers)}.db"
        shutil.copy(self.template, path)
        self.world = World(Database(f"sqlite:///{path}"))
        self.world.__dict__.update(
            {k: v for k, v in SOURCE["world"].__dict__.items() if k != "database"}
        )
        self.keys = count(1)
        self.done = 0

    def teardown(self) -> None:
        # Nothing is ever overwritten, so what was broken on the way still shows at the end.
        try:
            self.every_state_is_reached_by_the_table_with_one_event()
            self.promises_never_overlap()
            self.whoever_is_in_force_is_in_a_state_of_force()
            self.the_chain_holds()
        finally:
            self.world.database.dispose()

    def rows(self, what: Any) -> list[Any]:
        with self.world.database.read() as s:
            return list(s.scalars(what).all())

    def one(self, subject: str, number: int, *wanted: str) -> Any:
        """One of those in a state wanted, or, once in a while, of all."""
        table = TABLES[subject]
        states, key = HISTORIES[subject]
        which = select(table).join(states, getattr(states, key) == table.id).where(states.open())
        if wanted and number % 5:
            which = which.where(states.state.in_(wanted))
        found = self.rows(which.order_by(table.id))
        return found[number // 5 % len(found)] if found else None

    def attempt(self, who: Any, verb: Callable[..., Any], **given: Any) -> None:
        try:
            self.world.do(who, verb, **given)
            self.done += 1
        except Refused:
            pass

    def of_unit(self, unit_id: int, role: str) -> int:
        name = next(name for name, i in self.world.units.items() if i == unit_id)
        return self.world.person(name, role)

    def office(self, unit_id: int) -> int:
        """A reviewer who may decide for the unit, or may not."""
        return (
            self.world.reviewer if unit_id != 1 else self.world.person("市人力社保局", "reviewer")
        )

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.world.now += timedelta(days=days, hours=1)
        self.attempt(CLOCK, open_rounds)
        self.attempt(CLOCK, close_rounds)

    @rule(number=pick)
    def a_unit_acknowledges(self, number: int) -> None:
        part = self.one("assignment", number, "issued")
        if part is not None:
            who = self.of_unit(part.unit_id, "liaison")
            self.attempt(who, acknowledge, assignment_id=part.id)

    @rule(number=pick)
    def a_unit_objects(self, number: int) -> None:
        part = self.one("assignment", number, "acknowledged")
        if part is not None:
            who = self.of_unit(part.unit_id, "liaison")
            self.attempt(who, dispute, assignment_id=part.id, reason="不属本单位职责")

    @rule(number=pick, kind=st.sampled_from(KINDS), days=st.integers(1, 400))
    def a_unit_asks(self, number: int, kind: str, days: int) -> None:
        part = self.one("assignment", number, "acknowledged", "issued")
        if part is None:
            return
        today = self.world.now.date()
        wish: Any = None
        if kind == "extension":
            wish = NewDate(max(today, date(2021, 6, 30)) + timedelta(days=days))
        if kind == "completion" and days % 2:
            wish = Completion((Delivered(1, "小政办〔2021〕8号", today),))
        self.attempt(
            self.of_unit(part.unit_id, "liaison"),
            request,
            assignment_id=part.id,
            kind=kind,
            reason="情况说明",
            wish=wish,
            document="批〔2021〕3号",
        )

    @rule(number=pick, approve=st.booleans(), unit=st.integers(1, 5), mine=st.booleans())
    def the_office_decides(self, number: int, approve: bool, unit: int, mine: bool) -> None:
        asked = self.one("request", number, "pending")
        if asked is None:
            return
        who = self.world.reviewer if mine else self.office(asked.unit_id)
        given = {"request_id": asked.id, "approve": approve, "reply": "经研究"}
        self.attempt(who, decide, **given, to_unit_id=unit)

    @rule(number=pick)
    def a_unit_takes_back_what_it_asked(self, number: int) -> None:
        asked = self.one("request", number, "pending")
        if asked is not None:
            who = self.of_unit(asked.unit_id, "liaison")
            self.attempt(who, withdraw_request, request_id=asked.id)

    @rule(number=pick)
    def a_unit_reports(self, number: int) -> None:
        report = self.one("report", number, "due", "draft", "returned")
        if report is not None:
            who = self.of_unit(report.unit_id, "liaison")
            key = f"k{next(self.keys)}"
            self.attempt(who, submit, report_id=report.id, version=0, key=key, content=NIL)

    @rule(number=pick, verb=st.sampled_from(list(FROM)))
    def a_report_goes_on(self, number: int, verb: Any) -> None:
        report = self.one("report", number, *FROM[verb])
        if report is None:
            return
        who = self.of_unit(report.unit_id, "deputy_head")
        given: dict[str, Any] = {"report_id": report.id, "version": report.version}
        if verb is not sign_off:
            who = self.office(report.unit_id)
        if verb is return_report:
            given["reason"] = "请补充数据"
        self.attempt(who, verb, **given)

    @precondition(lambda self: self.done > 20)
    @rule(unit=st.sampled_from([4, 5]))
    def a_county_leaves(self, unit: int) -> None:
        self.attempt(self.world.administrator, leave_group, group_id=1, unit_id=unit)

    def every_state_is_reached_by_the_table_with_one_event(self) -> None:
        events: dict[tuple[Any, ...], int] = defaultdict(int)
        for e in self.rows(select(Event)):
            if (e.subject, e.action) in ACTIONS:
                events[e.subject, e.subject_id, e.before, e.after, e.at] += 1
        moved: dict[tuple[Any, ...], int] = defaultdict(int)
        for subject, (table, key) in HISTORIES.items():
            histories = defaultdict(list)
            for row in self.rows(select(table).order_by(table.id)):
                histories[getattr(row, key)].append(row)
            for subject_id, rows in histories.items():
                assert rows[0].state == INITIAL[subject]
                assert rows[-1].known_to == FOREVER
                for old, new in pairwise(rows):
                    assert old.known_to == new.known_from
                    assert (subject, old.state, new.state) in STEPS
                    moved[subject, subject_id, old.state, new.state, new.known_from] += 1
        assert moved == events

    def promises_never_overlap(self) -> None:
        for table, key in PROMISES:
            intervals = defaultdict(list)
            for row in self.rows(select(table).order_by(table.known_from, table.id)):
                intervals[tuple(getattr(row, name) for name in key)].append(row)
            for rows in intervals.values():
                assert all(old.known_to <= new.known_from for old, new in pairwise(rows))

    def whoever_is_in_force_is_in_a_state_of_force(self) -> None:
        with self.world.database.read() as s:
            rows = s.execute(
                select(Assignment.known_to, AssignmentState.state)
                .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
                .where(AssignmentState.open())
            ).all()
        assert all((state == "ended") == (known_to != FOREVER) for known_to, state in rows)

    def the_chain_holds(self) -> None:
        with self.world.reading(system("auditor")) as c:
            assert verify_audit(c, from_checkpoint=False).broken is None


SOURCE: dict[str, World] = {}


def test_the_record_stays_true(sqlite_database: Database, tmp_path: Path) -> None:
    world = little_city(sqlite_database)
    world.now = ISSUED + timedelta(days=70)
    for code, unit in (("1.1", SCIENCE), ("1.2", LABOUR), ("2.2", KECHENG)):
        part = world.assignment(code, unit)
        world.do(world.person(unit, "liaison"), acknowledge, assignment_id=part)
    world.do(CLOCK, open_rounds)
    world.now += timedelta(hours=1)
    sqlite_database.dispose()
    SOURCE["world"] = world
    City.template = Path(str(sqlite_database.url.database))
    City.place = tmp_path
    run_state_machine_as_test(
        City,
        settings=settings(
            max_examples=10,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
