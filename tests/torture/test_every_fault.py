"""The n-th statement, commit, file operation and reply fail, for n = 1, 2, 3 … until all have: what
was promised is kept, and doing it again ends as if nothing had happened."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Outbox, Person
from torture import holds, length
from torture.copies import Copies
from torture.faults import (
    Death,
    FaultyRelay,
    Points,
    broken,
    on_commits,
    on_files,
    on_statements,
    relaying,
)
from torture.model import message_id
from torture.story import Story, begun
from workflow.rules.refusals import Refused

OF_SENDING = {
    "outbox": {"message_id", "content", "lease_until", "lease_owner", "attempts", "not_before",
               "last_error", "sent_at", "fault", "tried_since"},
    "heartbeat": {"at", "ok", "summary", "failing_since"},
}  # fmt: skip
"""What differs when a letter goes later, or another time."""


@dataclass(frozen=True)
class Stage:
    """The record and the evidence as they stood before a step, and how they stand after it."""

    step: int
    kept: str
    evidence: Path
    after: dict[str, Any]


@pytest.fixture
def relay() -> Iterator[FaultyRelay]:
    with relaying() as relay:
        yield relay


@dataclass
class Stages:
    """The undisturbed story, step by step, and the one database on which all is tried."""

    copies: Copies
    story: Story
    all: list[Stage]
    points: dict[str, Points]

    def back_to(self, stage: Stage) -> None:
        """Let everything be as it was before a step."""
        for points in self.points.values():
            points.arm(0)
        self.copies.put(self.story.world.database, stage.kept)
        shutil.rmtree(self.story.folder)
        shutil.copytree(stage.evidence, self.story.folder)
        self.story.relay.arm(0)
        self.story.relay.received.clear()
        self.story.later = timedelta()


Arm = Callable[[Stages, int], Callable[[], bool]]
"""Lets the n-th point of a step fail; what it gives tells whether it has."""


@pytest.fixture
def stages(copies: Copies, relay: FaultyRelay, tmp_path: Path) -> Iterator[Stages]:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    story = begun(copies.opened(copies.empty), evidence, relay)
    database, found = story.world.database, []
    for number, step in enumerate(story.steps):
        kept, lying = copies.of(database), tmp_path / f"evidence-{number}"
        shutil.copytree(evidence, lying)
        relay.received.clear()
        step()
        found.append(Stage(number, kept, lying, likeness(copies, database)))
    assert len(relay.received) > 2
    holds.the_record_holds(database)
    points = {name: Points() for name in ("statement", "commit", "answer", "file")}
    on_statements(database, points["statement"])
    on_commits(database, points["commit"], points["answer"])
    with on_files(evidence, points["file"]):
        yield Stages(copies, story, found, points)


def likeness(copies: Copies, database: Database) -> dict[str, Any]:
    """What two records have in common that tell the same; numbers are the same only where they
    are given anew after a transaction that failed."""
    found: dict[str, Any] = {}
    with database.read() as session:
        for name, table in holds.TABLES.items():
            columns = ", ".join(
                f'"{c.name}"' for c in table.columns if c.name not in OF_SENDING.get(name, ())
            )
            rows = session.connection().exec_driver_sql(f'select {columns} from "{name}"').all()
            found[name] = sorted(map(repr, rows)) if copies.exact else len(rows)
    return found


def at_point(name: str, how: Callable[[Database], Callable[[], BaseException]]) -> Arm:
    def arm(stages: Stages, n: int) -> Callable[[], bool]:
        points = stages.points[name]
        points.arm(n, how(stages.story.world.database))
        return lambda: points.struck

    return arm


def at_reply(how: str) -> Arm:
    def arm(stages: Stages, n: int) -> Callable[[], bool]:
        relay = stages.story.relay
        relay.arm(n, how)
        return lambda: relay.struck

    return arm


FAULTS: dict[str, Arm] = {
    "statement": at_point("statement", broken),
    "commit": at_point("commit", broken),
    "answer to a commit": at_point("answer", broken),
    "file operation": at_point("file", lambda _: full),
    "reply that does not come": at_reply(""),
}
APART = 1 if length.MINUTES else 4
"""The suite tries every fourth statement."""
if length.MINUTES:
    FAULTS |= {
        "death at a statement": at_point("statement", lambda _: Death),
        "death at a file operation": at_point("file", lambda _: Death),
        "reply 421": at_reply("421 closing"),
        "reply 451": at_reply("451 not now"),
    }


def test_it_is_as_if_nothing_had_happened(stages: Stages) -> None:
    for fault, arm in FAULTS.items():
        struck, apart = 0, APART if fault == "statement" else 1
        for stage in stages.all:
            n = 1
            try:
                while one_fault(stages, stage, arm, n):
                    n, struck = n + apart, struck + 1
            except BaseException as error:
                error.add_note(f"{fault} {n} of step {stage.step}")
                raise
        assert struck > 3, fault
        length.count[f"faults ({fault})"] += struck


def one_fault(stages: Stages, stage: Stage, arm: Arm, n: int) -> bool:
    """Let the n-th point of a step fail, then tell the story on; whether there is an n-th."""
    stages.back_to(stage)
    story = stages.story
    struck = arm(stages, n)
    with suppress(Refused, OSError, Death):
        story.steps[stage.step]()
    if not struck():
        return False
    holds.the_record_holds(story.world.database)
    holds.all_evidence_lies_where_it_should(story.world.database, story.folder)
    everything_goes_on(stages, stage)
    return True


def everything_goes_on(stages: Stages, stage: Stage) -> None:
    """The rest of the story in the long form; in the suite the step that failed, for the next one
    would begin where it did without the fault."""
    last, story = stages.all[-1] if length.MINUTES else stage, stages.story
    story.waits()
    for number in range(stage.step, last.step + 1):
        story.steps[number]()
    database = story.world.database
    assert likeness(stages.copies, database) == last.after
    holds.all_evidence_lies_where_it_should(database, story.folder)
    if last is stages.all[-1]:
        everybody_has_their_letters(story)


def full() -> OSError:
    return OSError(28, "No space left on device")


def everybody_has_their_letters(story: Story) -> None:
    """Once, or twice as the same letter where the sender could not know."""
    came = Counter(story.relay.received)
    assert sum(times - 1 for times in came.values()) <= len(came)
    with story.world.database.read() as s:
        owed = select(Outbox.message_id, Person.email).join(Person, Person.id == Outbox.person_id)
        owed = owed.where(Outbox.created_at > story.at(0))
        letters = dict(s.execute(owed).tuples().all())
    assert Counter(message_id(content) for _, content in came) == Counter(letters.keys())
    assert {message_id(content): to for to, content in came} == letters
