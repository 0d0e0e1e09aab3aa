"""A little story: a report with evidence is filed, signed off, accepted; people are reminded of the
others; the mail goes out. Each step looks first whether it is done, as a person does who saw an
error and opens the page again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import select

from db.engine import Database
from db.evidence import EvidenceStore
from db.models import Draft, Report, ReportState
from torture.faults import FaultyRelay
from workflow.rules.access.permissions import system
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.evidence.attach import attach
from workflow.verbs.mail.deliver import LEASE, deliver
from workflow.verbs.reminders.remind import remind
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import ISSUED, LABOUR, SCIENCE, World, little_city

PAPER = "佐证材料：人才安居办法已印发。\n".encode() * 20
WORDS = {"status": "on_track", "text": "办法已经印发，正在组织申报。"}
CLOCK, POSTMAN = system("clock"), system("deliver")
MORNING = timedelta(days=69)
"""From the issue to the day on which the first round stands open."""


@dataclass
class Story:
    """The story on one database, with the evidence in a folder. The clock is set for each step."""

    world: World
    folder: Path
    relay: FaultyRelay
    report: int = 0
    later: timedelta = field(default_factory=timedelta)

    def state(self) -> tuple[str, int]:
        with self.world.database.read() as s:
            of = select(ReportState.state, Report.version).join(Report)
            found = s.execute(of.where(Report.id == self.report, ReportState.open())).one()
        return found.state, found.version

    def attach(self) -> None:
        file = EvidenceStore(f"file://{self.folder}").take_in(BytesIO(PAPER), "佐证.txt")
        self.do(1, "liaison", attach, file=file)

    def draft(self) -> None:
        with self.world.database.read() as s:
            saved = s.get(Draft, self.report)
        if saved is None:
            self.do(2, "liaison", save_draft, content=WORDS, version=0)

    def submit(self) -> None:
        self.do(3, "liaison", submit, key="form", version=1)

    def sign_off(self) -> None:
        state, version = self.state()
        if state == "submitted":
            self.do(4, "deputy_head", sign_off, version=version)

    def accept(self) -> None:
        state, version = self.state()
        if state == "signed_off":
            at = self.at(5)
            self.world.do(self.world.reviewer, accept, at, report_id=self.report, version=version)

    def remind(self) -> None:
        self.world.do(CLOCK, remind, self.at(6) + timedelta(days=9))

    def deliver(self) -> None:
        at = self.at(7) + timedelta(days=9) + self.later
        acting = lambda: self.world.acting(POSTMAN, at)  # noqa: E731
        deliver(acting, self.relay.relay(connections=1))

    def at(self, hour: int) -> object:
        return ISSUED + MORNING + timedelta(hours=hour)

    def do(self, hour: int, role: str, verb: Callable[..., object], **given: object) -> None:
        who = self.world.person(LABOUR, role)
        self.world.do(who, verb, self.at(hour), report_id=self.report, **given)

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        return (self.attach, self.draft, self.submit, self.sign_off, self.accept, self.remind,
                self.deliver)  # fmt: skip

    def waits(self) -> None:
        """Until what is in doubt, or was put off, is due again."""
        self.later += LEASE + timedelta(hours=1)


def begun(database: Database, folder: Path, relay: FaultyRelay) -> Story:
    """A city on the morning of the story, whose letters so far have gone out."""
    world = little_city(database)
    for code, unit in (("1.1", SCIENCE), ("1.2", LABOUR)):
        part = world.assignment(code, unit)
        world.do(world.person(unit, "liaison"), acknowledge, assignment_id=part)
    world.now = ISSUED + MORNING
    world.do(CLOCK, open_rounds)
    deliver(lambda: world.acting(POSTMAN), relay.relay())
    story = Story(world, folder, relay)
    with database.read() as s:
        owed = select(Report.id).where(Report.task_id == world.tasks["1.2"])
        story.report = s.scalars(owed).one()
    return story
