"""年度考核: who scored what, and why, for the reader's own units or for all."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, overload

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Assessment, Objection, Plan, SchemeVersion, ScoreLine, Unit
from db.queries.places.places import reads_plan
from db.queries.reports.evidence import names_of_files
from db.queries.scope import visible_to
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.assessment.doubts import doubt_of
from workflow.rules.assessment.result import (
    AssessmentRun,
    LineObjection,
    PartScore,
    Ranking,
    ScoreSheet,
    SheetLine,
    UnitResult,
)
from workflow.rules.assessment.scores import OpenQuestion
from workflow.rules.assessment.sentences import Sentence
from workflow.rules.refusals import NotFound


def runs(
    session: Session, actor: Actor, plan_id: int, year: int | None = None
) -> tuple[AssessmentRun, ...]:
    """The versions of a plan's assessments that the actor may know of, newest first."""
    mine = select(ScoreLine.assessment_id).where(visible_to(actor, ScoreLine))
    query = (
        select(Assessment, Plan.title, SchemeVersion)
        .join(Plan, Plan.id == Assessment.plan_id)
        .join(SchemeVersion, SchemeVersion.id == Assessment.scheme_version_id)
        .where(Assessment.plan_id == plan_id, visible_to(actor, Plan))
        .order_by(Assessment.year.desc(), Assessment.no.desc())
    )
    if not reads_plan(session, actor, plan_id):
        query = query.where(Assessment.id.in_(mine))
    if year is not None:
        query = query.where(Assessment.year == year)
    return tuple(_run(*row) for row in session.execute(query))


def ranking(session: Session, actor: Actor, assessment_id: int) -> Ranking:
    """The places of all units, or of the reader's own. Raises NotFound."""
    run, scheme = _one(session, actor, assessment_id)
    return Ranking(run, _places(session, actor, run, scheme))


def sheet(session: Session, actor: Actor, assessment_id: int, unit_id: int) -> ScoreSheet:
    """A unit's score with every line. Raises NotFound where it is not the reader's to see."""
    run, scheme = _one(session, actor, assessment_id)
    places = {one.unit_id: one for one in _places(session, actor, run, scheme)}
    if unit_id not in places:
        raise _nothing()
    of_unit = (
        ScoreLine.assessment_id == assessment_id,
        ScoreLine.unit_id == unit_id,
        visible_to(actor, ScoreLine),
    )
    rows = session.scalars(select(ScoreLine).where(*of_unit).order_by(ScoreLine.position)).all()
    said: dict[str, list[LineObjection]] = defaultdict(list)
    of_year = Assessment.plan_id == run.plan_id, Assessment.year == run.year
    mine = Objection.unit_id == unit_id
    for one in _objections(session, *of_year, mine, visible_to(actor, Objection)):
        said[one.path].append(one)
    above = {row.path.rpartition("/")[0] for row in rows if row.path}
    lines = tuple(
        _line(row, row.path not in above, tuple(said[row.path]), run.places) for row in rows
    )
    files = (ref.partition(":") for line in lines for ref in line.evidence)
    kept = [int(number) for kind, _colon, number in files if kind == "evidence"]
    return ScoreSheet(run, places[unit_id], lines, names_of_files(session, actor, kept))


def objections(session: Session, actor: Actor, assessment_id: int) -> tuple[LineObjection, ...]:
    """What units said against lines of the run's year, in whatever version, in order; of the
    reader's own units or of all."""
    of = session.get_one(Assessment, assessment_id)
    of_year = Assessment.plan_id == of.plan_id, Assessment.year == of.year
    return _objections(session, *of_year, visible_to(actor, Objection))


def _one(
    session: Session, actor: Actor, assessment_id: int
) -> tuple[AssessmentRun, dict[str, Any]]:
    row = session.execute(
        select(Assessment, Plan.title, SchemeVersion)
        .join(Plan, Plan.id == Assessment.plan_id)
        .join(SchemeVersion, SchemeVersion.id == Assessment.scheme_version_id)
        .where(Assessment.id == assessment_id, visible_to(actor, Plan))
    ).one_or_none()
    if row is None:
        raise _nothing()
    return _run(*row), json.loads(row[2].body)


def _run(found: Assessment, plan: str, scheme: SchemeVersion) -> AssessmentRun:
    body = json.loads(scheme.body)
    as_of = found.as_of or date.fromisoformat(json.loads(found.facts)["as_of"])
    trial = as_of < date(found.year, 12, 31) if found.trial is None else found.trial
    return AssessmentRun(
        id=found.id,
        plan_id=found.plan_id,
        plan=plan,
        year=found.year,
        no=found.no,
        frozen_at=found.frozen_at,
        as_of=as_of,
        scheme=body["title"],
        document=body.get("document", ""),
        sha=found.sha,
        places=body.get("places", 2),
        trial=trial,
    )


def _places(
    session: Session, actor: Actor, run: AssessmentRun, scheme: dict[str, Any]
) -> tuple[UnitResult, ...]:
    assessment_id = run.id
    groups = {group["code"]: group["title"] for group in scheme["groups"]}
    grades = {grade["code"]: grade["title"] for grade in scheme.get("grades", ())}
    waiting = (
        select(Objection.unit_id, func.count().label("n"))
        .join(ScoreLine, Objection.score_line_id == ScoreLine.id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .where(
            Assessment.plan_id == run.plan_id,
            Assessment.year == run.year,
            Objection.answered_at.is_(None),
        )
        .group_by(Objection.unit_id)
        .subquery()
    )
    # Ranks are told among all; whoever reads one unit learns its place and of how many.
    rows = session.execute(
        select(ScoreLine.unit_id, Unit.name, ScoreLine.detail, waiting.c.n)
        .join(Unit, Unit.id == ScoreLine.unit_id)
        .outerjoin(waiting, waiting.c.unit_id == ScoreLine.unit_id)
        .where(ScoreLine.assessment_id == assessment_id, ScoreLine.path == "")
    ).all()
    details = {row.unit_id: json.loads(row.detail) for row in rows}
    ranked: dict[str, int] = defaultdict(int)
    for detail in details.values():
        ranked[detail["group"]] += detail["rank"] is not None
    seen = set(
        session.scalars(
            select(ScoreLine.unit_id).where(
                ScoreLine.assessment_id == assessment_id,
                ScoreLine.path == "",
                visible_to(actor, ScoreLine),
            )
        )
    )
    parts = _parts(session, assessment_id, scheme.get("places", 2))
    places = [
        UnitResult(
            unit_id=row.unit_id,
            unit=row.name,
            group=detail["group"],
            group_title=groups.get(detail["group"], ""),
            total=None if detail["total"] is None else Decimal(detail["total"]),
            rank=detail["rank"],
            of=ranked[detail["group"]] if detail["group"] else 0,
            grade=detail["grade"],
            grade_title=grades.get(detail["grade"], ""),
            vetoes=tuple(v["title"] for v in detail["vetoes"]),
            objections=row.n or 0,
            parts=tuple(parts[row.unit_id]),
            questions=tuple(
                OpenQuestion(one["path"], _sentence(one["question"]))
                for one in detail.get("questions", ())
            ),
            not_assessed=detail.get("not_assessed", ""),
            why_grade=tuple(_sentence(one) for one in detail.get("why_grade", ())),
            doubts=tuple(doubt_of(one) for one in detail.get("doubts", ())),
        )
        for row in rows
        if row.unit_id in seen
        for detail in [details[row.unit_id]]
    ]
    order = {code: place for place, code in enumerate(groups)}
    last = len(order), 10**6
    return tuple(
        sorted(
            places,
            key=lambda p: (order.get(p.group, last[0]), p.rank or last[1], p.unit_id),
        )
    )


def _parts(session: Session, assessment_id: int, places: int) -> dict[int, list[PartScore]]:
    found: dict[int, list[PartScore]] = defaultdict(list)
    for row in session.execute(
        select(
            ScoreLine.unit_id, ScoreLine.path, ScoreLine.title, ScoreLine.points,
            ScoreLine.points_max,
        )
        .where(
            ScoreLine.assessment_id == assessment_id,
            ScoreLine.path != "",
            ScoreLine.path.not_like("%/%"),
        )
        .order_by(ScoreLine.unit_id, ScoreLine.position)
    ):  # fmt: skip
        points, most = _exact(row.points, places), _exact(row.points_max, places)
        found[row.unit_id].append(PartScore(row.path, row.title, points, most))
    return found


def _line(row: ScoreLine, leaf: bool, said: tuple[LineObjection, ...], places: int) -> SheetLine:
    detail = json.loads(row.detail)
    return SheetLine(
        id=row.id,
        path=row.path,
        depth=row.path.count("/") + 1 if row.path else 0,
        title=row.title,
        points=_exact(row.points, places),
        points_max=_exact(row.points_max, places),
        rule=detail["rule"],
        clause=detail["clause"],
        inputs=detail["inputs"],
        evidence=tuple(detail["evidence"]),
        note=detail.get("note", ""),
        leaf=leaf,
        objections=said,
        weight=detail.get("weight", ""),
        own=detail.get("own", ""),
        own_max=detail.get("own_max", ""),
        why=tuple(_sentence(one) for one in detail.get("why", ())),
        needed=_sentence(detail["needed"]) if "needed" in detail else None,
        question=_sentence(detail["question"]) if "question" in detail else None,
        outside=detail.get("outside", False),
    )


def _sentence(kept: dict[str, Any]) -> Sentence:
    return Sentence(kept["message"], kept["fields"])


@overload
def _exact(points: Decimal, places: int) -> Decimal: ...
@overload
def _exact(points: Decimal | None, places: int) -> Decimal | None: ...
def _exact(points: Decimal | None, places: int) -> Decimal | None:
    """Points with all the scheme's decimals, as they were given."""
    return None if points is None else points.quantize(Decimal(1).scaleb(-places))


def _objections(session: Session, *which: Any) -> tuple[LineObjection, ...]:
    rows = session.execute(
        select(Objection, Unit.name, ScoreLine.title, ScoreLine.path, Assessment.no)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Assessment, Assessment.id == ScoreLine.assessment_id)
        .join(Unit, Unit.id == Objection.unit_id)
        .where(*which)
        .order_by(Objection.id)
    )
    return tuple(
        LineObjection(
            id=one.id,
            line_id=one.score_line_id,
            unit_id=one.unit_id,
            unit=unit,
            line=title,
            at=one.at,
            text=one.text,
            upheld=one.upheld,
            reply=one.reply,
            answered_at=one.answered_at,
            proof=one.proof,
            no=no,
            path=path,
        )
        for one, unit, title, path, no in rows
    )


def _nothing() -> NotFound:
    return NotFound(mark("There is nothing here, or it is not yours to see."))
