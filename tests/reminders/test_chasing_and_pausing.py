"""Chasing by hand, pauses, units that no mail reaches, several liaisons, one for several units."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import insert, select, update

from db import models as m
from db.engine import Database
from db.queries.reminders.phone_list import phone_list
from db.queries.reports.late import late_reports
from little_city import CLOCK, City, found
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.rules.time.calendar import Calendar
from workflow.verbs.mail.notify_unreached import notify_unreached
from workflow.verbs.reminders.chase import UnitsChased, chase, chase_preview
from workflow.verbs.reminders.pause_reminders import end_pause, pause_reminders
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds

DUE = date(2021, 3, 25)
CALENDAR = Calendar()


def morning(day: date) -> datetime:
    return datetime.combine(day, time(0, 30), UTC)


def workdays(n: int) -> datetime:
    return morning(CALENDAR.add_workdays(DUE, n))


@pytest.fixture
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK, morning(date(2021, 3, 10))) as c:
        open_rounds(c)
    return made


def do(city: City, verb, at: datetime, who: str = "reviewer", **given):
    with city.acting(who, at) as c:
        return verb(c, **given)


def reminded(city: City, at: datetime) -> set[str]:
    """Who is told by the run of a morning, by name."""
    with city.acting(CLOCK, at) as c:
        remind(c)
        rows = c.session.scalars(
            select(m.Person.name)
            .join(m.Reminder, m.Reminder.person_id == m.Person.id)
            .where(m.Reminder.at == at)
        )
        return set(rows)


def letters(city: City, kind: str) -> list[tuple[str, str]]:
    with city.database.read() as session:
        rows = session.execute(
            select(m.Person.name, m.Outbox.subject)
            .join(m.Person, m.Person.id == m.Outbox.person_id)
            .where(m.Outbox.kind == kind)
            .order_by(m.Person.name)
        )
        return [tuple(row) for row in rows]


def test_chosen_units_are_chased_and_rest_for_some_workdays(city: City) -> None:
    given = {"plan_id": city.plan, "unit_ids": [city.units["science"], city.units["north"]]}
    first = workdays(1)
    mail = do(city, chase_preview, first, note="请周五前报。", **given)
    assert "请周五前报。" in bytes_of(mail)
    assert letters(city, "chase") == []
    assert do(city, chase, first, note="请周五前报。", **given) == UnitsChased(2, 4)
    assert [name for name, _subject in letters(city, "chase")] == [
        "north.deputy", "north.liaison", "science.deputy", "science.liaison",
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        do(city, chase, workdays(3), **given)
    said = [str(problem) for problem in refused.value.problems]
    assert [text.partition(":")[0] for text in said] == ["市科技局", "北城区"]
    assert all("2021-03-31" in text for text in said)
    assert len(letters(city, "chase")) == 4
    assert do(city, chase, workdays(4), **given).units == 2
    with city.database.read() as session:
        payloads = session.scalars(select(m.Event.payload).where(m.Event.action == "chase")).all()
    assert len(payloads) == 4
    assert not any("周五" in payload for payload in payloads)


def bytes_of(mail) -> str:
    from email import message_from_bytes
    from email.policy import SMTP

    return message_from_bytes(mail.content, policy=SMTP).get_body(("plain",)).get_content()


def test_only_units_that_owe_and_can_be_reached_are_chased(city: City) -> None:
    with city.database.write() as session:
        mine = [city.people["science.liaison"], city.people["science.deputy"]]
        session.execute(update(m.Person).where(m.Person.id.in_(mine)).values(bounced_at=city.now))
        done = select(m.Report.id).where(m.Report.unit_id == city.units["north"])
        session.execute(
            update(m.ReportState).where(m.ReportState.report_id.in_(done)).values(known_to=city.now)
        )
    at = workdays(1)
    for unit, words in (("science", "电话"), ("north", "没有应报事项")):
        with pytest.raises(Invalid) as refused:
            do(city, chase, at, plan_id=city.plan, unit_ids=[city.units[unit]])
        assert words in str(refused.value) + "".join(map(str, refused.value.problems))
    with pytest.raises(NotAllowed):
        do(city, chase, at, "north.liaison", plan_id=city.plan, unit_ids=[city.units["science"]])
    assert letters(city, "chase") == []


def test_nobody_is_reminded_of_what_is_paused(city: City) -> None:
    at = workdays(-5)
    mine = {"plan_id": city.plan, "unit_id": city.units["science"]}
    pause = do(city, pause_reminders, at, first=at.date(), last=DUE, reason="防汛", **mine)
    told = reminded(city, at)
    assert "north.liaison" in told
    assert "science.liaison" not in told
    with city.reading("reviewer", workdays(4)) as c:
        assert {one.unit for one in phones(c, city)} >= {"市科技局"}
    do(city, end_pause, workdays(-3), pause_id=pause)
    assert "science.liaison" in reminded(city, workdays(-3))  # the latest step, told now


def phones(c, city: City):
    return phone_list(c.session, c.actor, [city.plan], today=c.today, calendar=c.calendar)


def test_a_whole_plan_pauses_and_what_is_late_stays_so(city: City) -> None:
    at = workdays(-5)
    do(city, pause_reminders, at, plan_id=city.plan, first=at.date(), last=date(2021, 4, 30),
       reason="集中换届")  # fmt: skip
    assert reminded(city, at) == set()
    with city.reading("reviewer", workdays(5)) as c:
        assert phones(c, city) == ()
        assert late_reports(c.session, c.actor, [city.plan], c.today)


def test_a_pause_needs_a_reason_days_and_the_office(city: City) -> None:
    at = workdays(0)
    given = {"plan_id": city.plan, "first": DUE, "last": DUE, "reason": "防汛"}
    for wrong in ({"reason": " "}, {"first": date(2021, 3, 24)}, {"last": date(2021, 3, 24)}):
        with pytest.raises(Invalid):
            do(city, pause_reminders, at, **{**given, **wrong})
    with pytest.raises(NotFound):
        do(city, pause_reminders, at, unit_id=999, **given)
    with pytest.raises(NotAllowed):
        do(city, pause_reminders, at, "science.liaison", **given)
    pause = do(city, pause_reminders, at, **given)
    with pytest.raises(NotFound):
        do(city, end_pause, workdays(1), pause_id=pause)


def test_the_administrator_hears_at_once_when_no_mail_reaches_a_unit(city: City) -> None:
    second = add_liaison(city, "陈科", "science")

    def refuse(name: str) -> None:
        with city.acting(CLOCK) as c:
            c.session.get_one(m.Person, city.people[name]).bounced_at = c.now
            c.session.flush()
            notify_unreached(c, city.people[name])

    refuse("science.liaison")
    assert letters(city, "unreached") == []  # the second liaison is reached
    city.people["second"] = second
    refuse("second")
    assert letters(city, "unreached") == [("admin", "市科技局邮件无人可达：请落实联络员")]


def add_liaison(city: City, name: str, *units: str) -> int:
    with city.database.write() as session:
        person = m.Person(email=f"{units[0]}.more@example.cn", name=name)
        session.add(person)
        session.flush()
        rows = [
            {"person_id": person.id, "unit_id": city.units[unit], "name": "liaison",
             "valid_from": date(2020, 1, 1)}
            for unit in units
        ]  # fmt: skip
        session.execute(insert(m.Role), rows)
        return person.id


def test_several_liaisons_are_told_and_one_for_several_units_gets_one_mail(city: City) -> None:
    person = add_liaison(city, "陈科", "north", "south")
    told = reminded(city, workdays(-5))
    assert {"north.liaison", "south.liaison", "陈科"} <= told
    with city.database.read() as session:
        mine = m.Reminder.person_id == person
        units = set(session.scalars(select(m.Reminder.unit_id).where(mine)))
        digests = session.scalars(select(m.Digest.id).where(m.Digest.person_id == person)).all()
    assert units == {city.units["north"], city.units["south"]}
    assert len(digests) == 1
