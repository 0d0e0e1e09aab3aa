"""A newer edition comes into force: what runs goes on, what stood before can still be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import func, select

from db import record
from db.engine import Database
from db.models import (
    Assignment,
    AssignmentState,
    Edition,
    Event,
    Item,
    Measure,
    MeasureVersion,
    Milestone,
    Outbox,
    Plan,
    Report,
    ReportState,
    Task,
    TaskVersion,
    Unit,
    YearTarget,
)
from db.queries.progress.overview import overview
from db.queries.progress.progress import tasks_progress
from db.queries.tasks.story import task_story
from tasks_catalog.comparing import take_all
from tasks_catalog.model import Catalogue, Deliverable, TaskUnit
from tasks_catalog.model import CatalogueItem as Heading
from tasks_catalog.model import CatalogueMeasure as Number
from tasks_catalog.model import CatalogueTask as Demand
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.rules.requests import NewDate
from workflow.rules.time.dates import ZONE
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.editions.compare_editions import preview_edition
from workflow.verbs.editions.load_edition import Applied, load_edition
from workflow.verbs.plans.load_catalogue import export_catalogue
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from workflow.verbs.record.verify_audit import verify_audit
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.request import request
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import (
    COUNTIES,
    ISSUED,
    KECHENG,
    LABOUR,
    LONGYOU,
    OFFICE,
    SCIENCE,
    World,
    add_people,
    empty_city,
    little_catalogue,
    little_city,
    load,
)

OLD = little_catalogue()
TASKS = {task.code: task for task in OLD.tasks}
LATER = ISSUED + timedelta(days=100)
PAPER = "小委〔2021〕15号"
NIL = {"status": "on_track", "nil": "1", "nil_reason": "方案报批中。", "change_note": ""}
FINANCE = "市财政局"


def edition(*tasks: Demand, **more: Any) -> Catalogue:
    return replace(OLD, tasks=tasks, **more)


def but(which: str, /, **more: Any) -> Catalogue:
    """The first edition with one task changed."""
    return edition(*(replace(t, **more) if t.code == which else t for t in OLD.tasks))


def apply(world: World, new: Catalogue, **more: Any) -> Applied:
    given = {"plan_id": world.plan_id, "catalogue": new, "document": PAPER, **more}
    done: Applied = world.do(world.administrator, load_edition, at=LATER, **given)
    return done


def renumbered(world: World, new: Catalogue) -> Applied:
    """Apply with every proposal taken."""
    with world.reading(world.administrator) as c:
        shown = preview_edition(c, plan_id=world.plan_id, catalogue=new)
    return apply(world, new, confirmed=take_all(shown.differences))


def lead(name: str) -> TaskUnit:
    return TaskUnit(name, name, "lead")


def parts(world: World, code: str) -> dict[str, tuple[str, bool, str]]:
    """Unit → role, whether it collects, state; of the assignments in force."""
    with world.database.read() as s:
        rows = s.execute(
            select(Unit.name, Assignment.role, Assignment.collects, AssignmentState.state)
            .join(Unit, Unit.id == Assignment.unit_id)
            .join(Task, Task.id == Assignment.task_id)
            .join(AssignmentState, AssignmentState.assignment_id == Assignment.id)
            .where(Task.plan_id == world.plan_id, Task.code == code)
            .where(Assignment.open(), AssignmentState.open())
        )
        return {name: (role, collects, state) for name, role, collects, state in rows}


def letters(world: World) -> Counter[int]:
    """How many letters about editions each person got."""
    with world.database.read() as s:
        return Counter(s.scalars(select(Outbox.person_id).where(Outbox.kind == "edition")))


def demands(world: World, at: Any = LATER) -> dict[str, Any]:
    """What the plan demands of whom, by code, in plain values."""
    found: dict[str, Any] = {}
    with world.database.read() as s:
        for task in s.scalars(select(Task).where(Task.plan_id == world.plan_id)):
            if record.state_of(s, "task", task.id) in ("terminated", "dropped"):
                continue
            words = s.scalars(
                select(TaskVersion).where(TaskVersion.task_id == task.id, TaskVersion.at(at))
            ).one()
            numbers = s.execute(
                select(MeasureVersion.metric, MeasureVersion.op, MeasureVersion.value,
                       MeasureVersion.unit, MeasureVersion.by_year, MeasureVersion.kind)
                .join(Measure, Measure.id == MeasureVersion.measure_id)
                .where(Measure.task_id == task.id, MeasureVersion.at(at))
            ).all()  # fmt: skip
            steps = s.execute(
                select(Milestone.title, Milestone.due, Milestone.deliverable)
                .where(Milestone.task_id == task.id, Milestone.at(at))
            ).all()  # fmt: skip
            item = s.scalar(select(Item.title).where(Item.id == task.item_id))
            found[task.code] = (
                item, words.title, words.text, words.kind, words.due, words.due_text,
                sorted(map(tuple, numbers), key=str), sorted(map(tuple, steps), key=str),
                {name: row[:2] for name, row in parts(world, task.code).items()},
            )  # fmt: skip
    return found


def changed_in_every_way() -> Catalogue:
    first, _, third, fourth, fifth = OLD.tasks
    more = replace(first.measures[0], value=Decimal(150), by_year=2026)
    return edition(
        replace(first, text="五年引进领军人才150人。", due=date(2026, 12, 31),
                measures=(Number("青年人才", ">=", Decimal(500), "人", 2025, "new"), more),
                units=(lead(LABOUR), TaskUnit(SCIENCE, SCIENCE, "support"))),
        replace(third, deadlines=(third.deadlines[1],)),
        replace(fourth, units=(lead(OFFICE),)),
        replace(fifth, code="2.3", item="2"),
        Demand("2.2", "设立人才发展基金", "deliverable", "3", "设立基金，规模五亿元。",
               (lead(FINANCE),), deliverables=(Deliverable("基金"),)),
        items=(*OLD.items, Heading("3", "保障")),
    )  # fmt: skip


def test_applying_the_differences_gives_the_demands_of_the_newer_edition(
    database: Database,
) -> None:
    world = little_city(database)
    new = changed_in_every_way()
    done = renumbered(world, new)
    assert (done.outcome, done.edition) == ("applied", 2)
    assert (done.added, done.dropped) == (("2.2",), ("1.2",))
    assert done.changed == ("1.1", "1.3", "2.1", "2.3")
    got = demands(world)
    with world.reading(world.administrator) as c:
        assert export_catalogue(c, world.plan_id) == new
    assert set(got) == {task.code for task in new.tasks}
    assert got["1.1"][6] == [
        ("青年人才", ">=", Decimal(500), "人", 2025, "new"),
        ("领军人才", ">=", Decimal(150), "人", 2026, "new"),
    ]
    assert got["1.1"][8] == {LABOUR: ("lead", True), SCIENCE: ("support", False)}
    assert got["1.3"][7] == [("投用", date(2022, 12, 31), False)]
    assert got["2.1"][8] == {OFFICE: ("lead", True)}
    assert got["2.2"][7] == [("基金", date(2025, 12, 31), True)]
    with world.reading(system("auditor")) as c:
        assert verify_audit(c, from_checkpoint=False).broken is None


def test_a_plan_that_grew_demands_what_one_made_at_once_demands(
    sqlite_database: Database, postgres_database: Database
) -> None:
    grown, fresh = little_city(sqlite_database), empty_city(postgres_database)
    renumbered(grown, changed_in_every_way())
    load(fresh, changed_in_every_way())
    assert demands(grown) == demands(fresh)


def test_loading_the_same_again_changes_nothing(database: Database) -> None:
    world = little_city(database)
    apply(world, but("1.2", due=date(2021, 9, 30)))
    with world.database.read() as s:
        before = s.scalar(select(func.count()).select_from(Event)), letters(world)
    again = apply(world, but("1.2", due=date(2021, 9, 30)), version=1)
    assert (again.outcome, again.edition) == ("unchanged", 2)
    assert apply(world, but("1.2", due=date(2021, 9, 30))).changed == ()
    with world.database.read() as s:
        assert (s.scalar(select(func.count()).select_from(Event)), letters(world)) == before


def test_the_second_of_two_people_is_told(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.administrator) as c:
        shown = preview_edition(c, plan_id=world.plan_id, catalogue=but("1.2", title="出台办法"))
    apply(world, but("1.2", due=date(2021, 9, 30)), version=shown.version)
    with pytest.raises(Conflict):
        apply(world, but("1.2", due=date(2021, 10, 31)), version=shown.version)


def test_only_administrators_apply_and_the_office_previews(database: Database) -> None:
    world = little_city(database)
    given = {"plan_id": world.plan_id, "catalogue": OLD}
    with pytest.raises(NotAllowed):
        world.do(world.reviewer, load_edition, document=PAPER, **given)
    with world.reading(world.reviewer) as c:
        assert preview_edition(c, **given).differences.empty
    with (
        world.reading(world.person(SCIENCE, "liaison")) as c,
        pytest.raises(NotAllowed),
    ):
        preview_edition(c, **given)


def test_nothing_is_matched_silently_and_a_running_plan_needs_a_document(
    database: Database,
) -> None:
    world = little_city(database)
    with pytest.raises(Invalid) as caught:
        apply(world, but("1.2", code="1.9"), document=" ")
    assert [problem.where for problem in caught.value.problems] == ["1.9", "document"]
    with world.database.read() as s:
        assert s.scalar(select(func.count()).select_from(Edition)) == 1


def test_renumbering_alone_loses_no_history(database: Database) -> None:
    world = little_city(database)
    world.do(system("clock"), open_rounds, at=LATER - timedelta(days=30))
    report = report_of(world, "1.1", SCIENCE)
    liaison = world.person(SCIENCE, "liaison")
    given = {"report_id": report, "version": 0, "key": "k1", "content": NIL}
    world.do(liaison, submit, at=LATER - timedelta(days=25), **given)
    codes = {"1.1": "1.2", "1.2": "1.1", "1.3": "1.4", "2.1": "2.1", "2.2": "1.3"}
    before = {code: (world.tasks[code], parts(world, code)) for code in codes}
    yesterday = LATER - timedelta(days=1)
    boards = board(world, yesterday)
    new = edition(*(replace(t, code=codes[t.code]) for t in OLD.tasks))
    done = renumbered(world, new)
    assert (done.added, done.dropped) == ((), ())
    assert set(done.renumbered) == {"1.1", "1.2", "1.3", "1.4"}
    with world.database.read() as s:
        now = dict(s.execute(select(Task.code, Task.id)).tuples().all())
    assert {new: (now[new], parts(world, new)) for new in codes.values()} == {
        codes[code]: was for code, was in before.items()
    }
    assert board(world, yesterday) == boards
    assert not letters(world)
    with world.reading(world.reviewer, at=LATER) as c:
        story = task_story(c.session, c.actor, world.tasks["1.1"], LATER)
    told = [(e.action, e.before, e.after) for e in story.timeline if e.action == "renumber"]
    assert (told, len(story.reports)) == ([("renumber", "1.1", "1.2")], 1)


def report_of(world: World, code: str, unit: str) -> int:
    with world.database.read() as s:
        which = select(Report.id).where(
            Report.task_id == world.tasks[code], Report.unit_id == world.units[unit]
        )
        return s.scalars(which).one()


def board(world: World, at: Any) -> Any:
    """The overview of an instant without codes and places, which are today's."""
    with world.database.read() as s:
        seen = overview(s, system("reader"), [world.plan_id], at, ZONE)
    lights = {
        line.id: (line.title, line.due, line.judgement) for i in seen.items for line in i.tasks
    }
    cells = {unit.unit_id: unit.cells for unit in seen.units}
    return lights, cells, seen.figures


def test_the_overview_of_a_past_day_stays_as_it_was(database: Database) -> None:
    world = little_city(database)
    world.do(system("clock"), open_rounds, at=LATER - timedelta(days=30))
    days = [LATER - timedelta(days=n) for n in (1, 20, 60)]
    before = [board(world, day) for day in days]
    renumbered(world, changed_in_every_way())
    assert [board(world, day) for day in days] == before
    assert board(world, LATER) != before[0]


def test_a_dropped_task_is_terminated_with_the_document_and_its_units_are_told(
    database: Database,
) -> None:
    world = little_city(database)
    world.do(system("clock"), open_rounds, at=LATER - timedelta(days=30))
    report = report_of(world, "1.2", LABOUR)
    part = world.assignment("1.2", LABOUR)
    world.do(world.person(LABOUR, "liaison"), acknowledge, assignment_id=part)
    asked = world.do(
        world.person(LABOUR, "liaison"), request, assignment_id=part, kind="extension",
        reason="需再征求意见", wish=NewDate(date(2021, 12, 31)),
    )  # fmt: skip
    apply(world, edition(*(t for t in OLD.tasks if t.code != "1.2")))
    with world.database.read() as s:
        assert record.state_of(s, "task", world.tasks["1.2"]) == "terminated"
        assert record.state_of(s, "report", report) == "waived"
        assert record.state_of(s, "request", asked.request_id) == "withdrawn"
        document = select(TaskVersion.document).where(
            TaskVersion.task_id == world.tasks["1.2"], TaskVersion.open()
        )
        assert s.scalar(document) == PAPER
    assert letters(world) == {world.person(LABOUR, "liaison"): 1}


def test_a_code_that_is_used_again_leaves_the_old_task_its_own(database: Database) -> None:
    world = little_city(database)
    school = Demand("1.2", "建设国际学校", "steady", "1", units=(lead(OFFICE),))
    new = edition(*(t if t.code != "1.2" else school for t in OLD.tasks))
    done = apply(world, new, confirmed={"1.2": ""})
    assert (done.added, done.dropped) == (("1.2",), ("1.2",))
    with world.database.read() as s:
        codes = dict(s.execute(select(Task.id, Task.code)).tuples().all())
        assert codes[world.tasks["1.2"]] == "1.2@1"
        assert record.state_of(s, "task", world.tasks["1.2"]) == "terminated"
    assert parts(world, "1.2") == {OFFICE: ("lead", True, "issued")}
    with world.database.read() as s:
        to_labour = Outbox.person_id == world.person(LABOUR, "liaison")
        letter = s.scalars(select(Outbox).where(Outbox.kind == "edition", to_labour)).one()
        told = message_from_bytes(letter.content, policy=policy.default).get_body(("plain",))
    assert "1.2  出台人才安居办法" in told.get_content()
    back = apply(world, OLD, confirmed={"1.2": ""})
    assert (back.added, back.dropped) == (("1.2",), ("1.2",))


def test_a_task_passes_to_another_lead_with_what_is_not_filed(database: Database) -> None:
    world = little_city(database)
    with database.write() as s:
        plan = s.get_one(Plan, world.plan_id)
        plan.policy = '{"supports_report": true}'
    world.do(system("clock"), open_rounds, at=LATER - timedelta(days=30))
    mine, theirs = report_of(world, "1.1", SCIENCE), report_of(world, "1.1", LABOUR)
    add_people(world, [])
    support = TaskUnit(LABOUR, LABOUR, "support")
    apply(world, but("1.1", units=(lead(FINANCE), support)))
    with world.database.read() as s:
        assert record.state_of(s, "report", mine) == "waived"
        assert record.state_of(s, "report", theirs) == "due"
        finance = s.scalar(select(Unit.id).where(Unit.name == FINANCE))
        assert s.get_one(Report, theirs).lead_unit_id == finance
    assert parts(world, "1.1") == {
        FINANCE: ("lead", True, "issued"), LABOUR: ("support", False, "issued"),
    }  # fmt: skip
    assert set(letters(world)) == {
        world.person(SCIENCE, "liaison"),
        world.person(LABOUR, "liaison"),
    }


def test_what_a_decision_handed_over_stays_unless_the_edition_names_another_lead(
    database: Database,
) -> None:
    world = little_city(database)
    part = world.assignment("1.2", LABOUR)
    asked = world.do(world.person(LABOUR, "liaison"), dispute, assignment_id=part, reason="非职责")
    world.do(
        world.reviewer, decide, request_id=asked.request_id, approve=True,
        to_unit_id=world.units[SCIENCE],
    )  # fmt: skip
    apply(world, but("1.2", due=date(2021, 9, 30)))
    assert set(parts(world, "1.2")) == {SCIENCE}
    apply(world, but("1.2", units=(lead(OFFICE),)))
    assert parts(world, "1.2") == {OFFICE: ("lead", True, "issued")}


def test_a_date_that_was_moved_stays_unless_the_edition_moves_it(database: Database) -> None:
    world = little_city(database)
    part = world.assignment("1.2", LABOUR)
    liaison = world.person(LABOUR, "liaison")
    wish = NewDate(date(2021, 9, 30))
    asked = world.do(
        liaison, request, assignment_id=part, kind="extension", reason="需再征求意见", wish=wish,
    )  # fmt: skip
    world.do(
        world.reviewer, decide, request_id=asked.request_id, approve=True, document="纪要1号",
        at=LATER - timedelta(days=9),
    )  # fmt: skip
    renamed = but("1.2", title="出台人才安居办法（修订）")
    with world.reading(world.administrator) as c:
        assert not preview_edition(c, plan_id=world.plan_id, catalogue=renamed).overtaken
    apply(world, renamed)
    due = select(TaskVersion.due).where(TaskVersion.task_id == world.tasks["1.2"])
    with world.database.read() as s:
        assert s.scalar(due.where(TaskVersion.at(LATER))) == date(2021, 9, 30)
    moved = but("1.2", title="出台人才安居办法（修订）", due=date(2021, 12, 31))
    with world.reading(world.administrator) as c:
        (found,) = preview_edition(c, plan_id=world.plan_id, catalogue=moved).overtaken
    assert (found.field, found.edition, found.stands, found.after) == (
        "due", date(2021, 6, 30), date(2021, 9, 30), date(2021, 12, 31),
    )  # fmt: skip
    apply(world, moved)
    with world.database.read() as s:
        assert s.scalar(due.where(TaskVersion.open())) == date(2021, 12, 31)
        step = select(Milestone.due).where(Milestone.task_id == world.tasks["1.2"])
        assert s.scalar(step.where(Milestone.open())) == date(2021, 12, 31)


def test_a_measure_that_goes_on_keeps_its_series_wherever_it_stands(database: Database) -> None:
    world = little_city(database)
    task = world.tasks["1.1"]
    with world.database.read() as s:
        measure, ratio = s.scalars(
            select(Measure.id).where(Measure.task_id == task).order_by(Measure.no)
        ).all()
        version = s.get_one(Task, task).version
    entries = [TargetEntry(world.units[SCIENCE], 2025, "100")]
    world.do(
        world.administrator, set_year_targets, measure_id=measure, version=version, entries=entries
    )
    first = TASKS["1.1"]
    extra = Number("青年人才", ">=", Decimal(500), "人", 2025, "new")
    more = replace(first.measures[0], value=Decimal(150))
    done = apply(world, but("1.1", measures=(extra, more)))
    assert done.shares == ("1.1",)
    with world.database.read() as s:
        stands = s.execute(
            select(MeasureVersion.measure_id, MeasureVersion.value, MeasureVersion.document)
            .join(Measure, Measure.id == MeasureVersion.measure_id)
            .where(Measure.task_id == task, MeasureVersion.open())
        ).all()
        assert (measure, Decimal(150), PAPER) in stands
        assert ratio not in {row.measure_id for row in stands}
        assert s.scalar(select(YearTarget.value).where(YearTarget.open())) == Decimal(100)
        was = select(MeasureVersion.value).where(MeasureVersion.measure_id == measure)
        assert s.scalar(was.where(MeasureVersion.at(ISSUED))) == Decimal(100)


def test_a_measure_that_is_gone_takes_its_shares_along(database: Database) -> None:
    world = little_city(database)
    task = world.tasks["1.1"]
    with world.database.read() as s:
        key = s.scalars(select(Measure.id).where(Measure.task_id == task, Measure.no == 1)).one()
    entries = [TargetEntry(world.units[SCIENCE], 2025, "100")]
    world.do(world.administrator, set_year_targets, measure_id=key, version=1, entries=entries)
    done = apply(world, but("1.1", measures=TASKS["1.1"].measures[1:]))
    assert done.shares == ()
    with world.database.read() as s:
        assert s.scalars(select(YearTarget).where(YearTarget.at(LATER))).all() == []
        yesterday = YearTarget.at(LATER - timedelta(days=1))
        assert s.scalar(select(YearTarget.value).where(yesterday)) == Decimal(100)


def test_units_that_a_lead_named_leave_with_their_group(database: Database) -> None:
    world = little_city(database)
    part = world.assignment("1.3", SCIENCE)
    named = [world.units[KECHENG]]
    world.do(
        world.person(SCIENCE, "liaison"), acknowledge, assignment_id=part, members=named
    )  # fmt: skip
    kept = TASKS["1.3"].units
    apply(world, but("1.3", title="建成新人才大厦"))
    assert KECHENG in parts(world, "1.3")
    apply(world, but("1.3", title="建成新人才大厦", units=kept[:2]))
    assert set(parts(world, "1.3")) == {SCIENCE, LABOUR}


def test_a_closed_task_keeps_its_state_and_is_named(database: Database) -> None:
    world = little_city(database)
    with world.acting(system("x")) as c:
        for step in ("acknowledge", "request_completion", "close_out"):
            c.transition("task", world.tasks["1.2"], step, chain=world.plan_id)
    done = apply(world, but("1.2", due=date(2021, 9, 30), units=(lead(SCIENCE),)))
    assert done.finished == ("1.2",)
    assert set(parts(world, "1.2")) == {LABOUR}
    gone = apply(world, edition(*(t for t in OLD.tasks if t.code != "1.2")))
    assert gone.dropped == ("1.2",)
    with world.database.read() as s:
        assert record.state_of(s, "task", world.tasks["1.2"]) == "closed"


def test_a_new_task_without_a_lead_is_refused_and_nothing_changes(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(Invalid) as caught:
        apply(world, edition(*OLD.tasks, Demand("9", "建设人才公园", "steady", "1")))
    assert [problem.where for problem in caught.value.problems] == ["9"]
    with world.database.read() as s:
        assert s.scalar(select(func.count()).where(Task.code == "9")) == 0


def test_a_group_that_grows_gives_its_new_member_the_task(database: Database) -> None:
    world = little_city(database)
    units = tuple(
        replace(u, members=(KECHENG, LONGYOU, "常山县")) if u.name == COUNTIES else u
        for u in OLD.units
    )
    done = apply(world, replace(OLD, units=units))
    assert parts(world, "2.2")["常山县"] == ("lead", True, "issued")
    assert parts(world, "2.1")["常山县"] == ("support", False, "issued")
    assert len(done.unreached) == 1


def test_a_draft_is_replaced_and_keeps_its_tasks_under_other_codes(database: Database) -> None:
    world = empty_city(database)
    load(world, OLD, issued=False)
    new = edition(
        replace(TASKS["1.2"], code="1.1"), replace(TASKS["1.1"], code="1.2"), *OLD.tasks[3:]
    )
    done = renumbered(world, new)
    assert (done.outcome, done.edition, done.dropped) == ("applied", 2, ("1.3",))
    with world.database.read() as s:
        codes = dict(s.execute(select(Task.id, Task.code)).tuples().all())
        assert codes[world.tasks["1.1"]] == "1.2"
        assert codes[world.tasks["1.2"]] == "1.1"
        assert record.state_of(s, "task", world.tasks["1.3"]) == "dropped"
        assert s.scalar(select(func.count()).select_from(Outbox)) == 0
        states = s.scalars(select(ReportState.state)).all()
    assert (states, letters(world)) == ([], {})
    again = apply(world, replace(OLD, plan=replace(OLD.plan, code="another")), confirmed={
        "1.1": "1.2", "1.2": "1.1"})  # fmt: skip
    assert again.added == ("1.3",)
    with world.database.read() as s:
        assert record.state_of(s, "task", world.tasks["1.3"]) == "drafted"


def test_a_plan_that_lasts_longer_leaves_its_past_days_alone(database: Database) -> None:
    world = empty_city(database)
    open_end = replace(TASKS["1.1"].measures[0], by_year=None)
    old = but("1.1", measures=(open_end,), due=None)
    load(world, old)
    add_people(world, [])
    days = [LATER - timedelta(days=n) for n in (1, 50)]
    part = world.assignment("1.1", SCIENCE)
    world.do(world.person(SCIENCE, "liaison"), acknowledge, assignment_id=part)
    before = [board(world, day) for day in days]
    spans = [span(world, day) for day in days]
    apply(world, replace(old, plan=replace(old.plan, last_year=2030)))
    assert [board(world, day) for day in days] == before
    assert [span(world, day) for day in days] == spans == [(2021, 2025)] * 2
    assert span(world, LATER) == (2021, 2030)
    with world.database.read() as s:
        due = select(Milestone.due).where(Milestone.task_id == world.tasks["1.2"])
        assert s.scalar(due.where(Milestone.open())) == date(2021, 6, 30)


def span(world: World, at: Any) -> tuple[int, int]:
    with world.database.read() as s:
        seen = tasks_progress(s, Task.id == world.tasks["1.1"], at)[world.tasks["1.1"]].standing
    return seen.first_year, seen.last_year


def test_a_milestone_that_was_reached_stays_reached_when_its_words_change(
    database: Database,
) -> None:
    world = little_city(database)
    world.do(system("clock"), open_rounds, at=LATER - timedelta(days=30))
    with world.database.read() as s:
        first = select(Milestone.id).where(
            Milestone.task_id == world.tasks["1.3"], Milestone.title == "开工"
        )
        step = s.scalars(first).one()
    content = {
        "status": "on_track",
        "text": "人才大厦已于三月二十日开工建设。",
        f"reached:{step}": "2021-03-20",
    }
    report = report_of(world, "1.3", SCIENCE)
    given = {"report_id": report, "version": 0, "key": "k2", "content": content}
    world.do(world.person(SCIENCE, "liaison"), submit, at=LATER - timedelta(days=20), **given)
    with world.database.read() as s:
        version = s.get_one(Report, report).version
    deputy = world.person(SCIENCE, "deputy_head")
    given = {"report_id": report, "version": version}
    world.do(deputy, sign_off, at=LATER - timedelta(days=19), **given)
    deadlines = tuple(replace(d, date=date(2021, 10, 31)) if d.what == "开工" else d
                      for d in TASKS["1.3"].deadlines)  # fmt: skip
    apply(world, but("1.3", deadlines=deadlines))
    with world.database.read() as s:
        seen = tasks_progress(s, Task.id == world.tasks["1.3"], LATER)[world.tasks["1.3"]].standing
    assert [(one.title, one.due) for one in seen.steps] == [
        ("开工", date(2021, 10, 31)), ("投用", date(2022, 12, 31)),
    ]  # fmt: skip
    assert {day for told in seen.told for day in told.reached.values()} == {date(2021, 3, 20)}
    reached = {key for told in seen.told for key in told.reached}
    assert reached == {seen.steps[0].id}
