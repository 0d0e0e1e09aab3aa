"""Whatever is changed, put in or taken out behind the record's back is found, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from assessed_year import CLOCK, a_year, measure, version_of
from db.engine import Database
from db.evidence import EvidenceStore
from db.models import Report, Round, ScoreLine, Table
from db.models.table import AppendOnly, Interval, tables_of
from db.sealing import SEALED, SEALED_BEFORE, UNSEALED
from db.sealing_older import way_to_plan
from workflow.rules.reporting.report_content import ReportContent
from workflow.rules.requests import NewDate
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.attach_to_objection import attach_to_objection
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.record_merit import record_merit
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.context import Context
from workflow.verbs.evidence.attach import attach
from workflow.verbs.preparing.start_working_copy import start_working_copy
from workflow.verbs.record.audit_findings import KINDS, findings, looked_at
from workflow.verbs.record.checkpoint import checkpoint
from workflow.verbs.record.verify_audit import OTHER_SEALS, Verified, verify_audit
from workflow.verbs.record.verify_contents import ROW_ADDED, ROW_CHANGED, ROW_GONE
from workflow.verbs.record.verify_files import FILE_CHANGED, FILE_GONE, FilesChecked, verify_files
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.reminders.remind import remind
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.reports.undo import undo
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request
from worlds import LABOUR, LETTERHEAD, LONGYOU, SCIENCE, World, little_catalogue

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PROOF = b"\x89PNG\r\n\x1a\n" + b"\1" * 64
"""What goes with an objection."""


@dataclass
class Full:
    """A city with a row in nearly every sealed table, and its files."""

    city: World
    store: EvidenceStore
    files: Path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Full]:
    """One for all tests of a database: they take back what they do."""
    folder = tmp_path_factory.mktemp("full")
    if request.param == "sqlite":
        url = f"sqlite:///{folder}/luoshi.db"
    else:
        server = make_url(request.getfixturevalue("postgres_server"))
        admin = create_engine(
            server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.execute(text("create database luoshi_full"))
        admin.dispose()
        url = server.set(database="luoshi_full").render_as_string(hide_password=False)
    database = Database(url)
    database.upgrade()
    store = EvidenceStore(f"file://{folder}/evidence")
    city = a_year(database)
    live(city, store)
    yield Full(city, store, folder / "evidence")
    database.dispose()


def live(city: World, store: EvidenceStore) -> None:
    """More happens by the verbs: one of nearly everything."""
    city.now -= timedelta(days=38)
    with city.database.read() as session:
        of = select(Report.id).join(Round, Round.id == Report.round_id)
        report_id = session.scalars(
            of.where(
                Report.unit_id == city.units[LONGYOU],
                Report.task_id == city.tasks["2.2"],
                Round.period == "2021Q4",
            )
        ).one()
    liaison = city.person(LONGYOU, "liaison")
    city.do(CLOCK, remind)
    file = store.take_in(BytesIO(PICTURE), "p.png")
    city.do(liaison, attach, report_id=report_id, file=file)
    said = {"status": "on_track", "text": "全年引进大学生八百人，超额完成任务。"}
    said[f"value:{measure(city, '2.2')}"] = "800"
    city.do(liaison, submit, report_id=report_id, version=0, key="k", content=said)
    version = version_of(city, report_id)
    paper = PaperSignOff("张三", date(2021, 12, 1))
    city.do(liaison, sign_off, report_id=report_id, version=version, paper=paper)
    reviewer = city.reviewer
    city.do(reviewer, accept, report_id=report_id, version=version_of(city, report_id))
    city.do(reviewer, undo, report_id=report_id, version=version_of(city, report_id))
    city.do(
        reviewer, return_report, report_id=report_id, version=version_of(city, report_id),
        reason="数据与统计口径不符，请核实。",
    )  # fmt: skip
    labour, part = city.person(LABOUR, "liaison"), city.assignment("1.2", LABOUR)
    city.do(labour, acknowledge, assignment_id=part)
    asked = city.do(
        labour, request, assignment_id=part, kind="extension", reason="尚待部门会签。",
        wish=NewDate(date(2022, 3, 31)),
    )  # fmt: skip
    city.do(reviewer, decide, request_id=asked.request_id, approve=False, reply="待核实后再报。")
    city.do(
        reviewer, instruct, plan_id=city.plan_id, title="专题调研", text="请抓紧。",
        lead_unit_id=city.units[LABOUR], due=date(2022, 3, 1),
        leader_id=city.person("", "leader"),
    )  # fmt: skip
    city.do(
        reviewer, record_merit, plan_id=city.plan_id, unit_id=city.units[SCIENCE], year=2021,
        kind="achievement", title="获省级表彰", basis="省委〔2021〕3号", day=date(2021, 11, 1),
    )  # fmt: skip
    city.do(reviewer, record_call, plan_id=city.plan_id, unit_id=city.units[LONGYOU], outcome="应")
    city.do(reviewer, start_working_copy, catalogue=little_catalogue())
    city.now += timedelta(days=38)
    city.do(CLOCK, assess, plan_id=city.plan_id, year=2021)
    with city.database.read() as session:
        line = session.scalars(
            select(ScoreLine.id).where(ScoreLine.unit_id == city.units[LONGYOU])
        ).first()
    said_id = city.do(liaison, object_to_score, line_id=line, text="数据有误。")
    proof = store.take_in(BytesIO(PROOF), "proof.png")
    city.do(liaison, attach_to_objection, objection_id=said_id, file=proof)
    city.do(
        city.administrator,
        answer_objection,
        objection_id=said_id,
        upheld=False,
        reply="维持原结果。",
    )


@contextmanager
def tampered(city: World, statement: str) -> Iterator[Context]:
    """What somebody with the database's own password does, without the triggers; taken back."""
    engine = city.database.engine.execution_options(luoshi_writes=True)
    on = " on {table}" if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection, connection.begin() as whole:
        for table in {*tables_of(AppendOnly), *tables_of(Interval)}:
            for action in ("update", "delete"):
                connection.execute(
                    text(f"drop trigger {table}_no_{action}{on.format(table=table)}")
                )
        assert connection.execute(text(statement)).rowcount > 0
        yield Context(Session(connection), CLOCK, city.now, LETTERHEAD)
        whole.rollback()


def verify(city: World, **how: object) -> Verified:
    with city.reading(CLOCK) as c:
        return verify_audit(c, **how)


def verify_stored(full: Full, after: dict[int, int] | None = None) -> FilesChecked:
    return verify_files(lambda: full.city.reading(CLOCK), full.store, after or {})


def test_a_year_of_verbs_leaves_nothing_that_does_not_hold(full: Full) -> None:
    found = verify(full.city, from_checkpoint=False)
    assert (found.broken, found.differs) == (None, ())
    assert found.rows > 150
    files = verify_stored(full)
    assert (files.looked_at, files.differs) == (2, ())


CHANGES = {
    "submission.text": "update submission set text = '好'",
    "submission.status": "update submission set status = 'done'",
    "submission_value.value": "update submission_value set value = value + 1000000",
    "submission_value.firmness": "update submission_value set firmness = 'other'",
    "submission_milestone.reached_on": "update submission_milestone set reached_on = '2021-01-02'",
    "submission_evidence": "delete from submission_evidence",
    "evidence.sha": "update evidence set sha = 'f'",
    "evidence.removed_at": "update evidence set removed_at = at",
    "sign_off.paper_signer": "update sign_off set paper_signer = '李四' where paper_signer <> ''",
    "sign_off.paper_date": "update sign_off set paper_date = '2021-01-02' where paper_signer <> ''",
    "verdict.reason": "update verdict set reason = '' where reason <> ''",
    "verdict.answer_due_on": "update verdict set answer_due_on = null where reason <> ''",
    "verdict.outcome": "update verdict set outcome = 'accepted' where reason <> ''",
    "report_state.state": "update report_state set state = 'accepted' where state = 'returned'",
    "report.clock_id": "update report set clock_id = (select max(id) from clock)",
    "round.due_on": "update round set due_on = '2022-12-31'",
    "clock.due_on": "update clock set due_on = '2029-12-31' where id = 1",
    "request.reason": "update request set reason = '其他'",
    "request_state.reply": "update request_state set reply = '同意' where reply <> ''",
    "year_target.value": "update year_target set value = value - 1000000",
    "measure_version.value": "update measure_version set value = 1000000 where value is not null",
    "task_version.due": "update task_version set due = '2030-12-31' where due is not null",
    "milestone.due": "update milestone set due = '2030-12-31'",
    "assignment.unit_id": "update assignment set division = '新处'",
    "instruction.text": "update instruction set text = '缓办'",
    "merit.basis": "update merit set basis = '口头'",
    "scheme_version.body": "update scheme_version set body = '{}'",
    "assessment.facts": "update assessment set facts = '{}'",
    "score_line.points": "update score_line set points = points + 1000000",
    "score_line.detail": "update score_line set detail = '{}'",
    "objection.reply": "update objection set reply = '予以采纳', upheld = true",
    "phone_reminder.outcome": "update phone_reminder set outcome = '未应'",
    "reminder.role": "update reminder set role = 'head' where id = (select max(id) from reminder)",
    "reminder": "delete from reminder where id = (select min(id) from reminder)",
    "plan.policy": "update plan set policy = '{\"supports_report\": true}'",
    "edition.catalogue": "update edition set catalogue = '{}'",
    "working_copy.title": "update working_copy set title = '其他'",
}
"""Table and column → one way of tampering with it."""


@pytest.mark.parametrize("where", CHANGES)
def test_tampering_is_found_with_its_table_and_column(where: str, full: Full) -> None:
    with tampered(full.city, CHANGES[where]) as c:
        found = verify_audit(c, from_checkpoint=False)
    assert {one.kind for one in found.differs} == {where.partition(".")[0]}
    why = ROW_CHANGED if "." in where else ROW_GONE
    assert {one.why for one in found.differs} == {why}
    assert found.broken is None
    assert not found.holds


CONTENT = ", ".join(field.name for field in fields(ReportContent))
ADDED = {
    "submission": "insert into submission (report_id, no, key, receipt, person_id, at,"
    f" {CONTENT}) select report_id, no + 100, key || 'x', receipt || 'x', person_id, at,"
    f" {CONTENT} from submission where id = 1",
    "verdict": "insert into verdict (submission_id, person_id, at, outcome, reason)"
    " select submission_id, person_id, at, 'accepted', '' from verdict where id = 1",
    "submission_value": "insert into submission_value select submission_id, measure_id - 2, value,"
    " written, firmness from submission_value where measure_id = 3 limit 1",
    "report_state": "insert into report_state (report_id, state, known_from, known_to)"
    " select report_id, 'accepted', known_from, known_from from report_state where id = 1",
    "reminder": "insert into reminder (plan_id, subject, subject_id, unit_id, clock_step_id,"
    " person_id, role, digest_id, at) select plan_id, subject, subject_id + 999, unit_id,"
    " clock_step_id, person_id, role, digest_id, '2021-04-01 00:00:00' from reminder limit 1",
}


@pytest.mark.parametrize("kind", ADDED)
def test_a_row_that_was_put_in_is_found(kind: str, full: Full) -> None:
    with tampered(full.city, ADDED[kind]) as c:
        found = verify_audit(c)
    assert [(one.kind, one.why, one.no) for one in found.differs] == [(kind, ROW_ADDED, 0)]


@pytest.mark.parametrize(
    "statement",
    ["update seal set sha = 'f' where id = 40", "delete from seal where id = 40",
     "insert into seal (chain, no, kind, key, sha) values (1, 2, 'verdict', '1', 'f')",
     "insert into seal (chain, no, kind, key, sha) values (1, 99999, 'verdict', '1', 'f')"],
)  # fmt: skip
def test_seals_that_were_tampered_with_do_not_fit_their_event(statement: str, full: Full) -> None:
    with tampered(full.city, statement) as c:
        broken = verify_audit(c, from_checkpoint=False).broken
    assert broken is not None
    assert broken.why == OTHER_SEALS


def test_an_older_version_put_back_is_found(full: Full) -> None:
    """The row is just as an event left it once, but not the last one."""
    unanswered = "upheld = null, reply = '', answered_by_id = null, answered_at = null"
    with tampered(full.city, f"update objection set {unanswered}") as c:
        found = verify_audit(c, from_checkpoint=False)
    assert [(one.kind, one.why) for one in found.differs] == [("objection", ROW_CHANGED)]


def test_a_finding_names_its_place_in_words(full: Full) -> None:
    with tampered(full.city, "update verdict set reason = '' where reason <> ''") as c:
        (said,) = findings(verify_audit(c), None)
    for part in ("小城人才规划", LONGYOU, "2.2", "2021Q4", "审核结论", "被改动"):
        assert part in str(said)
    with tampered(full.city, "delete from verdict where reason <> ''") as c:
        (said,) = findings(verify_audit(c), None)
    for part in (LONGYOU, "2.2", "2021Q4", "删除"):
        assert part in str(said)


@pytest.mark.parametrize("content", [PICTURE, PROOF], ids=["evidence", "objection"])
def test_files_that_were_changed_or_lost_are_found_with_their_place(
    full: Full, content: bytes
) -> None:
    kept = [path for path in full.files.rglob("*") if path.is_file()]
    (place,) = (path for path in kept if path.read_bytes() == content)
    place.write_bytes(b"other")
    (changed,) = verify_stored(full).differs
    place.unlink()
    (gone,) = verify_stored(full).differs
    place.write_bytes(content)
    assert (changed.why, gone.why) == (FILE_CHANGED, FILE_GONE)
    assert changed.place.unit == gone.place.unit == LONGYOU
    assert verify_stored(full, {full.city.plan_id: 10_000}).looked_at == 0


def test_every_table_of_the_record_is_sealed_or_says_why_not() -> None:
    kept = {*tables_of(AppendOnly), *tables_of(Interval)}
    reasons = {model.__tablename__: why for model, why in UNSEALED.items()}
    assert kept == {*reasons, *SEALED} & kept
    assert not set(reasons) & set(SEALED)
    assert all(reasons.values())
    assert set(KINDS) - {"file"} == {*SEALED, *SEALED_BEFORE}
    for kind in SEALED:
        keys = Table.metadata.tables[kind].primary_key.columns
        assert {column.type.python_type for column in keys} == {int}
        assert kind.startswith("scheme_") or way_to_plan(Table.metadata.tables[kind])


def test_from_a_checkpoint_only_what_came_after_is_looked_at_and_that_is_said(
    database: Database,
) -> None:
    city = a_year(database)
    city.do(CLOCK, checkpoint)
    before = verify(city)
    assert before.rows == 0
    city.do(city.reviewer, record_call, plan_id=city.plan_id, unit_id=city.units[LONGYOU],
            outcome="应")  # fmt: skip
    assert verify(city).rows == 1
    with tampered(city, "update phone_reminder set outcome = '未应'") as c:
        assert [one.kind for one in verify_audit(c).differs] == ["phone_reminder"]
    older = "update submission set text = '好' where id = 1"
    with tampered(city, older) as c:
        assert verify_audit(c).holds
        assert not verify_audit(c, from_checkpoint=False).holds
        said = "\n".join(map(str, looked_at(verify_audit(c), None, "Asia/Shanghai")))
    assert "未校验第 1 至" in said
