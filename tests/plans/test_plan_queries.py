"""What people read about plans, tasks, units and requests, each within their scope."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from db.engine import Database
from db.queries.plans.plan_tasks import plan_view
from db.queries.plans.plans import list_plans
from db.queries.progress.overview import overview
from db.queries.record.naming import plan_named
from db.queries.requests.requests import plan_comments, waiting_requests
from db.queries.tasks.story import task_story
from db.queries.units.units import list_groups, list_units
from workflow.rules.refusals import NotFound
from workflow.rules.requests import NewDate
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.plans.comment import comment
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request
from worlds import (
    ISSUED,
    KECHENG,
    LABOUR,
    OFFICE,
    OTHERS,
    SCIENCE,
    World,
    empty_city,
    little_catalogue,
    little_city,
    load,
    quzhou,
)

LATER = ISSUED + timedelta(days=30)
TODAY = date(2021, 1, 4)


def test_the_office_sees_the_whole_plan_and_a_unit_its_part(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.reviewer) as c:
        view = plan_view(c.session, c.actor, world.plan_id, c.now)
    assert (view.plan.state, view.plan.tasks, view.plan.units) == ("issued", 5, 5)
    assert view.plan.states == {"issued": 5}
    assert [(item.code, [task.code for task in item.tasks]) for item in view.items] == [
        ("1", ["1.1", "1.2", "1.3"]),
        ("2", ["2.1", "2.2"]),
    ]
    third = view.tasks[2]
    assert [(lead.unit, lead.collects) for lead in third.leads] == [
        (SCIENCE, True),
        (LABOUR, False),
    ]
    assert [group.name for group in third.groups] == [OTHERS]
    with world.reading(world.person(KECHENG, "liaison")) as c:
        mine = plan_view(c.session, c.actor, world.plan_id, c.now)
        assert [row.tasks for row in list_plans(c.session, c.actor, c.now)] == [2]
    assert [task.code for task in mine.tasks] == ["2.1", "2.2"]
    assert [item.code for item in mine.items] == ["2"]


def test_a_draft_is_the_offices_alone(database: Database) -> None:
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    with world.reading(world.person(SCIENCE, "liaison")) as c:
        assert list_plans(c.session, c.actor, c.now) == []
        with pytest.raises(NotFound):
            plan_view(c.session, c.actor, world.plan_id, c.now)
        with pytest.raises(NotFound):
            plan_named(c.session, c.actor, "little")
    with world.reading(world.reviewer) as c:
        assert plan_named(c.session, c.actor, "little") == world.plan_id


def test_what_a_draft_only_thought_of_stays_with_the_office(database: Database) -> None:
    world = empty_city(database)
    old = little_catalogue()
    load(world, old, issued=False)
    without = replace(old.tasks[0], units=old.tasks[0].units[:1])
    new = replace(old, tasks=(without, *old.tasks[1:]))
    world.do(world.administrator, load_catalogue, LATER, catalogue=new)
    world.do(world.administrator, issue, LATER, plan_id=world.plan_id, document="小委〔2021〕2号")
    with world.reading(world.person(LABOUR, "liaison"), LATER) as c:
        mine = plan_view(c.session, c.actor, world.plan_id, c.now)
        assert [task.code for task in mine.tasks] == ["1.2", "1.3"]
        with pytest.raises(NotFound):
            task_story(c.session, c.actor, world.tasks["1.1"], c.now)


def extended(world: World) -> int:
    liaison = world.person(LABOUR, "liaison")
    part = world.assignment("1.2", LABOUR)
    world.do(liaison, acknowledge, assignment_id=part)
    wish = NewDate(date(2021, 9, 30))
    asked = world.do(
        liaison, request, LATER, assignment_id=part, kind="extension", reason="条件未备", wish=wish
    )
    return asked.request_id


def test_a_past_day_shows_the_dates_and_states_of_that_day(database: Database) -> None:
    world = little_city(database)
    asked = extended(world)
    world.do(world.reviewer, decide, LATER, request_id=asked, approve=True)
    with world.reading(world.reviewer, LATER + timedelta(days=1)) as c:
        now = plan_view(c.session, c.actor, world.plan_id, c.now).tasks[1]
        then = plan_view(c.session, c.actor, world.plan_id, LATER - timedelta(days=1)).tasks[1]
        before = plan_view(c.session, c.actor, world.plan_id, ISSUED - timedelta(days=1))
    assert (now.due, now.first_due) == (date(2021, 9, 30), date(2021, 6, 30))
    assert (then.due, then.state) == (date(2021, 6, 30), "under_way")
    assert before.tasks == ()
    assert before.plan.state == "drafted"


def test_the_story_of_a_task_has_everything_in_order(database: Database) -> None:
    world = little_city(database)
    asked = extended(world)
    world.do(world.reviewer, decide, LATER, request_id=asked, approve=True, document="批1号")
    leader = world.person("", "leader")
    world.do(
        leader,
        instruct,
        LATER,
        plan_id=world.plan_id,
        title="抓紧安居",
        text="请抓紧",
        lead_unit_id=world.units[LABOUR],
        due=date(2021, 3, 1),
        about_task_id=world.tasks["1.2"],
    )
    with world.reading(world.person(LABOUR, "liaison"), LATER) as c:
        story = task_story(c.session, c.actor, world.tasks["1.2"], c.now)
        first = task_story(c.session, c.actor, world.tasks["1.1"], c.now)
    assert (story.due, story.first_due) == (date(2021, 9, 30), date(2021, 6, 30))
    assert [words.due for words in story.words] == [date(2021, 6, 30), date(2021, 9, 30)]
    assert [(row.kind, row.state, row.decided_document) for row in story.requests] == [
        ("extension", "approved", "批1号")
    ]
    assert [row.code for row in story.instructions_about] == ["I1"]
    assert [(e.subject, e.action) for e in story.timeline] == [
        ("task", "issue"),
        ("assignment", "issue"),
        ("assignment", "acknowledge"),
        ("task", "acknowledge"),
        ("request", "ask"),
        ("request", "approve"),
        ("task", "extend"),
    ]
    assert story.timeline[2].actor == f"{LABOUR}liaison"
    assert [measure.now.metric for measure in first.measures] == ["领军人才", "高层次人才占比"]
    assert [(part.unit, part.role) for part in first.parts] == [
        (SCIENCE, "lead"),
        (LABOUR, "support"),
    ]


def test_a_story_is_not_told_to_strangers(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.person(KECHENG, "liaison")) as c, pytest.raises(NotFound):
        task_story(c.session, c.actor, world.tasks["1.2"], c.now)


def test_personal_numbers_in_requests_are_masked_for_who_need_not_see_them(
    database: Database,
) -> None:
    world = little_city(database)
    part = world.assignment("1.2", LABOUR)
    world.do(
        world.person(LABOUR, "liaison"), dispute, LATER, assignment_id=part,
        reason="请联系张三13905701234",
    )  # fmt: skip
    for who, clear in ((world.reviewer, True), (world.person("", "leader"), False)):
        with world.reading(who, LATER) as c:
            (asked,) = task_story(c.session, c.actor, world.tasks["1.2"], c.now).requests
        assert ("13905701234" in asked.reason) is clear


def test_waiting_requests_name_who_may_decide_them(database: Database) -> None:
    world = little_city(database)
    extended(world)
    people = {
        world.reviewer: [True],
        world.person(LABOUR, "reviewer"): [False],
        world.person(LABOUR, "liaison"): [False],
        world.person(SCIENCE, "liaison"): [],
    }
    for person, expected in people.items():
        with world.reading(person, LATER) as c:
            rows = waiting_requests(c.session, c.actor, c.now, [world.plan_id])
        assert [row.may_decide for row in rows] == expected


def test_comments_stand_with_what_became_of_them(database: Database) -> None:
    world = empty_city(database)
    load(world, little_catalogue(), issued=False)
    world.do(world.reviewer, consult, plan_id=world.plan_id, comments_due_on=date(2021, 1, 20))
    said = world.do(
        world.person(SCIENCE, "liaison"), comment, task_id=world.tasks["1.3"], text="建议改为2023年"
    )
    world.do(world.reviewer, answer_comment, request_id=said.request_id, outcome="adopted")
    with world.reading(world.reviewer) as c:
        (row,) = plan_comments(c.session, c.actor, world.plan_id, c.now)
        assert waiting_requests(c.session, c.actor, c.now, [world.plan_id]) == []
    assert (row.code, row.unit, row.reason, row.outcome) == (
        "1.3",
        SCIENCE,
        "建议改为2023年",
        "adopted",
    )


def test_units_are_listed_with_names_groups_and_people(database: Database) -> None:
    world = little_city(database)
    with world.reading(world.administrator) as c:
        units = {row.name: row for row in list_units(c.session, c.actor, TODAY)}
        groups = {row.name: row for row in list_groups(c.session, c.actor, TODAY)}
    assert units[LABOUR].aliases == ("市人社局",)
    assert (units[LABOUR].people, units[LABOUR].liaisons, units[LABOUR].reachable) == (3, 1, 1)
    assert [len(row.groups) for row in (units[KECHENG], units[OFFICE])] == [1, 0]
    assert sorted(len(row.members) for row in groups.values()) == [0, 2]


def test_a_larger_plan_takes_no_more_statements(sqlite_database: Database, tmp_path) -> None:
    counts = []
    for build in (little_city, quzhou):
        database = Database(f"sqlite:///{tmp_path}/{build.__name__}.db")
        database.upgrade()
        world = build(database)
        statements: list[str] = []
        event.listen(
            database.engine, "before_cursor_execute", lambda *a, seen=statements: seen.append(a[2])
        )
        with world.reading(world.reviewer) as c:
            plan_view(c.session, c.actor, world.plan_id, c.now)
        counts.append(len(statements))
        database.dispose()
    assert counts[0] == counts[1]


def test_a_date_put_right_in_the_draft_is_no_date_that_was_moved(database: Database) -> None:
    world = empty_city(database)
    whole = little_catalogue()
    load(world, whole, issued=False)
    second = whole.tasks[1]
    right = replace(second, due=date(2021, 8, 31), due_text="8月底前")
    changed = replace(whole, tasks=(whole.tasks[0], right, *whole.tasks[2:]))
    world.do(world.administrator, load_catalogue, catalogue=changed)
    world.do(world.reviewer, issue, plan_id=world.plan_id, document="衢委办〔2021〕1号")
    with world.reading(world.reviewer, LATER) as c:
        seen = overview(c.session, c.actor, [world.plan_id], c.now, "Asia/Shanghai")
    line = seen.items[0].tasks[1]
    assert (line.due, line.first_due) == (date(2021, 8, 31), date(2021, 8, 31))
