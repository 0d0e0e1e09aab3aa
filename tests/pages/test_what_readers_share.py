"""What pages share is read once for all who see the same, and by nobody who sees less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import delete

from built_once import built_once
from db.engine import Database
from db.models import Person, Role
from db.queries.access.sessions import Visitor
from db.queries.progress.plan_board import mended, plan_board
from db.queries.record.changes import ChangeMarks, Marks
from pages.office import judge, report_of
from pages.on_stage import wired
from pages.three_plans import ThreePlans, three_plans
from places.split_county import below, split_county
from two_counties import COUNTY_OFFICE
from ui.composition import compose
from ui.shell.application import Application
from ui.shell.page import Page
from ui.shell.pages import BY_KEY
from ui.shell.shelf import Read, Shelf
from ui.views.shared.below import with_plans_below
from workflow.verbs.plans.record_look import record_look
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reports.sign_off import sign_off
from worlds import KECHENG, LABOUR, OFFICE, SCIENCE, ZONE, World


@pytest.fixture
@built_once
def world(database: Database) -> ThreePlans:
    return three_plans(database)


def a_report_is_accepted(world: ThreePlans) -> None:
    judge(world, report_of(world, "1.1", SCIENCE))


def somebody_telephones(world: ThreePlans) -> None:
    unit = world.units[SCIENCE]
    world.do(world.reviewer, record_call, plan_id=world.plan_id, unit_id=unit, outcome="下周报")


def a_leader_looks(world: ThreePlans) -> None:
    world.do(world.person("", "leader"), record_look, plan_id=world.plan_id)


@pytest.mark.parametrize(
    ("happens", "in_plan", "any_plan", "on_task", "on_another"),
    [
        (a_report_is_accepted, True, True, True, False),
        (somebody_telephones, True, True, True, True),
        (a_leader_looks, False, False, False, False),
    ],
)
def test_a_mark_is_another_only_for_whom_it_concerns(
    world: ThreePlans,
    happens: Callable[[ThreePlans], None],
    in_plan: bool,
    any_plan: bool,
    on_task: bool,
    on_another: bool,
) -> None:
    """The plan here is the last of the three, the task 1.1, the other one 1.2."""
    changes = ChangeMarks()
    before = marks_of(world, changes)
    happens(world)
    after = marks_of(world, changes)

    def differs(ask: Callable[[Marks], object]) -> bool:
        return ask(before) != ask(after)

    here, elsewhere = (world.plan_id,), (world.plans["little"], world.plans["harbour"])
    one, other = {world.tasks["1.1"]}, {world.tasks["1.2"]}
    assert differs(lambda m: m.of(here)) == in_plan
    assert differs(lambda m: m.of()) == any_plan
    assert differs(lambda m: m.of_tasks(one)) == on_task
    assert differs(lambda m: m.of_tasks(other)) == on_another
    assert not differs(lambda m: m.of(elsewhere))
    # A process that comes only now sees the same as one that was there.
    assert marks_of(world, ChangeMarks()).of() == after.of()


def marks_of(world: World, changes: ChangeMarks) -> Marks:
    with world.database.read() as session:
        return changes.at(session)


@pytest.mark.parametrize("act", ["accepted", "returned", "signed", "nothing"])
def test_a_mended_board_is_the_one_that_would_be_gathered(world: ThreePlans, act: str) -> None:
    changes = ChangeMarks()
    with world.reading(world.reviewer) as c:
        before, marks = (
            plan_board(c.session, c.actor, world.plan_id, c.now, ZONE),
            changes.at(c.session),
        )
    if act in ("accepted", "returned"):
        reason = "请补充佐证材料。" if act == "returned" else ""
        judge(world, report_of(world, "1.1", SCIENCE), reason)
    elif act == "signed":
        waiting = report_of(world, "1.3", SCIENCE)
        deputy = world.person(SCIENCE, "deputy_head")
        world.do(deputy, sign_off, report_id=waiting.id, version=waiting.version)
    with world.reading(world.reviewer) as c:
        touched = changes.at(c.session).tasks_since(marks, world.plan_id)
        assert touched is not None
        assert bool(touched) == (act != "nothing")
        found = mended(c.session, c.actor, before, touched, c.now, ZONE)
        assert found == plan_board(c.session, c.actor, world.plan_id, c.now, ZONE)
        assert list(found.tasks) == list(before.tasks)


class Reader:
    """Counts how often something had to be read for pages of one application."""

    def __init__(self, world: World, folder: Path) -> None:
        self.reads = 0
        self.application: Application = compose(wired(world, folder))

    def run(self, person_id: int, plans: tuple[int, ...] | None = None) -> int:
        """A run of a page for a person; how often it was read by now."""
        page = self.page(person_id)
        page.share("sample", self._read, plans=plans)
        return self.reads

    def page(self, person_id: int) -> Page:
        visitor = Visitor(person_id, "", "zh", frozenset())
        return Page(self.application, visitor, BY_KEY["overview"])

    def _read(self, c: object) -> int:
        self.reads += 1
        return self.reads


@pytest.fixture
def reader(world: ThreePlans, tmp_path: Path) -> Reader:
    return Reader(world, tmp_path)


def second_reviewer(world: World) -> int:
    unit = world.units[OFFICE]
    with world.database.write() as session:
        person = Person(email="second@luoshi.test", name="同事", unit_id=unit)
        session.add(person)
        session.flush()
        since = date(2021, 1, 1)
        session.add(Role(person_id=person.id, unit_id=unit, name="reviewer", valid_from=since))
        return person.id


def test_whoever_holds_the_same_posts_shares_and_nobody_else(
    world: ThreePlans, reader: Reader
) -> None:
    assert [reader.run(world.reviewer), reader.run(second_reviewer(world))] == [1, 1]
    others = [
        world.person("", "leader"), world.administrator, world.person(LABOUR, "reviewer"),
        world.person(SCIENCE, "liaison"), world.person(LABOUR, "liaison"),
    ]  # fmt: skip
    assert [reader.run(one) for one in others] == [2, 3, 4, 5, 6]
    assert reader.run(world.reviewer) == 6


def test_a_decision_in_another_plan_keeps_what_is_shared_and_one_in_this_plan_renews_it(
    world: ThreePlans, reader: Reader
) -> None:
    here, elsewhere = (world.plan_id,), (world.plans["little"],)
    assert [reader.run(world.reviewer, here), reader.run(world.reviewer, elsewhere)] == [1, 2]
    a_report_is_accepted(world)
    assert reader.run(world.reviewer, elsewhere) == 2
    assert [reader.run(world.reviewer, here) for _ in range(2)] == [3, 3]


def test_a_post_that_was_withdrawn_opens_nothing_that_lies_there(
    world: ThreePlans, reader: Reader
) -> None:
    assert reader.run(world.reviewer) == 1
    with world.database.write() as session:
        session.execute(delete(Role).where(Role.person_id == world.reviewer))
    assert reader.run(world.reviewer) == 2
    assert reader.page(world.reviewer).share("posts", lambda c: c.actor.posts) == frozenset()


def test_what_is_shared_names_nobody(world: ThreePlans, reader: Reader) -> None:
    seen = reader.page(world.reviewer).share("who", lambda c: c.actor)
    assert seen.person_id is None
    assert seen.place_ids


def test_two_places_share_nothing_and_a_county_renews_what_its_city_is_handed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    world = split_county(sqlite_database)
    reader = Reader(world, tmp_path)
    county = world.people[f"{KECHENG}/{COUNTY_OFFICE}", "reviewer"]
    assert [reader.run(world.reviewer), reader.run(county)] == [1, 2]
    cascade = with_plans_below(reader.page(world.reviewer), world.plan_id)
    assert len(cascade) > 1
    assert [reader.run(world.reviewer, one) for one in (cascade, (world.plan_id,))] == [3, 4]
    below(world, "2", "教育局", "500")
    assert reader.run(world.reviewer, (world.plan_id,)) == 4
    assert reader.run(world.reviewer, cascade) == 5


def test_whoever_wants_the_same_waits_for_its_first_reader_alone() -> None:
    shelf, begun, go_on = Shelf(), Event(), Event()
    reads: list[str] = []

    def read(name: str) -> Read[str]:
        reads.append(name)
        if name == "slow":
            begun.set()
            assert go_on.wait(10)
        return Read(name, Marks())

    def want(name: str) -> str:
        return shelf.get(name, Marks(), lambda marks: marks.of(()), lambda _before: read(name))

    both = [Thread(target=want, args=("slow",)) for _ in range(2)]
    for thread in both:
        thread.start()
    assert begun.wait(10)
    assert want("quick") == "quick"
    go_on.set()
    for thread in both:
        thread.join(10)
    assert reads == ["slow", "quick"]
