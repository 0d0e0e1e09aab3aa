"""Facts, the year-end procedure and approvals from the command line."""

import json

import pytest
from sqlalchemy import select

from assessed_year import a_year
from db.engine import Database
from db.installation import set_value
from db.models import GivenFact, Person, ProcedureState, SchemeApproval

AT = ("--as-of", "2022-01-10T09:30+08:00")


@pytest.fixture
def year(here: Database) -> object:
    """The little city's 2021; a demo's clock may be told any time."""
    world = a_year(here)
    with here.write() as session:
        set_value(session, demo="1")
    return world


def email(world: object, who: int) -> str:
    with world.database.read() as session:
        return session.scalars(select(Person.email).where(Person.id == who)).one()


def test_facts_are_given_to_units_and_taken_back(run: object, year: object) -> None:
    reviewer = ("--as", email(year, year.reviewer))
    given = run(
        "assess", "give", "little", 2021, "rank", "全省考核", "柯城区=10/90", "龙游县=45/90",
        "--basis", "浙委人才〔2022〕1号", *reviewer, *AT, "--json",
    )  # fmt: skip
    assert given.code == 0, given.err
    first, _second = json.loads(given.out)
    of_measure = run(
        "assess", "give", "little", 2021, "measure", "last_year", "柯城区=900", "--task", "2.2",
        "--measure", "大学生", "--basis", "年鉴", *reviewer, *AT,
    )  # fmt: skip
    assert of_measure.code == 0, of_measure.err
    wrong = run("assess", "give", "little", 2021, "rank", "考核", "柯城区=第十", "--basis", "文",
                *reviewer, *AT)  # fmt: skip
    assert wrong.code == 1
    assert "10/90" in wrong.err
    assert run("assess", "give", "little", 2021, "rank", "考核", "柯城区", "--basis", "文",
               *reviewer, *AT).code == 1  # fmt: skip
    assert run("assess", "take-back", first, *reviewer,
               "--as-of", "2022-01-10T09:40+08:00").code == 0  # fmt: skip
    with year.database.read() as session:
        open_ones = session.scalars(select(GivenFact.name).where(GivenFact.open())).all()
    assert sorted(open_ones) == ["last_year", "全省考核"]


def test_the_procedure_is_led_by_commands(run: object, year: object) -> None:
    reviewer = ("--as", email(year, year.reviewer))
    assert run("assess", "step", "little", 2021, "show_draft", *reviewer, *AT).code == 1
    begun = run("assess", "begin", "little", 2021, "--until", "2022-01-20", *reviewer, *AT)
    assert begun.code == 0, begun.err
    done = run("assess", "step", "little", 2021, "end_self_assessment", *reviewer,
               "--as-of", "2022-01-10T09:40+08:00")  # fmt: skip
    assert done.code == 0, done.err
    assert "verification" in done.out
    blocked = run("assess", "step", "little", 2021, "show_draft", *reviewer,
                  "--as-of", "2022-01-10T09:50+08:00")  # fmt: skip
    assert blocked.code == 1
    assert "not been worked out" in blocked.err
    with year.database.read() as session:
        states = session.scalars(select(ProcedureState.state)).all()
    assert states == ["self_assessment", "verification"]


def test_a_scheme_is_approved_by_command(run: object, year: object) -> None:
    administrator = ("--as", email(year, year.administrator))
    assert run("scheme", "approve", "nothing", "--document", "1号", *administrator, *AT).code == 1
    done = run(
        "scheme", "approve", "quzhou", "--document", "衢委人才〔2022〕1号", *administrator, *AT
    )
    assert done.code == 0, done.err
    with year.database.read() as session:
        assert session.scalars(select(SchemeApproval.document)).all() == ["衢委人才〔2022〕1号"]
