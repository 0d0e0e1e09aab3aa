"""三员分立: three posts that no person holds two of, where the house asks for it."""

from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Cover, Outbox, Person, Role
from db.queries.people.directory import people, unfilled_posts
from db.queries.units.units import list_units
from documents.people_file import read_lines
from logins import NOW, Clock, enter
from luoshi.settings import Settings
from luoshi.wiring import Installation, account_sessions
from workflow.rules.access.permissions import THREE_POSTS, system
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.people.cover import cover
from workflow.verbs.people.import_people import import_people
from workflow.verbs.people.save_person import add_person, end_role, give_role, put_out
from workflow.verbs.people.separate_posts import Together
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.record.watch import watch

CONSOLE = system("command line")
SYSTEM, SECURITY, AUDITOR = THREE_POSTS
TODAY = date(2021, 11, 22)


def house_of(database: Database, clock: Clock, separate: bool) -> Installation:
    made = Installation(
        Settings(
            _env_file=None,
            database_url="sqlite://",
            secret_key="s" * 32,
            separate_posts=separate,
        ),
        clock,
        clock,
    )
    made.database = database
    return made


@pytest.fixture
def house(house: Installation, database: Database, clock: Clock) -> Installation:
    """Wang and Li, and the three posts held by three others."""
    made = house_of(database, clock, separate=True)
    for post in THREE_POSTS:
        give(made, newcomer(made, post), post)
    return made


def newcomer(house: Installation, name: str) -> int:
    with house.acting(CONSOLE) as c:
        return add_person(c, email=f"{name}@example.org", name=name, unit_id=None, at=NOW)


def give(house: Installation, person_id: int, role: str, unit_id: int | None = None) -> None:
    with house.acting(CONSOLE) as c:
        give_role(c, person_id, role, unit_id)


def named(house: Installation, name: str) -> int:
    with house.database.read() as session:
        return session.scalars(select(Person.id).where(Person.name == name)).one()


def held(house: Installation, person_id: int) -> set[str]:
    with house.database.read() as session:
        return set(session.scalars(select(Role.name).where(
            Role.person_id == person_id, Role.valid_to > TODAY
        )))  # fmt: skip


@pytest.mark.parametrize("first", THREE_POSTS)
@pytest.mark.parametrize("second", THREE_POSTS)
def test_two_of_the_three_are_refused_with_words(
    first: str, second: str, house: Installation
) -> None:
    holder = named(house, first)
    if first == second:
        give(house, holder, second)
        return
    with pytest.raises(Together, match="三员分立"):
        give(house, holder, second)
    assert held(house, holder) == {first}


def test_the_auditor_holds_nothing_else(house: Installation) -> None:
    with pytest.raises(Together, match="审计管理员"):
        give(house, named(house, AUDITOR), "leader")
    with pytest.raises(Together, match="联络员"):
        give(house, named(house, "wang"), AUDITOR)


def test_where_they_are_not_separate_one_person_may_hold_all(
    house: Installation, database: Database, clock: Clock
) -> None:
    loose = house_of(database, clock, separate=False)
    holder = newcomer(loose, "zhao")
    for post in THREE_POSTS:
        give(loose, holder, post)
    assert held(loose, holder) == set(THREE_POSTS)


def test_the_posts_are_held_for_no_unit(house: Installation) -> None:
    person = newcomer(house, "qian")
    with house.database.read() as session:
        unit = session.scalars(select(Person.unit_id).where(Person.name == "wang")).one()
    give(house, person, SYSTEM, unit)
    with house.reading(person) as c:
        assert c.actor.unit_ids == frozenset()


def test_a_substitute_does_not_come_to_hold_two(house: Installation) -> None:
    days = {"first": TODAY, "last": TODAY}
    with pytest.raises(Together), house.acting(CONSOLE) as c:
        cover(c, person_id=named(house, SYSTEM), substitute_id=named(house, SECURITY), **days)
    with house.database.read() as session:
        assert session.scalars(select(Cover.id)).all() == []
    with house.acting(CONSOLE) as c:
        cover(c, person_id=named(house, SYSTEM), substitute_id=named(house, "li"), **days)
    with pytest.raises(Together):
        give(house, named(house, "li"), SECURITY)
    # Whoever is covered for is given a post that the substitute may not have beside their own.
    with pytest.raises(Together):
        give(house, named(house, SYSTEM), AUDITOR)


def test_a_file_that_brings_two_together_is_refused_by_row(house: Installation) -> None:
    file = (
        "email,name,unit,role\n"
        f"{SYSTEM}@example.org,{SYSTEM},,安全管理员\n"
        "neu@example.org,Neu,,系统管理员\n"
    )
    with pytest.raises(Invalid) as caught, house.acting(CONSOLE) as c:
        import_people(c, read_lines(file.encode()), at=NOW)
    (problem,) = caught.value.problems
    assert "2" in problem.where
    assert "三员分立" in str(problem)
    assert held(house, named(house, SYSTEM)) == {SYSTEM}
    with house.database.read() as session:
        assert session.scalar(select(Person.id).where(Person.name == "Neu")) is None


@pytest.mark.parametrize("post", THREE_POSTS)
def test_the_last_holder_of_a_post_does_not_go_unnoticed(post: str, house: Installation) -> None:
    holder = named(house, post)
    with pytest.raises(Refused, match="至少"), house.acting(CONSOLE) as c:
        end_role(c, holder, post, None)
    with pytest.raises(Refused, match="至少"), house.acting(CONSOLE) as c:
        put_out(c, holder, at=NOW)
    give(house, newcomer(house, "sun"), post)
    with house.acting(CONSOLE) as c:
        end_role(c, holder, post, None)
    assert held(house, holder) == set()


def test_an_empty_post_is_said_to_who_must_know(house: Installation) -> None:
    with house.database.write() as session:
        for role in session.scalars(select(Role).where(Role.name == SYSTEM)):
            role.valid_to = TODAY
    for name, told in ((SECURITY, (SYSTEM,)), (AUDITOR, (SYSTEM,)), ("wang", ())):
        with house.reading(named(house, name)) as c:
            assert unfilled_posts(c.session, c.actor, c.today) == told


def test_who_held_two_before_acts_in_none_until_it_is_put_in_order(
    house: Installation, database: Database, clock: Clock
) -> None:
    loose = house_of(database, clock, separate=False)
    holder = newcomer(loose, "zhou")
    give(loose, holder, SYSTEM)
    give(loose, holder, SECURITY)
    with pytest.raises(NotAllowed), house.acting(holder) as c:
        give_role(c, named(house, "li"), "leader", None)
    with house.acting(CONSOLE) as c:
        end_role(c, holder, SYSTEM, None)
    with house.acting(holder) as c:
        assert give_role(c, named(house, "li"), "leader", None)


def test_the_security_administrator_keeps_people_and_knows_every_unit(house: Installation) -> None:
    keeper = named(house, SECURITY)
    with house.acting(keeper) as c:
        assert [unit.name for unit in list_units(c.session, c.actor, c.today)] == ["市科技局"]
        assert len(people(c.session, c.actor, today=c.today)) == 5
        give_role(c, named(house, "li"), "liaison", 1)
    with pytest.raises(NotAllowed, match="系统管理员"), house.acting(keeper) as c:
        checkpoint(c)


def test_the_administrator_keeps_no_people_and_runs_nothing(house: Installation) -> None:
    boss = newcomer(house, "wu")
    give(house, boss, "administrator")
    with pytest.raises(NotAllowed, match="安全管理员"), house.acting(boss) as c:
        put_out(c, named(house, "li"), at=NOW)
    with pytest.raises(NotAllowed, match="系统管理员"), house.acting(boss) as c:
        watch(c)


def told(house: Installation, kind: str) -> set[str]:
    with house.database.read() as session:
        mails = select(Person.name).join(Outbox, Outbox.person_id == Person.id)
        return set(session.scalars(mails.where(Outbox.kind == kind)))


def test_each_is_told_of_what_is_theirs(
    house: Installation, database: Database, clock: Clock
) -> None:
    give(house, newcomer(house, "wu"), "administrator")
    with house.acting(CONSOLE) as c:
        checkpoint(c)
    assert told(house, "heads") == {AUDITOR}
    clock.wait(days=30)
    with house.acting(CONSOLE) as c:
        assert watch(c)
    assert told(house, "alert") == {SYSTEM}
    clock.wait(days=1)
    with house_of(database, clock, separate=False).acting(CONSOLE) as c:
        watch(c)
    assert told(house, "alert") == {SYSTEM, "wu"}


def test_a_visitor_says_whether_the_posts_are_separate(house: Installation) -> None:
    sessions = account_sessions(house)
    visitor = sessions.find(enter(sessions, "wang@example.org"))
    assert visitor is not None
    assert visitor.separate
