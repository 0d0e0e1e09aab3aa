"""A city after its year, with one of each thing that a verb can be about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assessed_year import CLOCK, FILED, a_year, measure
from db.engine import Database
from db.evidence import EvidenceStore, StoredFile
from db.models import (
    IncomingReturn,
    Indicator,
    IndicatorValue,
    IndicatorVersion,
    MailReply,
    Outbox,
    Place,
    Report,
    Request,
    ScoreLine,
    UnitGroup,
)
from db.record import begin_state
from drafts import started
from workflow.rules.access.permissions import TOP_PLACE
from workflow.rules.assessment.given import GivenKind
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.give_fact import FactHead, give_fact
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.record_merit import record_merit
from workflow.verbs.assessment.take_step import begin_procedure
from workflow.verbs.evidence.attach import attach
from workflow.verbs.record.backup import Vault
from workflow.verbs.requests.request import request
from workflow.verbs.rounds.ask_supports import ask_supports
from worlds import COUNTIES, LABOUR, LONGYOU, SCIENCE, World

TODAY, REAL = date(2022, 1, 10), datetime(2022, 1, 10, 1, tzinfo=UTC)
HERE = LONGYOU
"""The unit that most rows are about: it leads 2.2 and has filed nothing."""


@dataclass
class Stage:
    """A city after its year, with one of each thing that a verb can be about, by id."""

    world: World
    folder: Path
    ids: dict[str, int] = field(default_factory=dict)

    def unit(self, name: str) -> int:
        return self.world.units[name]

    @property
    def store(self) -> EvidenceStore:
        return EvidenceStore(f"file://{self.folder}/evidence")

    @property
    def vault(self) -> Vault:
        return Vault(self.folder / "vault", "", 30, self.store)


A_FILE = StoredFile("0" * 64, 10, "application/pdf", "佐证.pdf")


def staged(database: Database, folder: Path) -> Stage:
    world = a_year(database)
    made = Stage(world, folder)
    with database.write() as session:
        county = Place(code="330825", name=HERE, kind="county", parent_id=TOP_PLACE)
        session.add(county)
        session.flush()
        made.ids["county"] = county.id
    ids, liaison = made.ids, world.person(HERE, "liaison")
    assessed = world.do(CLOCK, assess, plan_id=world.plan_id, year=2021).assessment_id
    supports = {"task_id": world.tasks["1.1"], "unit_ids": [world.units[LABOUR]]}
    world.do(world.person(SCIENCE, "liaison"), ask_supports, FILED, **supports)
    with database.read() as session:
        of_here = select(Report.id).where(Report.task_id == world.tasks["2.2"])
        of_here = of_here.where(Report.unit_id == world.units[HERE])
        ids["report"] = session.scalars(of_here.order_by(Report.id.desc())).first() or 0
        support = select(Report.id).where(Report.lead_unit_id != Report.unit_id)
        ids["support"] = session.scalars(support.order_by(Report.id.desc())).first() or 0
        lines = select(ScoreLine.id).where(ScoreLine.assessment_id == assessed)
        of_unit = ScoreLine.unit_id == world.units[HERE]
        ids["line"] = session.scalars(lines.where(of_unit).limit(1)).one()
        ids["group"] = session.scalars(select(UnitGroup.id).filter_by(name=COUNTIES)).one()
        ids["mail"] = session.scalars(select(Outbox.id).limit(1)).one()
    ids["assignment"] = world.assignment("2.2", HERE)
    ids["evidence"] = world.do(liaison, attach, report_id=ids["report"], file=A_FILE)
    ids["objection"] = world.do(liaison, object_to_score, line_id=ids["line"], text="请复核。")
    ids["procedure"] = world.do(world.reviewer, begin_procedure, plan_id=world.plan_id, year=2021)
    ids["request"] = world.do(
        liaison, request, kind="suspension", reason="等待省里批复", assignment_id=ids["assignment"]
    ).request_id
    with database.write() as session:
        # Comments are made on drafts alone, and this plan is issued.
        said = Request(
            plan_id=world.plan_id, task_id=world.tasks["2.2"], unit_id=world.units[HERE],
            kind="comment", reason="同意。", at=FILED,
        )  # fmt: skip
        session.add(said)
        session.flush()
        begin_state(session, "request", [said.id], FILED)
        ids["comment"] = said.id
        came = IncomingReturn(key="mail", way="mail", kind="reply", at=FILED, outcome="drafted")
        session.add(came)
        session.flush()
        words = MailReply(
            return_id=came.id, person_id=liaison, report_id=ids["report"], at=FILED, text="累计5人"
        )
        # Whoever acts in the tests is this person.
        loose = MailReply(
            return_id=came.id, person_id=world.administrator, at=FILED, text="累计5人"
        )
        session.add_all([words, loose])
        session.flush()
        ids |= {"reply": words.id, "loose": loose.id}
        named = Indicator(plan_id=world.plan_id, name="人才资源总量")
        session.add(named)
        session.flush()
        version = IndicatorVersion(
            indicator_id=named.id, position=1, op="=", kind="level", known_from=FILED,
            responsible_unit_id=world.units[HERE], source_unit_id=world.units[HERE],
        )  # fmt: skip
        value = IndicatorValue(
            indicator_id=named.id, year=2021, no=1, value=Decimal(5), written="5",
            firmness="preliminary", at=FILED,
        )  # fmt: skip
        session.add_all([version, value])
        session.flush()
        ids |= {"indicator": named.id, "version": version.id, "value": value.id}
    ids["merit"] = world.do(world.person(LABOUR, "reviewer"), record_merit, **merit(made))
    (ids["given"],) = world.do(
        world.person(LABOUR, "reviewer"), give_fact, plan_id=world.plan_id, year=2021,
        head=FactHead(GivenKind.WORD, "类别", "人才办〔2021〕1号"),
        values={world.units[HERE]: "一类"},
    )  # fmt: skip
    ids["copy"] = started(world)
    ids["measure"] = measure(world, "1.1")
    return made


def merit(s: Stage) -> dict[str, Any]:
    return {
        "plan_id": s.world.plan_id, "unit_id": s.unit(HERE), "year": 2021,
        "kind": "achievement", "title": "获省厅推广", "basis": "〔2021〕60号",
        "day": date(2021, 11, 30),
    }  # fmt: skip
