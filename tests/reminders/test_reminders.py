"""Who is told what and when, told as stories of a little city."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select, update

from built_once import built_once
from db import models as m
from db.engine import Database
from db.queries.record.heartbeats import last_runs
from db.queries.reminders.phone_list import phone_list
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.rules.time.calendar import Calendar
from workflow.verbs.mail.deliver import claim
from workflow.verbs.mail.write_digests import freeze, write_down
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reminders.remind import preview, remind
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city

FLOW = system("remind")
Q1_DUE = date(2021, 3, 25)
CALENDAR = Calendar()


def morning(day: date) -> datetime:
    return datetime.combine(day, time(0, 30), UTC)


def unacknowledged(database: Database) -> World:
    """The little city in its first round."""
    world = little_city(database)
    world.do(FLOW, open_rounds, at=morning(date(2021, 3, 10)))
    return world


@built_once
def in_first_round(database: Database) -> World:
    """The same with its tasks acknowledged."""
    world = little_city(database)
    with database.write() as session:
        ids = session.scalars(select(m.Assignment.id)).all()
        end = morning(date(2021, 1, 5))
        session.execute(
            update(m.AssignmentState)
            .where(m.AssignmentState.open(), m.AssignmentState.state == "issued")
            .values(known_to=end)
        )
        rows = [{"assignment_id": i, "state": "acknowledged", "known_from": end} for i in ids]
        session.execute(insert(m.AssignmentState), rows)
    world.do(FLOW, open_rounds, at=morning(date(2021, 3, 10)))
    return world


def run(world: World, day: date, **given: object):
    """What was written, with the mails as they would be if they were sent at once."""
    dry = world.do(FLOW, remind, at=morning(day), dry_run=True)
    done = world.do(FLOW, remind, at=morning(day), **given)
    assert (done.reminders, done.people, done.units) == (dry.reminders, dry.people, dry.units)
    return dry


def workdays(n: int) -> date:
    return CALENDAR.add_workdays(Q1_DUE, n)


def told(result) -> dict[int, list[str]]:
    return {mail.person_id: [e.section for e in mail.entries] for mail in result.mails}


def set_state(world: World, unit: str, code: str, state: str, at: datetime) -> int:
    with world.database.write() as session:
        report = session.scalars(
            select(m.Report.id).where(
                m.Report.unit_id == world.units[unit], m.Report.task_id == world.tasks[code]
            )
        ).one()
        session.execute(
            update(m.ReportState)
            .where(m.ReportState.report_id == report, m.ReportState.open())
            .values(known_to=at)
        )
        session.execute(insert(m.ReportState).values(report_id=report, state=state, known_from=at))
    return report


def count(world: World, table: type) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def digests(world: World) -> int:
    with world.database.read() as session:
        return (
            session.scalar(
                select(func.count()).select_from(m.Outbox).where(m.Outbox.kind == "digest")
            )
            or 0
        )


def test_nobody_hears_anything_before_the_first_step(database: Database) -> None:
    world = in_first_round(database)
    done = run(world, workdays(-6))
    assert (done.reminders, done.mails) == (0, ())
    assert digests(world) == count(world, m.Digest) == 0


def test_each_liaison_gets_one_mail_with_all_that_waits(database: Database) -> None:
    world = in_first_round(database)
    done = run(world, workdays(-5))
    science = world.person(SCIENCE, "liaison")
    mail = next(mail for mail in done.mails if mail.person_id == science)
    assert [(e.code, e.section, e.workdays) for e in mail.entries] == [
        ("1.1", "ahead", 5), ("1.3", "ahead", 5)
    ]  # fmt: skip
    assert digests(world) == len(done.mails) == 5
    assert world.person(SCIENCE, "deputy_head") not in told(done)
    with world.acting(system("deliver"), morning(workdays(-5))) as c:
        freeze(c, "me", write_down(claim(c, "me").digests, c.letterhead, c.now))
    with world.database.read() as session:
        subject = session.scalar(
            select(m.Outbox.subject).where(m.Outbox.person_id == science, m.Outbox.kind == "digest")
        )
    assert subject == "【待办提醒】您有 2 项待办"


def test_a_second_run_and_a_later_one_that_day_write_nothing(database: Database) -> None:
    world = in_first_round(database)
    first = run(world, workdays(-5))
    assert run(world, workdays(-5)).reminders == 0
    assert run(world, workdays(-4)).reminders == 0
    assert count(world, m.Reminder) == first.reminders


def test_two_planners_at_once_write_what_one_would(database: Database) -> None:
    world = in_first_round(database)
    expected = world.do(FLOW, remind, at=morning(workdays(1)), dry_run=True)
    ready = Barrier(3)

    def one(_: int):
        ready.wait()
        return world.do(FLOW, remind, at=morning(workdays(1)))

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(one, range(3)))
    assert sum(each.reminders for each in done) == expected.reminders == count(world, m.Reminder)
    assert digests(world) == len(expected.mails) == sum(each.people for each in done)
    with world.database.read() as session:
        assert (
            session.scalars(select(m.Digest.id)).all()
            == session.scalars(
                select(m.Outbox.digest_id)
                .where(m.Outbox.digest_id.is_not(None))
                .order_by(m.Outbox.digest_id)
            ).all()
        )


def test_a_late_run_tells_only_of_the_latest_step(database: Database) -> None:
    world = in_first_round(database)
    done = run(world, workdays(3))
    with world.database.read() as session:
        steps = select(m.ClockStep.step).join(
            m.Reminder, m.Reminder.clock_step_id == m.ClockStep.id
        )
        assert set(session.scalars(steps)) == {"T+3"}
    assert set(told(done)[world.person(SCIENCE, "deputy_head")]) == {"unit_overdue"}
    assert set(told(done)[world.reviewer]) == {"silent"}


def test_a_dry_run_and_a_preview_say_the_same_and_write_nothing(database: Database) -> None:
    world = in_first_round(database)
    dry = run(world, workdays(-5), dry_run=True)
    with world.reading(world.reviewer, morning(workdays(-6))) as c:
        tomorrow = preview(c, workdays(-5))
    assert count(world, m.Reminder) == digests(world) == 0
    assert dry.mails == tomorrow.mails == run(world, workdays(-5)).mails


def test_only_the_office_sees_who_will_be_told(database: Database) -> None:
    world = in_first_round(database)
    with (
        world.reading(world.person(SCIENCE, "liaison"), morning(workdays(-6))) as c,
        pytest.raises(NotAllowed),
    ):
        preview(c, workdays(-5))


def test_a_deputy_head_hears_before_the_date_only_of_what_awaits_a_signature(
    database: Database,
) -> None:
    world = in_first_round(database)
    set_state(world, SCIENCE, "1.1", "submitted", morning(date(2021, 3, 12)))
    done = told(run(world, workdays(-5)))
    assert done[world.person(SCIENCE, "deputy_head")] == ["sign_off"]
    assert done[world.person(SCIENCE, "liaison")] == ["ahead"]
    assert world.person(LABOUR, "deputy_head") not in done


def test_what_was_returned_comes_first_with_the_words_that_the_policy_lets_out(
    database: Database,
) -> None:
    world = in_first_round(database)
    report = set_state(world, SCIENCE, "1.3", "returned", morning(date(2021, 3, 12)))
    with world.database.write() as session:
        session.execute(insert(m.Submission).values(
            id=1, report_id=report, no=1, key="k", receipt="r", person_id=1, text="",
            at=world.now, status="on_track",
        ))  # fmt: skip
        session.execute(insert(m.Verdict).values(
            submission_id=1, person_id=1, at=world.now, outcome="returned", reason="请补充数据"
        ))  # fmt: skip
    science = world.person(SCIENCE, "liaison")
    with world.reading(world.reviewer, morning(workdays(-6))) as c:
        silent = next(x for x in preview(c, workdays(-5)).mails if x.person_id == science)
    assert [(e.code, e.section, e.reason) for e in silent.entries] == [
        ("1.3", "returned", ""), ("1.1", "ahead", "")
    ]  # fmt: skip
    with world.database.write() as session:
        session.execute(update(m.Plan).values(policy='{"mail_detail": "full"}'))
    done = run(world, workdays(-5))
    mail = next(mail for mail in done.mails if mail.person_id == science)
    assert mail.entries[0].reason == "请补充数据"


def test_nobody_is_called_late_for_the_time_that_the_office_took(database: Database) -> None:
    world = in_first_round(database)
    report = set_state(world, SCIENCE, "1.1", "returned", morning(workdays(1)))
    set_state(world, SCIENCE, "1.3", "accepted", morning(workdays(1)))
    with world.database.write() as session:
        session.execute(
            update(m.Report).where(m.Report.id == report).values(answer_due_on=workdays(4))
        )
    science = {world.person(SCIENCE, "liaison"), world.person(SCIENCE, "deputy_head")}
    assert not science & set(told(run(world, workdays(1))))
    assert science <= set(told(run(world, workdays(5))))


def test_reviewers_never_hear_of_their_own_units_report(database: Database) -> None:
    world = in_first_round(database)
    done = run(world, workdays(3))
    units = {
        mail.person_id: {e.unit for e in mail.entries if e.section == "silent"}
        for mail in done.mails
    }
    assert OFFICE not in units[world.reviewer]
    assert units[world.person(LABOUR, "reviewer")] == {OFFICE}


def test_a_silent_reviewer_is_escalated_inside_the_office(database: Database) -> None:
    world = in_first_round(database)
    report = set_state(world, SCIENCE, "1.1", "signed_off", morning(workdays(-3)))
    review_due = workdays(5)
    with world.acting(FLOW, morning(workdays(-3))) as c:
        from workflow.rules.reporting.ladder import ClockKind
        from workflow.verbs.rounds.clocks import clock_for

        clock = clock_for(c, c.session.get_one(m.Plan, world.plan_id), ClockKind.REVIEW, review_due)
        c.session.execute(
            update(m.Report).where(m.Report.id == report).values(review_clock_id=clock)
        )
    assert told(run(world, workdays(5)))[world.reviewer][0] == "review"
    late = told(run(world, workdays(7)))
    assert late[world.administrator] == ["review_late"]
    assert world.person(SCIENCE, "liaison") in told(run(world, workdays(10)))


def test_a_city_leader_is_never_written_to_whatever_else_they_are(database: Database) -> None:
    world = unacknowledged(database)
    leader = world.person("", "leader")
    with world.database.write() as session:
        for role in ("liaison", "deputy_head", "reviewer", "administrator"):
            session.execute(insert(m.Role).values(
                person_id=leader, unit_id=world.units[SCIENCE], name=role,
                valid_from=date(2021, 1, 1),
            ))  # fmt: skip
    for day in range(40):
        assert leader not in told(run(world, Q1_DUE + timedelta(days=day - 10)))


def test_a_substitute_is_told_during_leave_only(database: Database) -> None:
    world = in_first_round(database)
    substitute = world.person(OFFICE, "head") if (OFFICE, "head") in world.people else None
    with world.database.write() as session:
        if substitute is None:
            substitute = session.scalars(
                insert(m.Person).values(email="s@luoshi.test", name="S").returning(m.Person.id)
            ).one()
        session.execute(insert(m.Cover).values(
            person_id=world.person(SCIENCE, "liaison"), substitute_id=substitute,
            valid_from=workdays(-5), valid_to=workdays(-2),
        ))  # fmt: skip
    assert told(run(world, workdays(-5)))[substitute] == ["ahead", "ahead"]
    assert substitute not in told(run(world, workdays(-2)))


def test_who_has_not_acknowledged_is_asked_to(database: Database) -> None:
    world = little_city(database)
    due = CALENDAR.add_workdays(date(2021, 1, 4), 5)
    done = told(run(world, due))
    assert set(done[world.person(SCIENCE, "liaison")]) == {"acknowledge"}
    later = told(run(world, CALENDAR.add_workdays(due, 3)))
    assert set(later[world.person(SCIENCE, "deputy_head")]) == {"unit_acknowledge"}
    assert set(later[world.reviewer]) == {"silent"}


@pytest.mark.parametrize("state", ["suspended", "closed", "terminated"])
def test_a_task_that_is_not_in_force_is_not_to_be_acknowledged(
    database: Database, state: str
) -> None:
    world = little_city(database)
    due = CALENDAR.add_workdays(date(2021, 1, 4), 5)
    with database.write() as session:
        now_over = update(m.TaskState).where(m.TaskState.open())
        session.execute(now_over.values(known_to=morning(date(2021, 1, 5))))
        at = {"known_from": morning(date(2021, 1, 5)), "state": state}
        session.execute(insert(m.TaskState), [{"task_id": i, **at} for i in world.tasks.values()])
    assert run(world, due).mails == ()
    with world.reading(world.reviewer, at=morning(due)) as c:
        assert (
            phone_list(c.session, c.actor, [world.plan_id], today=c.today, calendar=CALENDAR) == ()
        )


def test_a_closed_round_asks_no_more_but_for_what_was_returned(database: Database) -> None:
    world = in_first_round(database)
    set_state(world, SCIENCE, "1.1", "returned", morning(workdays(2)))
    with world.database.write() as session:
        session.execute(update(m.Round).values(closed_at=morning(workdays(16))))
    done = run(world, workdays(20))
    assert [told.unit for told in done.units] == [SCIENCE]
    assert done.reminders == 2


def test_each_plan_gets_one_event_with_the_digest_of_its_ledger(database: Database) -> None:
    world = in_first_round(database)
    done = run(world, workdays(-5))
    with world.database.read() as session:
        event = session.scalars(select(m.Event).where(m.Event.action == "remind")).one()
        r = m.Reminder
        rows = session.execute(
            select(r.subject, r.subject_id, r.unit_id, r.clock_step_id, r.person_id, r.role)
            .order_by(r.subject, r.subject_id, r.clock_step_id, r.person_id)
        )  # fmt: skip
        ledger = "".join(f"{' '.join(map(str, row))}\n" for row in rows)
        assert last_runs(session)["remind"].at == morning(workdays(-5))
    said = json.loads(event.payload)
    assert (event.chain, said["count"]) == (world.plan_id, done.reminders)
    assert said["ledger"] == hashlib.sha256(ledger.encode()).hexdigest()


def test_an_address_that_no_relay_takes_stops_nobody_elses_mail(database: Database) -> None:
    world = in_first_round(database)
    with world.database.write() as session:
        session.execute(
            update(m.Person)
            .where(m.Person.id == world.person(SCIENCE, "liaison"))
            .values(email="科技局@例子.cn")
        )
    done = world.do(FLOW, remind, at=morning(workdays(-5)))
    assert done.people == 4
    with world.database.read() as session:
        told = set(session.scalars(select(m.Digest.person_id)))
    assert world.person(SCIENCE, "liaison") not in told
    assert world.person(LABOUR, "liaison") in told


def test_an_address_that_became_wrong_since_keeps_nobody_elses_digest(database: Database) -> None:
    world = in_first_round(database)
    at = morning(workdays(-5))
    world.do(FLOW, remind, at=at)
    science = world.person(SCIENCE, "liaison")
    with world.database.write() as session:
        session.execute(update(m.Person).where(m.Person.id == science).values(email="科@例子.cn"))
    with world.acting(system("deliver"), at) as c:
        assert len(claim(c, "me").digests) == 4
    with world.database.read() as session:
        failed = select(m.Outbox.person_id).where(m.Outbox.state == "failed")
        assert session.scalars(failed).all() == [science]
        assert session.get_one(m.Person, science).bounced_at == at


def test_who_has_filed_meanwhile_gets_no_digest(database: Database) -> None:
    world = in_first_round(database)
    at = morning(workdays(-5))
    world.do(FLOW, remind, at=at)
    set_state(world, LABOUR, "1.2", "accepted", at)
    with world.acting(system("deliver"), at) as c:
        digests = claim(c, "me").digests
    assert world.person(LABOUR, "liaison") not in {one.person_id for one in digests}
    with world.database.read() as session:
        needless = select(m.Outbox.person_id).where(m.Outbox.state == "needless")
        assert session.scalars(needless).all() == [world.person(LABOUR, "liaison")]


def test_silent_units_are_telephoned_after_three_workdays(database: Database) -> None:
    world = in_first_round(database)
    for day, expected in ((workdays(2), 0), (workdays(3), 2)):
        with world.reading(world.reviewer, morning(day)) as c:
            listed = phone_list(c.session, c.actor, [world.plan_id], today=day, calendar=CALENDAR)
        found = {one.unit: one.overdue for one in listed}
        assert found.get(SCIENCE, 0) == expected


def test_a_unit_that_no_mail_reaches_is_on_the_list_before_anything_is_late(
    database: Database,
) -> None:
    world = in_first_round(database)
    liaison = world.person(SCIENCE, "liaison")
    with world.database.write() as session:
        session.execute(update(m.Person).where(m.Person.id == liaison).values(bounced_at=world.now))
    with world.reading(world.reviewer, morning(date(2021, 3, 10))) as c:
        listed = phone_list(
            c.session, c.actor, [world.plan_id], today=date(2021, 3, 10), calendar=CALENDAR
        )
    assert [(one.unit, one.reached, one.overdue, one.waits) for one in listed] == [
        (SCIENCE, False, 0, 2)
    ]
    assert [contact.person_id for contact in listed[0].contacts] == [liaison]


def test_a_call_is_recorded_and_shown(database: Database) -> None:
    world = in_first_round(database)
    at = morning(workdays(3))
    unit = world.units[SCIENCE]
    world.do(world.reviewer, record_call, at=at, plan_id=world.plan_id, unit_id=unit,
             outcome=" 本周五前报送 ", person_id=world.person(SCIENCE, "liaison"))  # fmt: skip
    with world.reading(world.reviewer, at) as c:
        listed = phone_list(
            c.session, c.actor, [world.plan_id], today=workdays(3), calendar=CALENDAR
        )
        event = c.session.scalars(select(m.Event).where(m.Event.action == "record_call")).one()
    call = next(one for one in listed if one.unit == SCIENCE).calls[0]
    assert (call.outcome, call.person, call.at) == ("本周五前报送", f"{SCIENCE}liaison", at)
    assert "周五" not in event.payload


def test_a_call_needs_an_outcome_a_known_unit_and_a_caller_of_the_office(
    database: Database,
) -> None:
    world = in_first_round(database)
    given = {"plan_id": world.plan_id, "unit_id": world.units[SCIENCE], "outcome": "已说明"}
    for wrong, refusal in (({"outcome": " "}, Invalid), ({"unit_id": 999}, NotFound)):
        with pytest.raises(refusal):
            world.do(world.reviewer, record_call, **{**given, **wrong})
    with pytest.raises(NotAllowed):
        world.do(world.person(SCIENCE, "liaison"), record_call, **given)
    assert count(world, m.PhoneReminder) == 0
