"""Many subjects through one row of the transition table: each its event, nobody else's state."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from db import record
from db.engine import Database
from db.models import AssignmentState, Event, Plan
from little_city import CLOCK, ISSUED, City, found
from workflow.rules.refusals import Conflict


def states(city: City) -> dict[int, str]:
    with city.database.read() as session:
        rows = select(AssignmentState.assignment_id, AssignmentState.state)
        return dict(session.execute(rows.where(AssignmentState.open())).tuples().all())


def test_those_named_change_and_each_leaves_its_event(database: Database) -> None:
    city = found(database)
    before = states(city)
    some = sorted(before)[:2]
    with city.acting(CLOCK) as c:
        c.transition_all("assignment", some, "end", chain=city.plan, why="merged")
    assert states(city) == before | dict.fromkeys(some, "ended")
    with city.database.read() as session:
        events = session.scalars(select(Event).order_by(Event.no)).all()
    told = [(e.actor, e.action, e.subject, e.subject_id, e.before, e.after) for e in events]
    assert told == [("clock", "end", "assignment", one, "acknowledged", "ended") for one in some]
    assert [json.loads(e.payload)["why"] for e in events] == ["merged", "merged"]


def test_a_second_writer_of_many_is_told(database: Database) -> None:
    city = found(database)
    some = sorted(states(city))[:2]
    earlier = ISSUED - timedelta(days=1)  # the states began later than this
    with pytest.raises(Conflict), city.acting(CLOCK, earlier) as c:
        c.transition_all("assignment", some, "end", chain=city.plan)
    assert set(states(city).values()) == {"acknowledged"}


def test_a_version_goes_up_by_one(database: Database) -> None:
    city = found(database)
    with city.acting(CLOCK) as c:
        version = c.session.get_one(Plan, city.plan).version
        assert record.compare_and_set(c.session, Plan, city.plan, version) == version + 1
        assert c.session.get_one(Plan, city.plan).version == version + 1
    with pytest.raises(Conflict), city.acting(CLOCK) as c:
        record.compare_and_set(c.session, Plan, city.plan, version)
