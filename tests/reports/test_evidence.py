"""Evidence on a report: attached, taken off, sent along, downloaded on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.evidence import StoredFile
from db.models import Event, Report, SubmissionEvidence
from db.queries.reports.evidence import attached, evidence_for, sent_with
from little_city import CLOCK, City, found, noon
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.evidence.attach import MOST_FILES, attach
from workflow.verbs.evidence.detach import detach
from workflow.verbs.evidence.download import download
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.open_rounds import open_rounds

WORDS = {"status": "on_track", "text": "组织培训三期，新增高技能人才。"}


def a_file(no: int = 0) -> StoredFile:
    return StoredFile(f"{no:064d}", 10, "application/pdf", f"佐证{no}.pdf")


@pytest.fixture
@built_once
def city(database: Database) -> City:
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 15)
    return made


@pytest.fixture
def one(city: City) -> Report:
    with city.database.read() as session:
        return session.scalars(select(Report).where(Report.task_id == city.tasks["policy"])).one()


def test_a_file_goes_with_the_next_submission_and_stays_with_it(city: City, one: Report) -> None:
    with city.acting("labour.liaison") as c:
        first = attach(c, report_id=one.id, file=a_file(1))
        assert attach(c, report_id=one.id, file=a_file(1)) == first
        second = attach(c, report_id=one.id, file=a_file(2))
        detach(c, evidence_id=second)
    with city.acting("labour.liaison") as c:
        assert [file.id for file in attached(c.session, c.actor, one.id)] == [first]
        receipt = submit(c, report_id=one.id, version=0, key="k", content=WORDS)
    with city.database.read() as session:
        assert session.scalars(select(SubmissionEvidence.evidence_id)).all() == [first]
        assert [f.name for f in sent_with(session, [receipt.submission_id])[receipt.submission_id]]
    for step in (
        lambda c: detach(c, evidence_id=first),
        lambda c: attach(c, report_id=one.id, file=a_file(3)),
    ):
        with pytest.raises(WrongState), city.acting("labour.liaison") as c:
            step(c)


def test_a_scan_is_attached_while_the_report_awaits_sign_off(city: City, one: Report) -> None:
    with pytest.raises(WrongState), city.acting("labour.deputy") as c:
        attach(c, report_id=one.id, file=a_file(1), scan=True)
    with city.acting("labour.liaison") as c:
        submit(c, report_id=one.id, version=0, key="k", content=WORDS)
    with city.acting("labour.deputy") as c:
        assert attach(c, report_id=one.id, file=a_file(1), scan=True)


def test_only_so_many_files_go_with_a_report(city: City, one: Report) -> None:
    with city.acting("labour.liaison") as c:
        for no in range(MOST_FILES):
            attach(c, report_id=one.id, file=a_file(no))
    with pytest.raises(Invalid), city.acting("labour.liaison") as c:
        attach(c, report_id=one.id, file=a_file(MOST_FILES))


def test_evidence_is_for_whom_sees_the_report_and_a_download_is_on_record(
    city: City, one: Report
) -> None:
    with city.acting("labour.liaison") as c:
        file = attach(c, report_id=one.id, file=a_file(1))
    for who in ("north.liaison", "finance.liaison"):
        with pytest.raises(NotFound), city.acting(who) as c:
            download(c, evidence_id=file)
    with pytest.raises(NotAllowed), city.acting("reviewer") as c:
        attach(c, report_id=one.id, file=a_file(2))
    with pytest.raises(NotFound), city.acting("reviewer") as c:
        download(c, evidence_id=file)
    with city.acting("labour.liaison") as c:
        submit(c, report_id=one.id, version=0, key="k", content=WORDS)
    with pytest.raises(NotFound), city.acting("reviewer") as c:
        download(c, evidence_id=file)
    with city.acting("labour.deputy") as c:
        sign_off(c, report_id=one.id, version=one.version + 1)
    with city.acting("reviewer") as c:
        assert evidence_for(c.session, c.actor, file).name == "佐证1.pdf"
        assert download(c, evidence_id=file).sha == a_file(1).sha
    with city.database.read() as session:
        taken = session.scalars(select(Event).where(Event.action == "download")).one()
        assert (taken.actor, taken.subject_id) == (f"p{city.people['reviewer']}", file)
        assert "佐证" not in taken.payload
