"""People change, leave, and are covered while on leave."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from db.models import Outbox, Person, Unit
from db.queries.people.directory import PersonRow, covers, people
from logins import FIRST, HERE, NOW, SECOND, Clock, actions, enter
from luoshi.sessions import AccountSessions
from luoshi.wiring import Installation
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, Refused
from workflow.verbs.access.reset_password import StaleLink, link_for
from workflow.verbs.people import save_person as keep_people
from workflow.verbs.people.cover import cover, end_cover

CONSOLE = system("command line")
TODAY = date(2021, 11, 22)


def ids(installation: Installation) -> dict[str, int]:
    with installation.database.read() as session:
        return {row.name: row.id for row in session.execute(select(Person.name, Person.id))}


def unit_id(installation: Installation) -> int:
    with installation.database.read() as session:
        return session.scalars(select(Unit.id).order_by(Unit.id)).first()


def listed(installation: Installation, name: str, who: object = CONSOLE) -> PersonRow:
    with installation.reading(who) as c:
        everybody = people(c.session, c.actor, today=c.today, left_too=True)
    return next(person for person in everybody if person.name == name)


def test_a_new_person_is_invited_and_has_no_password(installation: Installation) -> None:
    with installation.acting(CONSOLE) as c:
        keep_people.add_person(
            c, email="New@Example.org", name=" 赵  一 ", unit_id=unit_id(installation), at=NOW
        )
    person = listed(installation, "赵 一")
    assert (person.email, person.invited, person.roles) == ("new@example.org", True, ())
    with installation.database.read() as session:
        assert session.scalars(select(Outbox.kind)).all() == ["reset"]


@pytest.mark.parametrize("refused", [False, True])
def test_a_link_mailed_to_a_strangers_address_dies_when_it_is_put_right(
    installation: Installation, sessions: AccountSessions, refused: bool
) -> None:
    given = {"name": "赵一", "unit_id": unit_id(installation), "language": "zh", "phone": ""}
    with installation.acting(CONSOLE) as c:
        new = keep_people.add_person(c, email="stranger@example.org", **given, at=NOW)
        link = link_for(c, email="stranger@example.org", at=NOW)
        c.session.get_one(Person, new).bounced_at = NOW if refused else None
    with installation.acting(CONSOLE) as c:
        keep_people.change_person(c, new, email="zhao@example.org", **given)
    token = link.partition("token=")[2]
    if refused:  # nobody has it, and the mail may go again
        sessions.set_password(token, SECOND, HERE)
        return
    with pytest.raises(StaleLink):
        sessions.set_password(token, SECOND, HERE)


@pytest.mark.parametrize(
    "wrong",
    [{"email": "li@example.org"}, {"email": "x"}, {"name": " "}, {"language": "fr"},
     {"unit_id": 999}],
)  # fmt: skip
def test_a_person_cannot_be_kept_wrongly(
    wrong: dict[str, object], installation: Installation
) -> None:
    good = {"email": "n@example.org", "name": "N", "unit_id": None, "language": "zh"}
    with pytest.raises(Invalid), installation.acting(CONSOLE) as c:
        keep_people.add_person(c, **{**good, **wrong}, at=NOW)


def test_roles_begin_and_end_and_the_list_shows_them(installation: Installation) -> None:
    li, unit = ids(installation)["li"], unit_id(installation)
    with installation.acting(CONSOLE) as c:
        assert keep_people.give_role(c, li, "deputy_head", unit)
        assert not keep_people.give_role(c, li, "deputy_head", unit)
    assert [(r.role, r.unit) for r in listed(installation, "li").roles] == [
        ("deputy_head", "市科技局")
    ]
    with installation.acting(CONSOLE) as c:
        keep_people.end_role(c, li, "deputy_head", unit)
    assert listed(installation, "li").roles == ()
    with pytest.raises(NotFound), installation.acting(CONSOLE) as c:
        keep_people.end_role(c, li, "deputy_head", unit)
    with pytest.raises(Invalid), installation.acting(CONSOLE) as c:
        keep_people.give_role(c, li, "liaison", None)


def test_who_is_put_out_can_do_nothing_more(
    installation: Installation, sessions: AccountSessions
) -> None:
    token = enter(sessions, "wang@example.org", FIRST, HERE)
    wang = ids(installation)["wang"]
    with installation.acting(CONSOLE) as c:
        keep_people.deactivate_person(c, wang, at=NOW)
    assert sessions.find(token) is None
    person = listed(installation, "wang")
    assert (person.active, person.roles) == (False, ())
    with pytest.raises(NotFound), installation.acting(wang):
        pass
    assert ("put_out", wang) in actions(installation)


def test_the_last_administrator_stays(installation: Installation) -> None:
    li, wang = ids(installation)["li"], ids(installation)["wang"]
    with installation.acting(CONSOLE) as c:
        keep_people.give_role(c, li, "administrator", None)
    for leave in (
        lambda c: keep_people.deactivate_person(c, li, at=NOW),
        lambda c: keep_people.end_role(c, li, "administrator", None),
    ):
        with pytest.raises(Refused), installation.acting(li) as c:
            leave(c)
    with installation.acting(CONSOLE) as c:
        keep_people.give_role(c, wang, "administrator", None)
    with installation.acting(wang) as c:
        keep_people.deactivate_person(c, li, at=NOW)


def test_only_administrators_keep_people(installation: Installation) -> None:
    wang = ids(installation)["wang"]
    for act in (
        lambda c: keep_people.add_person(c, email="a@b.org", name="A", unit_id=None, at=NOW),
        lambda c: keep_people.deactivate_person(c, wang, at=NOW),
        lambda c: keep_people.give_role(c, wang, "administrator", None),
        lambda c: keep_people.invite_again(c, wang, at=NOW),
    ):
        with pytest.raises(NotAllowed), installation.acting(wang) as c:
            act(c)


def test_a_liaison_sees_the_people_of_the_own_unit_alone(installation: Installation) -> None:
    with installation.database.write() as session:
        other = Unit(name="市财政局", kind="department")
        session.add(other)
        session.flush()
        session.add(Person(email="far@example.org", name="far", unit_id=other.id))
    wang = ids(installation)["wang"]
    with installation.reading(wang) as c:
        assert [p.name for p in people(c.session, c.actor, today=c.today)] == ["li", "wang"]
    assert listed(installation, "far").unit == "市财政局"


def test_a_person_names_a_colleague_for_the_days_of_a_leave(
    installation: Installation, clock: Clock
) -> None:
    wang, li = ids(installation)["wang"], ids(installation)["li"]
    with installation.acting(wang) as c:
        cover_id = cover(c, person_id=wang, substitute_id=li, first=TODAY, last=TODAY)
    assert listed(installation, "wang").substitute == "li"
    with installation.reading(li) as c:
        assert c.actor.roles == {"liaison"}
        (row,) = covers(c.session, c.actor, c.today)
        assert (row.first, row.last) == (TODAY, TODAY)
    with pytest.raises(Invalid), installation.acting(wang) as c:
        cover(c, person_id=wang, substitute_id=li, first=TODAY, last=TODAY + timedelta(days=9))
    with installation.acting(wang) as c:
        end_cover(c, cover_id=cover_id)
    week = {"person_id": wang, "substitute_id": li, "last": TODAY + timedelta(days=9)}
    with installation.acting(wang) as c:
        to_come = cover(c, first=TODAY + timedelta(days=5), **week)
        end_cover(c, cover_id=to_come)
        assert covers(c.session, c.actor, c.today) == ()
        assert cover(c, first=TODAY + timedelta(days=2), **week)
    with installation.reading(li) as c:
        assert c.actor.roles == frozenset()


def test_a_cover_that_would_widen_somebodys_view_is_refused(installation: Installation) -> None:
    wang, li = ids(installation)["wang"], ids(installation)["li"]
    with installation.database.write() as session:
        far = Person(email="far@example.org", name="far")
        session.add(far)
        session.flush()
        far_id = far.id
    days = {"first": TODAY, "last": TODAY}
    for actor, person, substitute, why in (
        (li, wang, li, NotAllowed),
        (wang, wang, far_id, NotAllowed),
        (wang, wang, wang, Invalid),
        (wang, wang, 999, NotFound),
    ):
        with pytest.raises(why), installation.acting(actor) as c:
            cover(c, person_id=person, substitute_id=substitute, **days)
    with pytest.raises(Invalid), installation.acting(wang) as c:
        cover(c, person_id=wang, substitute_id=li, first=TODAY, last=TODAY - timedelta(days=1))
    with installation.acting(CONSOLE) as c:
        assert cover(c, person_id=wang, substitute_id=far_id, **days)
