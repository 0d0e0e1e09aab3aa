"""A value that no row can hold is refused in words, and no log learns what it was."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from db.engine import Database
from db.models import Person
from workflow.rules.refusals import Invalid


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_too_large_for_any_row_is_refused(database: Database, number: int) -> None:
    with pytest.raises(Invalid), database.read() as session:
        session.scalars(select(Person.id).where(Person.id == number)).all()


def test_a_letter_that_postgresql_cannot_keep_is_refused(postgres_database: Database) -> None:
    with pytest.raises(Invalid), postgres_database.read() as session:
        session.scalars(select(Person.id).where(Person.email == "a\0b")).all()


def test_an_error_of_a_statement_does_not_repeat_its_values(database: Database) -> None:
    twice = [
        {"name": "李敏", "email": "limin@example.org"},
        {"name": "李敏二", "email": "limin@example.org"},
    ]
    with database.write() as session, pytest.raises(DBAPIError) as raised:
        session.execute(insert(Person), twice)
    said = str(raised.value)
    assert "李敏二" not in said
    assert "hide_parameters" in said
