"""三员分立: three posts that no person holds two of, where the installation asks for it."""

from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import Cover, Outbox, Person, Role
from db.queries.people.directory import people, unfilled_posts
from db.queries.units.units import list_units
from documents.lists.people_file import read_people
from logins import NOW, Clock, enter
from luoshi.settings import Settings
from luoshi.wiring import Installation, account_sessions
from workflow.rules.access.permissions import THREE_POSTS, system
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.people.cover import cover
from workflow.verbs.people.import_people import import_people
from workflow.verbs.people.save_person import add_person, deactivate_person, end_role, give_role
from workflow.verbs.people.separate_posts import PostsClash
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.record.watch import watch

CONSOLE = system("command line")
SYSTEM, SECURITY, AUDITOR = THREE_POSTS
TODAY = date(2021, 11, 22)


def installation_of(database: Database, clock: Clock, separate: bool) -> Installation:
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
def installation(installation: Installation, database: Database, clock: Clock) -> Installation:
    """Wang and Li, and the three posts held by three others."""
    made = installation_of(database, clock, separate=True)
    for post in THREE_POSTS:
        give(made, newcomer(made, post), post)
    return made


def newcomer(installation: Installation, name: str) -> int:
    with installation.acting(CONSOLE) as c:
        return add_person(c, email=f"{name}@example.org", name=name, unit_id=None, at=NOW)


def give(installation: Installation, person_id: int, role: str, unit_id: int | None = None) -> None:
    with installation.acting(CONSOLE) as c:
        give_role(c, person_id, role, unit_id)


def named(installation: Installation, name: str) -> int:
    with installation.database.read() as session:
        return session.scalars(select(Person.id).where(Person.name == name)).one()


def held(installation: Installation, person_id: int) -> set[str]:
    with installation.database.read() as session:
        return set(session.scalars(select(Role.name).where(
            Role.person_id == person_id, Role.valid_to > TODAY
        )))  # fmt: skip


@pytest.mark.parametrize("first", THREE_POSTS)
@pytest.mark.parametrize("second", THREE_POSTS)
def test_two_of_the_three_are_refused_with_words(
    first: str, second: str, installation: Installation
) -> None:
    holder = named(installation, first)
    if first == second:
        give(installation, holder, second)
        return
    with pytest.raises(PostsClash, match="三员分立"):
        give(installation, holder, second)
    assert held(installation, holder) == {first}


def test_the_auditor_holds_nothing_else(installation: Installation) -> None:
    with pytest.raises(PostsClash, match="审计管理员"):
        give(installation, named(installation, AUDITOR), "leader")
    with pytest.raises(PostsClash, match="联络员"):
        give(installation, named(installation, "wang"), AUDITOR)


def test_where_they_are_not_separate_one_person_may_hold_all(
    installation: Installation, database: Database, clock: Clock
) -> None:
    loose = installation_of(database, clock, separate=False)
    holder = newcomer(loose, "zhao")
    for post in THREE_POSTS:
        give(loose, holder, post)
    assert held(loose, holder) == set(THREE_POSTS)


def test_the_posts_are_held_for_no_unit(installation: Installation) -> None:
    person = newcomer(installation, "qian")
    with installation.database.read() as session:
        unit = session.scalars(select(Person.unit_id).where(Person.name == "wang")).one()
    give(installation, person, SYSTEM, unit)
    with installation.reading(person) as c:
        assert c.actor.unit_ids == frozenset()


def test_a_substitute_does_not_come_to_hold_two(installation: Installation) -> None:
    days = {"first": TODAY, "last": TODAY}
    with pytest.raises(PostsClash), installation.acting(CONSOLE) as c:
        cover(
            c,
            person_id=named(installation, SYSTEM),
            substitute_id=named(installation, SECURITY),
            **days,
        )
    with installation.database.read() as session:
        assert session.scalars(select(Cover.id)).all() == []
    with installation.acting(CONSOLE) as c:
        cover(
            c,
            person_id=named(installation, SYSTEM),
            substitute_id=named(installation, "li"),
            **days,
        )
    with pytest.raises(PostsClash):
        give(installation, named(installation, "li"), SECURITY)
    # Whoever is covered for is given a post that the substitute may not have beside their own.
    with pytest.raises(PostsClash):
        give(installation, named(installation, SYSTEM), AUDITOR)


def test_a_file_that_brings_two_together_is_refused_by_row(installation: Installation) -> None:
    file = (
        "email,name,unit,role\n"
        f"{SYSTEM}@example.org,{SYSTEM},,安全管理员\n"
        "neu@example.org,Neu,,系统管理员\n"
    )
    with pytest.raises(Invalid) as caught, installation.acting(CONSOLE) as c:
        import_people(c, read_people(file.encode()), at=NOW)
    (problem,) = caught.value.problems
    assert "2" in problem.where
    assert "三员分立" in str(problem)
    assert held(installation, named(installation, SYSTEM)) == {SYSTEM}
    with installation.database.read() as session:
        assert session.scalar(select(Person.id).where(Person.name == "Neu")) is None


@pytest.mark.parametrize("post", THREE_POSTS)
def test_the_last_holder_of_a_post_does_not_go_unnoticed(
    post: str, installation: Installation
) -> None:
    holder = named(installation, post)
    with pytest.raises(Refused, match="至少"), installation.acting(CONSOLE) as c:
        end_role(c, holder, post, None)
    with pytest.raises(Refused, match="至少"), installation.acting(CONSOLE) as c:
        deactivate_person(c, holder, at=NOW)
    give(installation, newcomer(installation, "sun"), post)
    with installation.acting(CONSOLE) as c:
        end_role(c, holder, post, None)
    assert held(installation, holder) == set()


def test_an_empty_post_is_said_to_who_must_know(installation: Installation) -> None:
    with installation.database.write() as session:
        for role in session.scalars(select(Role).where(Role.name == SYSTEM)):
            role.valid_to = TODAY
    for name, told in ((SECURITY, (SYSTEM,)), (AUDITOR, (SYSTEM,)), ("wang", ())):
        with installation.reading(named(installation, name)) as c:
            assert unfilled_posts(c.session, c.actor, c.today) == told


def test_who_held_two_before_acts_in_none_until_it_is_put_in_order(
    installation: Installation, database: Database, clock: Clock
) -> None:
    loose = installation_of(database, clock, separate=False)
    holder = newcomer(loose, "zhou")
    give(loose, holder, SYSTEM)
    give(loose, holder, SECURITY)
    with pytest.raises(NotAllowed), installation.acting(holder) as c:
        give_role(c, named(installation, "li"), "leader", None)
    with installation.acting(CONSOLE) as c:
        end_role(c, holder, SYSTEM, None)
    with installation.acting(holder) as c:
        assert give_role(c, named(installation, "li"), "leader", None)


def test_the_security_administrator_keeps_people_and_knows_every_unit(
    installation: Installation,
) -> None:
    keeper = named(installation, SECURITY)
    with installation.acting(keeper) as c:
        assert [unit.name for unit in list_units(c.session, c.actor, c.today)] == ["市科技局"]
        assert len(people(c.session, c.actor, today=c.today)) == 5
        give_role(c, named(installation, "li"), "liaison", 1)
    with pytest.raises(NotAllowed, match="系统管理员"), installation.acting(keeper) as c:
        checkpoint(c)


def test_the_administrator_keeps_no_people_and_runs_nothing(installation: Installation) -> None:
    boss = newcomer(installation, "wu")
    give(installation, boss, "administrator")
    with pytest.raises(NotAllowed, match="安全管理员"), installation.acting(boss) as c:
        deactivate_person(c, named(installation, "li"), at=NOW)
    with pytest.raises(NotAllowed, match="系统管理员"), installation.acting(boss) as c:
        watch(c)


def told(installation: Installation, kind: str) -> set[str]:
    with installation.database.read() as session:
        mails = select(Person.name).join(Outbox, Outbox.person_id == Person.id)
        return set(session.scalars(mails.where(Outbox.kind == kind)))


def test_each_is_told_of_what_is_theirs(
    installation: Installation, database: Database, clock: Clock
) -> None:
    give(installation, newcomer(installation, "wu"), "administrator")
    with installation.acting(CONSOLE) as c:
        checkpoint(c)
    assert told(installation, "heads") == {AUDITOR}
    clock.wait(days=30)
    with installation.acting(CONSOLE) as c:
        assert watch(c)
    assert told(installation, "alert") == {SYSTEM}
    clock.wait(days=1)
    with installation_of(database, clock, separate=False).acting(CONSOLE) as c:
        watch(c)
    assert told(installation, "alert") == {SYSTEM, "wu"}


def test_a_visitor_says_whether_the_posts_are_separate(installation: Installation) -> None:
    sessions = account_sessions(installation)
    visitor = sessions.find(enter(sessions, "wang@example.org"))
    assert visitor is not None
    assert visitor.separate
