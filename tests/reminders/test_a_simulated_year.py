"""A year of one plan, day by day: the mails sent are those that the policy, read plainly, promises.

With holidays, late units, returns, a changed liaison, a week of cover, reports that are filed
between planning and sending, and five days on which nothing ran.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from db.engine import Database
from db.models import Assignment, Draft, Outbox, Person, Report, Round
from plain_policy import Matter, Reader, workdays_later, worked
from relay import Server, listening
from workflow.rules.access.permissions import system
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.mail.deliver import deliver
from workflow.verbs.people.cover import cover
from workflow.verbs.people.save_person import end_role, give_role
from workflow.verbs.reminders.remind import remind
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import KECHENG, LABOUR, LONGYOU, OFFICE, SCIENCE, World, little_city

CLOCK, POSTMAN = system("clock"), system("deliver")
FIRST, LAST = date(2021, 1, 5), date(2021, 12, 31)
OUTAGE = (date(2021, 9, 22), date(2021, 9, 26))
"""Five days around the date of the third round; a moved workday is the last of them."""
NEW_LIAISON, ON_LEAVE = date(2021, 6, 21), (date(2021, 3, 22), date(2021, 3, 26))
DUE = {"Q1": (3, 25), "Q2": (6, 25), "Q3": (9, 25), "Q4": (11, 30)}
NIL = {"status": "on_track", "nil": "1", "nil_reason": "本期无新进展", "change_note": "已补充。"}


@dataclass
class Year:
    world: World
    server: Server
    chance: Random
    reader: Reader
    holders: dict[tuple[str, str], set[int]]
    stand_in: dict[tuple[str, str], int] = field(default_factory=dict)
    acts: dict[tuple[date, time], list] = field(default_factory=dict)
    rounds: set[int] = field(default_factory=set)
    sent: int = 0
    needless: int = 0

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), UTC) - timedelta(hours=8)

    def plan_act(self, day: date, act, *given) -> None:
        """On a workday, most of them in the afternoon, some between planning and sending."""
        if not worked(day):
            day = workdays_later(day, 1)
        hour = time(8, 45) if self.chance.random() < 0.4 else time(14)
        self.acts.setdefault((day, hour), []).append((act, given))

    def carry_out(self, day: date, hour: time) -> None:
        for act, given in self.acts.pop((day, hour), ()):
            act(day, self.at(day, hour.hour, hour.minute), *given)

    def who(self, unit: str, role: str) -> int:
        return min(self.holders[unit, role])

    def people(self, day: date) -> dict[tuple[str, str], set[int]]:
        """Who holds what, with the substitute of whoever is on leave."""
        found = {post: set(people) for post, people in self.holders.items()}
        if ON_LEAVE[0] <= day <= ON_LEAVE[1]:
            for post, person in self.stand_in.items():
                found[post].add(person)
        return found

    def begin(self) -> None:
        due = workdays_later(date(2021, 1, 4), 5)
        names = {unit: name for name, unit in self.world.units.items()}
        with self.world.database.read() as session:
            parts = session.execute(
                select(Assignment.id, Assignment.unit_id).where(Assignment.open())
            ).all()
        for part, unit in parts:
            matter = Matter(("part", part), names[unit], due, "issued")
            self.reader.matters.append(matter)
            later = workdays_later(date(2021, 1, 4), self.chance.choice([1, 3, 4, 6, 7, 9, 12]))
            self.plan_act(later, self.acknowledges, matter)

    def acknowledges(self, _day: date, at: datetime, matter: Matter) -> None:
        self.world.do(self.who(matter.unit, "liaison"), acknowledge, at,
                      assignment_id=matter.key[1])  # fmt: skip
        matter.state = "acknowledged"
        self.reader.matters.remove(matter)

    def open(self, day: date) -> None:
        self.world.do(CLOCK, close_rounds, self.at(day, 0, 30))
        self.world.do(CLOCK, open_rounds, self.at(day, 6, 30))
        names = {unit: name for name, unit in self.world.units.items()}
        with self.world.database.read() as session:
            rows = session.execute(
                select(Report.id, Report.unit_id, Round.id, Round.period)
                .join(Round, Round.id == Report.round_id)
                .where(Report.round_id.not_in(self.rounds))
            ).all()
        for report, unit, which, period in rows:
            self.rounds.add(which)
            due = date(2021, *DUE[period[4:]])
            if not worked(due):
                due = workdays_later(due, 1)
            matter = Matter(("report", report), names[unit], due, "due",
                            closes=workdays_later(due, 15))  # fmt: skip
            self.reader.matters.append(matter)
            if self.chance.random() < 0.85:
                self.plan_act(workdays_later(due, self.chance.choice([-6, -4, -2, -1, 1, 2, 4, 8])),
                              self.submits, matter)  # fmt: skip

    def submits(self, day: date, at: datetime, matter: Matter) -> None:
        report = matter.key[1]
        with self.world.database.read() as session:
            draft = session.get(Draft, report)
        self.world.do(self.who(matter.unit, "liaison"), submit, at, report_id=report,
                      version=draft.version if draft else 0, key=f"{report}{at}",
                      content=NIL)  # fmt: skip
        matter.state = "submitted"
        self.plan_act(workdays_later(day, self.chance.choice([1, 1, 3])), self.signs, matter)

    def signs(self, day: date, at: datetime, matter: Matter) -> None:
        self.decide(sign_off, self.who(matter.unit, "deputy_head"), at, matter)
        review = workdays_later(matter.due, 5)
        matter.review_due = review if review > day else workdays_later(day, 5)
        matter.state = "signed_off"
        later = workdays_later(day, self.chance.choice([1, 3, 6, 8, 9]))
        self.plan_act(later, self.reviews, matter)

    def reviews(self, day: date, at: datetime, matter: Matter) -> None:
        reviewer = self.who(self.reader.unit_of(matter, "reviewer"), "reviewer")
        if self.chance.random() < 0.3:
            self.decide(return_report, reviewer, at, matter, reason="请补充数据")
            matter.state, matter.answer_due = "returned", workdays_later(day, 3)
            self.plan_act(
                workdays_later(day, self.chance.choice([1, 2, 5, 6])), self.submits, matter
            )
        else:
            self.decide(accept, reviewer, at, matter)
            matter.state = "accepted"

    def decide(self, verb, who: int, at: datetime, matter: Matter, **given: str) -> None:
        with self.world.database.read() as session:
            version = session.get_one(Report, matter.key[1]).version
        self.world.do(who, verb, at, report_id=matter.key[1], version=version, **given)

    def changes(self, day: date) -> None:
        administrator = self.world.administrator
        old, new = self.world.person(LABOUR, "liaison"), self.world.person(KECHENG, "deputy_head")
        unit = self.world.units[LABOUR]
        if day == NEW_LIAISON:
            with self.world.acting(administrator, self.at(day, 8)) as c:
                give_role(c, new, "liaison", unit)
                end_role(c, old, "liaison", unit)
            self.holders[LABOUR, "liaison"] = {new}
        if day == ON_LEAVE[0]:
            away, back = (
                self.world.person(SCIENCE, "liaison"),
                self.world.person(LONGYOU, "liaison"),
            )
            self.world.do(administrator, cover, self.at(day, 8), person_id=away,
                          substitute_id=back, first=ON_LEAVE[0], last=ON_LEAVE[1])  # fmt: skip
            self.stand_in[SCIENCE, "liaison"] = back

    def post(self, day: date) -> Counter[int]:
        """Deliver; who got a digest."""
        with self.world.database.read() as session:
            emails = dict(session.execute(select(Person.email, Person.id)).tuples().all())
            digests = set(session.scalars(select(Outbox.message_id).where(Outbox.kind == "digest")))
        self.server.received.clear()
        now = self.at(day, 9)
        deliver(lambda: self.world.acting(POSTMAN, now), self.server.relay())
        return Counter(
            emails[to]
            for to, content in self.server.received
            if any(f"Message-ID: {one}\r\n".encode() in content for one in digests)
        )


def test_whoever_is_owed_a_mail_gets_it_once_on_its_day(sqlite_database: Database) -> None:
    world = little_city(sqlite_database)
    holders = {post: {person} for post, person in world.people.items() if post[1] != "leader"}
    with listening() as server:
        year = Year(world, server, Random(7), Reader(OFFICE, LABOUR), holders)
        year.post(date(2021, 1, 4))
        year.begin()
        day = FIRST
        while day <= LAST:
            live_through(year, day)
            day += timedelta(days=1)
    assert year.sent > 150
    assert year.needless > 3


def live_through(year: Year, day: date) -> None:
    year.changes(day)
    out = OUTAGE[0] <= day <= OUTAGE[1]
    if not out:
        year.open(day)
    if not out and worked(day):
        told = year.reader.morning(day, year.people(day))
        assert year.world.do(CLOCK, remind, year.at(day, 8, 30)).people == len(told), day
        year.carry_out(day, time(8, 45))
        expected = told & year.reader.waits(day, year.people(day))
        assert year.post(day) == Counter(expected), day
        year.sent += len(expected)
        year.needless += len(told - expected)
    year.carry_out(day, time(8, 45))
    year.carry_out(day, time(14))
