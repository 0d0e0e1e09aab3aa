"""The edges of verdicts: who may give more time, the flagged report among many, whose scan it is,
and the last day of an extension."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.evidence import StoredFile
from db.models import Event, Report, ReportDecision, ReportState, SignOff
from little_city import CLOCK, City, found, noon
from workflow.rules.refusals import Invalid, NotAllowed, WrongState
from workflow.rules.reporting.content import may_still_file
from workflow.verbs.evidence.attach import attach
from workflow.verbs.reports.accept_all import accept_all
from workflow.verbs.reports.extend_report import extend_report
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.close_rounds import close_rounds
from workflow.verbs.rounds.open_rounds import open_rounds

WORDS = {"status": "on_track", "text": "组织培训三期，新增高技能人才。"}
LAST_DAY = date(2021, 4, 30)


@pytest.fixture
@built_once
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 15)
    return made


def report(city: City, task: str, unit: str) -> Report:
    with city.database.read() as session:
        return session.scalars(
            select(Report).where(
                Report.task_id == city.tasks[task], Report.unit_id == city.units[unit]
            )
        ).one()


def state(city: City, report_id: int) -> str:
    with city.database.read() as session:
        return session.scalars(
            select(ReportState.state).where(ReportState.report_id == report_id, ReportState.open())
        ).one()


def a_file(no: int) -> StoredFile:
    return StoredFile(f"{no:064d}", 10, "application/pdf", f"佐证{no}.pdf")


def submitted(city: City, task: str, unit: str, *, evidence: bool = False) -> Report:
    one = report(city, task, unit)
    with city.acting(f"{unit}.liaison") as c:
        if evidence:
            attach(c, report_id=one.id, file=a_file(one.id))
        submit(c, report_id=one.id, version=0, key=f"{task}{unit}", content=WORDS)
    return report(city, task, unit)


def signed(city: City, task: str, unit: str, *, evidence: bool = False) -> Report:
    one = submitted(city, task, unit, evidence=evidence)
    with city.acting(f"{unit}.deputy") as c:
        sign_off(c, report_id=one.id, version=one.version)
    return report(city, task, unit)


@pytest.mark.parametrize(
    ("task", "unit", "who"),
    [
        ("train", "labour", "labour.liaison"),
        ("train", "labour", "labour.deputy"),
        ("train", "labour", "leader"),
        ("train", "labour", "admin"),
        ("own", "office", "reviewer"),  # nobody gives their own unit more time
    ],
)
def test_more_time_is_given_by_a_reviewer_of_another_unit_alone(
    city: City, task: str, unit: str, who: str
) -> None:
    one = report(city, task, unit)
    more = {"report_id": one.id, "version": one.version, "due_on": LAST_DAY, "reason": "受疫情影响"}
    with pytest.raises(NotAllowed), city.acting(who) as c:
        extend_report(c, **more)
    assert report(city, task, unit).clock_id == one.clock_id
    with city.database.read() as session:
        assert session.scalars(select(ReportDecision)).all() == []
        assert session.scalars(select(Event).where(Event.action == "extend_report")).all() == []
    with city.acting("second") as c:
        extend_report(c, **more)
    assert report(city, task, unit).clock_id != one.clock_id


def test_one_flagged_report_keeps_all_from_being_accepted_together(city: City) -> None:
    plain = [signed(city, "towns", unit, evidence=True) for unit in ("north", "south")]
    flagged = signed(city, "shared", "science")  # no evidence came with it
    every = [*plain, flagged]
    with pytest.raises(Invalid, match="1"), city.acting("reviewer") as c:
        accept_all(c, reports={one.id: one.version for one in every})
    assert [state(city, one.id) for one in every] == ["signed_off"] * 3
    with city.acting("reviewer") as c:
        assert accept_all(c, reports={one.id: one.version for one in plain}) == 2
    assert [state(city, one.id) for one in every] == ["accepted", "accepted", "signed_off"]


def test_a_signature_on_paper_stands_on_a_scan_of_that_report(city: City) -> None:
    one, other = submitted(city, "towns", "north"), submitted(city, "towns", "south")
    with city.acting("north.liaison") as c:
        own = attach(c, report_id=one.id, file=a_file(1), scan=True)
    with city.acting("south.liaison") as c:
        strange = attach(c, report_id=other.id, file=a_file(2), scan=True)
    given = {"report_id": one.id, "version": one.version}
    with pytest.raises(Invalid) as refused, city.acting("north.liaison") as c:
        sign_off(c, **given, paper=PaperSignOff("张三", date(2021, 3, 14), strange))
    assert [problem.where for problem in refused.value.problems] == ["scan"]
    assert state(city, one.id) == "submitted"
    with city.acting("north.liaison") as c:
        sign_off(c, **given, paper=PaperSignOff("张三", date(2021, 3, 14), own))
    with city.database.read() as session:
        assert session.scalars(select(SignOff.scan_id)).all() == [own]


def test_an_extension_lasts_to_the_end_of_its_last_day(city: City) -> None:
    one = report(city, "towns", "north")
    with city.acting("reviewer") as c:
        extend_report(
            c, report_id=one.id, version=one.version, due_on=LAST_DAY, reason="受疫情影响"
        )
    midnight = datetime(2021, 4, 30, 16, tzinfo=UTC)  # in Shanghai, of the day after
    with city.acting(CLOCK, noon(4, 29)) as c:
        assert close_rounds(c)
    given = {"report_id": one.id, "version": 0, "key": "k", "content": WORDS}
    with pytest.raises(WrongState), city.acting("north.liaison", midnight) as c:
        submit(c, **given)
    with city.acting("north.liaison", midnight.replace(hour=15, minute=59)) as c:
        submit(c, **given)
    assert state(city, one.id) == "submitted"


def test_what_may_still_be_filed_once_the_round_is_closed() -> None:
    first = date(2021, 3, 25)
    assert may_still_file(True, LAST_DAY, first, LAST_DAY, False)
    assert not may_still_file(True, date(2021, 5, 1), first, LAST_DAY, False)
    assert not may_still_file(True, first, first, first, False)
    assert may_still_file(True, date(2021, 5, 1), first, first, True)
    assert may_still_file(False, date(2021, 5, 1), first, first, False)
