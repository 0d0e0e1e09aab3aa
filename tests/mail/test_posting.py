"""Telling people puts frozen letters into the outbox of the same transaction."""

import email
from datetime import date
from email.policy import default

from sqlalchemy import select

from db.engine import Database
from db.models import ChainHead, Cover, Outbox, Person, Plan, Role, Unit
from letters import FACTS, LETTERHEAD, NOW
from workflow.rules.access.permissions import TOP_PLACE, system
from workflow.rules.reporting.policy import PlanPolicy
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import notify, people_in_place, people_in_posts

LONG_AGO = date(2020, 1, 1)


def a_city(database: Database) -> None:
    with database.write() as session:
        session.add(Unit(id=1, name="市科技局", kind="department"))
        session.add(Unit(id=2, name="市人社局", kind="department"))
        policy = PlanPolicy(mail_detail="count").to_json()
        plan = Plan(id=1, code="p", title="规划", first_year=2021, last_year=2025, policy=policy)
        session.add(plan)
        session.add(ChainHead(chain=1, no=8, hash="abc", at=NOW))
        session.flush()
        for number, name in enumerate(("zhang", "li", "wang", "zhao"), 1):
            session.add(Person(id=number, email=f"{name}@example.cn", name=name, unit_id=1))
        session.flush()
        session.add(Role(person_id=1, unit_id=1, name="liaison", valid_from=LONG_AGO))
        session.add(
            Role(person_id=2, unit_id=1, name="liaison", valid_from=LONG_AGO,
                 valid_to=date(2021, 9, 22))
        )  # fmt: skip
        session.add(Role(person_id=3, unit_id=2, name="liaison", valid_from=LONG_AGO))
        session.add(
            Cover(person_id=1, substitute_id=4, valid_from=LONG_AGO, valid_to=date(2021, 10, 1))
        )


def test_only_those_who_hold_a_role_that_day_and_their_substitutes_are_found(
    database: Database,
) -> None:
    a_city(database)
    with database.read() as session:
        c = Context(session, system("test"), NOW, LETTERHEAD)
        assert people_in_posts(c, 1, "liaison") == [1, 4]
        assert people_in_place(c, TOP_PLACE, "liaison") == [1, 3, 4]
        assert people_in_posts(c, 2, "deputy_head") == []


def test_each_active_person_is_told_once_in_their_language(database: Database) -> None:
    a_city(database)
    with database.write() as session:
        session.get_one(Person, 2).language = "en"
        session.get_one(Person, 3).active = False
        session.get_one(Person, 4).email = "赵@example.cn"
        c = Context(session, system("test"), NOW, LETTERHEAD)
        notify(c, "returned", [2, 1, 2, 3, 4], plan_id=1, facts=FACTS["returned"], priority=3)
    with database.read() as session:
        mails = session.scalars(select(Outbox).order_by(Outbox.person_id)).all()
        assert [(m.person_id, m.state, m.priority) for m in mails] == [
            (1, "queued", 3), (2, "queued", 3)
        ]  # fmt: skip
        assert mails[0].subject == "【退回修改】一项任务（2021年三季度）"
        assert mails[1].subject == "Returned: one task, third quarter of 2021"
        assert mails[0].message_id != mails[1].message_id
        assert mails[0].message_id.encode() in mails[0].content
        assert session.get_one(Person, 4).bounced_at == NOW


def test_a_receipt_carries_the_head_of_the_chain_out_of_the_installation(
    database: Database,
) -> None:
    a_city(database)
    with database.write() as session:
        c = Context(session, system("test"), NOW, LETTERHEAD)
        notify(c, "receipt", [1], plan_id=1, facts=FACTS["receipt"])
    with database.read() as session:
        content = session.scalars(select(Outbox.content)).one()
    body = email.message_from_bytes(content, policy=default).get_body(("plain",))  # type: ignore[attr-defined]
    assert "第 8 条，abc" in body.get_content()


def test_what_is_rolled_back_tells_nobody(database: Database) -> None:
    a_city(database)
    try:
        with database.write() as session:
            c = Context(session, system("test"), NOW, LETTERHEAD)
            notify(c, "returned", [1], plan_id=1, facts=FACTS["returned"])
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database.read() as session:
        assert session.scalars(select(Outbox)).all() == []
