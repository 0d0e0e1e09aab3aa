"""Whatever people, crashes and clocks do in whatever order: the record stays true, and everybody
is told what they are owed, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

import naive_planner
from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Clock,
    Digest,
    Outbox,
    Report,
    ReportState,
    Request,
    RequestState,
)
from torture import holds, length
from torture.copies import Copies
from torture.faults import Death, FaultyRelay, Points, on_commits, on_statements, relaying
from torture.model import Holder, Model, Postmark
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Refused
from workflow.rules.requests import Completion, DeliveredMilestone, NewDate
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.context import Context
from workflow.verbs.mail.deliver import LEASE, deliver
from workflow.verbs.people.save_person import end_role, give_role
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.reminders.remind import remind
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.reports.undo import undo
from workflow.verbs.reports.waive import waive
from workflow.verbs.reports.withdraw import withdraw
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.request import request
from workflow.verbs.requests.withdraw_request import withdraw_request
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds
from workflow.verbs.units.leave_group import leave_group
from workflow.verbs.units.merge_units import merge_units
from worlds import ISSUED, KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city

TABLES: dict[str, tuple[Any, Any]] = {
    "assignment": (Assignment, AssignmentState),
    "report": (Report, ReportState),
    "request": (Request, RequestState),
}
KINDS = ["extension", "completion", "suspension", "resumption", "termination"]
FROM: dict[Any, tuple[str, ...]] = {
    sign_off: ("submitted",),
    send_back: ("submitted",),
    withdraw: ("submitted",),
    accept: ("signed_off",),
    return_report: ("signed_off",),
    undo: ("accepted", "returned"),
    waive: ("due", "draft", "returned"),
    extend_report: ("due", "draft", "returned"),
}
IN_UNIT: dict[Any, str] = {sign_off: "deputy_head", send_back: "deputy_head", withdraw: "liaison"}
WITH_REASON = (send_back, return_report, waive, extend_report)
NIL = {"status": "on_track", "nil": "1", "change_note": "已补充。"}
CLOCK, POSTMAN = system("clock"), system("deliver")
ANSWERS = ["", "421 closing", "451 not now"]
BEFORE_COMMIT, AFTER_COMMIT = -1, -2
pick = st.integers(0, 99)


class City(RuleBasedStateMachine):
    """A little city in which anything is tried; what fails must change nothing."""

    copies: Copies
    source: World
    kept: str
    relay: FaultyRelay
    statements = Points()
    committing = Points()
    committed = Points()

    def __init__(self) -> None:
        super().__init__()
        self.disarm()
        self.copies.put(self.source.database, self.kept)
        self.world = replace(self.source)
        units = self.world.units
        self.model = Model(
            [
                Holder(who, units.get(unit, 0), role)
                for (unit, role), who in self.world.people.items()
            ]
        )
        letters = self.values(select(Outbox.kind, Outbox.person_id), whole=True)
        self.model.letters.update((kind, person) for kind, person in letters)
        self.relay.received.clear()
        self.postmark = Postmark(self.relay)
        self.keys = count(1)
        self.dies_at = 0
        self.done = 0
        self.known: dict[str, list[str]] | None = None

    def teardown(self) -> None:
        # Nothing is ever overwritten, so what was broken on the way still shows at the end.
        try:
            self.everything_arrives_in_the_end()
            holds.the_record_holds(self.world.database, self.model.heads)
        finally:
            length.count["sequences"] += 1

    @property
    def today(self) -> date:
        with self.world.reading(CLOCK) as c:
            return c.today

    def values(self, what: Any, whole: bool = False) -> list[Any]:
        with self.world.database.read() as s:
            return list(s.execute(what).all() if whole else s.scalars(what).all())

    def one(self, subject: str, number: int, *wanted: str) -> Any:
        """One of those in a state wanted, or, once in a while, of all."""
        table, states = TABLES[subject]
        which = select(table).join(states, getattr(states, f"{subject}_id") == table.id)
        which = which.where(states.open())
        if wanted and number % 5:
            which = which.where(states.state.in_(wanted))
        found = self.values(which.order_by(table.id))
        return found[number // 5 % len(found)] if found else None

    def of_unit(self, unit: int, role: str) -> int:
        """Who holds the role now, or who held it at first: that one is refused."""
        held = self.model.holding(unit, role, self.today)
        name = next(name for name, i in self.world.units.items() if i == unit)
        return held[0] if held else self.world.person(name, role)

    def decider(self, unit: int) -> int:
        mine = unit == self.world.units[OFFICE]
        return self.world.person(LABOUR, "reviewer") if mine else self.world.reviewer

    def office(self, unit: int) -> int:
        """A reviewer who may decide for the unit, or may not."""
        return self.world.reviewer if self.done % 7 == 0 else self.decider(unit)

    def attempt(self, who: Any, verb: Callable[..., Any], **given: Any) -> tuple[Any] | None:
        """The verb's result in a tuple, or None where it was refused or died: then nothing has
        changed."""
        if self.known is None:
            self.known = holds.everything(self.world.database)
        result: list[Any] = []
        self.arm()
        try:
            self.world.do(who, lambda c: result.append(verb(c, **given)))
        except Refused:
            result.clear()
        except Death:
            length.count["crashes"] += 1
            if not self.committed.struck:
                result.clear()
        finally:
            self.disarm()
        length.count["attempts"] += 1
        if not result:
            assert holds.everything(self.world.database) == self.known, verb
            return None
        self.known = None
        self.done += 1
        self.model.heads += holds.heads_of(self.world.database)
        return (result[0],)

    def arm(self) -> None:
        self.statements.arm(max(self.dies_at, 0))
        self.committing.arm(self.dies_at == BEFORE_COMMIT)
        self.committed.arm(self.dies_at == AFTER_COMMIT)
        self.dies_at = 0

    def disarm(self) -> None:
        for points in (self.statements, self.committing, self.committed):
            points.at = 0

    @rule(at=st.one_of(st.sampled_from([BEFORE_COMMIT, AFTER_COMMIT]), st.integers(1, 40)))
    def the_next_one_dies(self, at: int) -> None:
        """In the middle of its transaction, before the commit, or before anybody was told of it."""
        self.dies_at = at

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.world.now += timedelta(days=days, hours=1)
        self.attempt(CLOCK, close_rounds)
        self.attempt(CLOCK, open_rounds)

    @rule(again=st.booleans())
    def reminders_are_due(self, again: bool) -> None:
        for _ in range(1 + again):
            with self.world.database.read() as s:
                due = naive_planner.plan(s, self.today)
            of_today = Digest.local_date == self.today
            have_one = set(self.values(select(Digest.person_id).where(of_today)))
            if self.attempt(CLOCK, remind):
                lines = {line[:4] for line in due}
                assert not lines & self.model.ledger
                self.model.ledger |= lines
                self.model.tell("digest", list({line[3] for line in due} - have_one))

    @rule()
    def the_heads_leave(self) -> None:
        now = {chain: no for chain, no, _hash in holds.heads_of(self.world.database)}
        if self.attempt(CLOCK, checkpoint):
            self.model.heads_leave(now, self.today, self.world.administrator)

    @rule(at=st.integers(0, 30), how=st.sampled_from(ANSWERS))
    def the_mail_goes(self, at: int, how: str) -> None:
        self.send(self.acting_postman(0, 0), at, how)

    @rule(transaction=st.integers(1, 3), at=st.one_of(st.integers(-2, 0), st.integers(1, 12)))
    def the_postman_dies(self, transaction: int, at: int) -> None:
        """Of every two transactions the first claims, the second settles; between them is the
        network. At 0 he dies before the transaction begins."""
        self.send(self.acting_postman(transaction, at), 0, "")

    def acting_postman(self, transaction: int, at: int) -> Callable[[], Any]:
        opened = count(1)

        @contextmanager
        def acting() -> Iterator[Context]:
            if next(opened) == transaction:
                if not at:
                    raise Death
                self.dies_at = at
            self.arm()
            try:
                with self.world.acting(POSTMAN) as c:
                    yield c
            finally:
                self.disarm()

        return acting

    def send(self, acting: Callable[[], Any], at: int, how: str) -> None:
        self.dies_at, self.known = 0, None
        self.relay.arm(at, how)
        died = False
        try:
            deliver(acting, self.relay.relay(connections=1))
        except Death:
            died = True
            length.count["crashes"] += 1
        length.count["faults"] += self.relay.struck
        self.postmark.look(in_doubt=died or self.relay.struck)
        self.relay.arm(0)
        self.dies_at = 0

    @rule(hours=st.integers(1, 20), number=pick)
    def the_clock_is_set_back(self, hours: int, number: int) -> None:
        """What is done by it is refused, or done as rightly as ever."""
        before = self.world.now
        self.world.now -= timedelta(hours=hours)
        self.attempt(CLOCK, open_rounds)
        self.reminders_are_due(False)
        self.a_unit_reports(number, True)
        self.world.now = before + timedelta(minutes=1)

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
            if self.attempt(who, dispute, assignment_id=part.id, reason="不属本单位职责"):
                self.model.tell("dispute", [self.decider(part.unit_id)])

    @rule(number=pick, kind=st.sampled_from(KINDS), days=st.integers(1, 400))
    def a_unit_asks(self, number: int, kind: str, days: int) -> None:
        part = self.one("assignment", number, "acknowledged", "issued")
        if part is None:
            return
        wish: Any = None
        if kind == "extension":
            wish = NewDate(max(self.today, date(2021, 6, 30)) + timedelta(days=days))
        if kind == "completion" and days % 2:
            wish = Completion((DeliveredMilestone(1, "小政办〔2021〕8号", self.today),))
        given = {"kind": kind, "reason": "情况说明", "wish": wish, "document": "批〔2021〕3号"}
        who = self.of_unit(part.unit_id, "liaison")
        if self.attempt(who, request, assignment_id=part.id, **given):
            self.model.tell("dispute", [self.decider(part.unit_id)])

    @rule(number=pick, approve=st.booleans(), unit=st.integers(1, 5))
    def the_office_decides(self, number: int, approve: bool, unit: int) -> None:
        asked = self.one("request", number, "pending")
        if asked is None:
            return
        last = self.newest_part()
        given = {"request_id": asked.id, "approve": approve, "reply": "经研究"}
        done = self.attempt(self.office(asked.unit_id), decide, **given, to_unit_id=unit)
        if done:
            liaisons = self.holding(asked.unit_id, "liaison")
            self.model.tell("decision", liaisons + self.holding(asked.unit_id, "deputy_head"))
            self.tell_of_new_parts(last)

    @rule(number=pick)
    def a_unit_takes_back_what_it_asked(self, number: int) -> None:
        asked = self.one("request", number, "pending")
        if asked is not None:
            who = self.of_unit(asked.unit_id, "liaison")
            self.attempt(who, withdraw_request, request_id=asked.id)

    @rule(number=pick)
    def a_draft_is_saved(self, number: int) -> None:
        report = self.one("report", number, "due", "draft", "returned")
        if report is not None:
            words = {**NIL, "nil_reason": f"第{self.done}稿"}
            who, seen = self.of_unit(report.unit_id, "liaison"), self.seen(report.id, number)
            given = {"report_id": report.id, "content": words, "version": seen}
            if done := self.attempt(who, save_draft, **given):
                self.model.typed[report.id] = (plain(words), done[0])

    @rule(number=pick, typed=st.booleans())
    def a_unit_reports(self, number: int, typed: bool) -> None:
        report = self.one("report", number, "due", "draft", "returned")
        if report is None:
            return
        words = {**NIL, "nil_reason": f"第{self.done}次"} if typed else None
        who, seen = self.of_unit(report.unit_id, "liaison"), self.seen(report.id, number)
        key = f"k{next(self.keys)}"
        given = {"report_id": report.id, "version": seen, "key": key, "content": words}
        if done := self.attempt(who, submit, **given):
            if words:
                self.model.typed[report.id] = (plain(words), seen + 1)
            told = json.loads(self.model.typed[report.id][0])["nil_reason"]
            self.model.filed[key] = (report.id, told, done[0].number)
            self.model.tell("receipt", [who])

    @precondition(lambda self: self.model.filed)
    @rule(number=pick)
    def a_form_is_sent_twice(self, number: int) -> None:
        keys = sorted(self.model.filed)
        key = keys[number % len(keys)]
        report_id, _, receipt = self.model.filed[key]
        report = self.values(select(Report).where(Report.id == report_id))[0]
        who = self.of_unit(report.unit_id, "liaison")
        done = self.attempt(who, submit, report_id=report_id, version=0, key=key, content=NIL)
        assert done is None or done[0].number == receipt

    @rule(number=pick, verb=st.sampled_from(list(FROM)))
    def a_report_goes_on(self, number: int, verb: Any) -> None:
        report = self.one("report", number, *FROM[verb])
        if report is None:
            return
        given: dict[str, Any] = {"report_id": report.id, "version": report.version}
        role = IN_UNIT.get(verb)
        who = self.of_unit(report.unit_id, role) if role else self.office(report.unit_id)
        if verb in WITH_REASON:
            given["reason"] = "请补充数据"
        if verb is extend_report:
            due = self.values(select(Clock.due_on).where(Clock.id == report.clock_id))[0]
            given["due_on"] = max(due, self.today) + timedelta(days=1 + number % 20)
        if self.attempt(who, verb, **given):
            liaisons = self.holding(report.unit_id, "liaison")
            if verb is return_report:
                deputies = self.holding(report.unit_id, "deputy_head")
                self.model.tell("returned", liaisons + deputies)
            if verb in (send_back, extend_report):
                self.model.tell("sent_back" if verb is send_back else "decision", liaisons)

    @rule(unit=st.sampled_from([SCIENCE, LABOUR, LONGYOU]), role=st.just("liaison"))
    def the_liaison_changes(self, unit: str, role: str) -> None:
        """The deputy head takes over, or gives back to whoever it was at first."""
        unit_id, admin = self.world.units[unit], self.world.administrator
        held = self.holding(unit_id, role)
        first, deputy = self.world.person(unit, role), self.world.person(unit, "deputy_head")
        new = deputy if first in held else first
        if new not in held and self.attempt(
            admin, give_role, person_id=new, role=role, unit_id=unit_id
        ):
            self.model.holders.append(Holder(new, unit_id, role, self.today))
        for old in held:
            if self.attempt(admin, end_role, person_id=old, role=role, unit_id=unit_id):
                for one in self.model.holders:
                    if (one.person, one.unit, one.role) == (old, unit_id, role):
                        one.until = min(one.until, self.today)

    @precondition(lambda self: self.done > 20)
    @rule(unit=st.sampled_from([KECHENG, LONGYOU]), merged=st.booleans())
    def a_county_goes(self, unit: str, merged: bool) -> None:
        units, admin, last = self.world.units, self.world.administrator, self.newest_part()
        if not merged:
            self.attempt(admin, leave_group, group_id=1, unit_id=units[unit])
        elif self.attempt(admin, merge_units, unit_id=units[unit], successor_id=units[LABOUR]):
            self.tell_of_new_parts(last)

    def holding(self, unit: int, role: str) -> list[int]:
        return self.model.holding(unit, role, self.today)

    def seen(self, report_id: int, number: int) -> int:
        """The draft's version as the liaison saw it: the last, or once in a while an old one."""
        last = self.model.typed.get(report_id, ("", 0))[1]
        return last if number % 6 else max(last - 1, 0)

    def newest_part(self) -> int:
        return self.values(select(func.max(Assignment.id)))[0]

    def tell_of_new_parts(self, last: int) -> None:
        """The liaisons of whoever was issued a task are told of each."""
        for unit in self.values(select(Assignment.unit_id).where(Assignment.id > last)):
            self.model.tell("issue", self.holding(unit, "liaison"))

    def everything_arrives_in_the_end(self) -> None:
        for _ in range(4):
            self.world.now += max(LEASE, timedelta(hours=1))
            self.send(self.acting_postman(0, 0), 0, "")
        assert set(self.values(select(Outbox.state))) <= {"sent", "needless"}
        nothing_waited = select(Outbox.kind, Outbox.person_id).where(Outbox.state == "needless")
        needless = Counter(tuple(row) for row in self.values(nothing_waited, whole=True))
        assert {kind for kind, _person in needless} <= {"digest"}
        with self.world.database.read() as s:
            self.model.agrees_with(s)
            self.postmark.agrees_with(s, self.model.letters - needless)


def plain(words: dict[str, str]) -> str:
    """A draft's words as they are stored."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def a_city_in_its_first_round(database: Database) -> World:
    world = little_city(database)
    world.now = ISSUED + timedelta(days=70)
    for code, unit in (("1.1", SCIENCE), ("1.2", LABOUR), ("2.2", KECHENG)):
        part = world.assignment(code, unit)
        world.do(world.person(unit, "liaison"), acknowledge, assignment_id=part)
    world.do(CLOCK, open_rounds)
    world.now += timedelta(hours=1)
    return world


def test_the_record_stays_true_and_everybody_is_told_once(copies: Copies) -> None:
    City.copies = copies
    City.source = a_city_in_its_first_round(copies.opened(copies.empty))
    City.kept = copies.of(City.source.database)
    on_statements(City.source.database, City.statements)
    on_commits(City.source.database, City.committing, City.committed)
    how = settings(
        max_examples=10,
        stateful_step_count=50,
        deadline=None,
        database=None,
        derandomize=not length.MINUTES,
        # Minutes of shrinking are for whoever looks for a cause, not for the suite.
        phases=[Phase.generate, Phase.shrink] if length.MINUTES else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with relaying() as City.relay:
        for number in length.seeds(0.35):
            machine = seed(number)(City) if length.MINUTES else City
            run_state_machine_as_test(machine, settings=how)
