"""年度考核: who scored what, and why, for the reader's own units or for all."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, overload

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Assessment, Objection, Plan, SchemeVersion, ScoreLine, Unit
from db.queries.evidence import names_of_files
from db.queries.scope import visible_to
from luoshi.language import mark
from workflow.rules.permissions import Actor
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class Run:
    """One version of a year's assessment; points have so many decimal `places`."""

    id: int
    plan_id: int
    plan: str
    year: int
    no: int
    frozen_at: datetime
    as_of: str
    scheme: str
    document: str
    sha: str
    places: int


@dataclass(frozen=True)
class Part:
    """One of the parts of which a total is the sum."""

    path: str
    title: str
    points: Decimal
    points_max: Decimal | None


@dataclass(frozen=True)
class Place:
    """A unit's place: `rank` of so many within its group, None where it is not ranked; `total` None
    where nothing could be judged. `objections` await their answer."""

    unit_id: int
    unit: str
    group: str
    group_title: str
    total: Decimal | None
    rank: int | None
    of: int
    grade: str
    grade_title: str
    vetoes: tuple[str, ...]
    objections: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Ranking:
    """A run with its places, group by group as the scheme orders them, best first."""

    run: Run
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Objected:
    """An objection to a line; `upheld` None while it awaits its answer."""

    id: int
    line_id: int
    unit_id: int
    unit: str
    line: str
    at: datetime
    text: str
    upheld: bool | None
    reply: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Line:
    """One line of a score sheet. `depth` 0 is the whole. `inputs` is what the rule looked at,
    `evidence` references such as submission:12, `note` an English message with fields in inputs."""

    id: int
    path: str
    depth: int
    title: str
    points: Decimal
    points_max: Decimal | None
    rule: str
    clause: str
    inputs: dict[str, str]
    evidence: tuple[str, ...]
    note: str
    leaf: bool
    objections: tuple[Objected, ...]


@dataclass(frozen=True)
class Sheet:
    """One unit's score, line by line in the order of the scheme."""

    run: Run
    place: Place
    lines: tuple[Line, ...]
    files: dict[int, str]
    """The names of the evidence files behind the points, of those that the reader may have."""


def runs(session: Session, actor: Actor, plan_id: int, year: int | None = None) -> tuple[Run, ...]:
    """The versions of a plan's assessments that the actor may know of, newest first."""
    mine = select(ScoreLine.assessment_id).where(visible_to(actor, ScoreLine))
    query = (
        select(Assessment, Plan.title, SchemeVersion)
        .join(Plan, Plan.id == Assessment.plan_id)
        .join(SchemeVersion, SchemeVersion.id == Assessment.scheme_version_id)
        .where(Assessment.plan_id == plan_id, visible_to(actor, Plan))
        .order_by(Assessment.year.desc(), Assessment.no.desc())
    )
    if not actor.reads_all:
        query = query.where(Assessment.id.in_(mine))
    if year is not None:
        query = query.where(Assessment.year == year)
    return tuple(_run(*row) for row in session.execute(query))


def ranking(session: Session, actor: Actor, assessment_id: int) -> Ranking:
    """The places of all units, or of the reader's own. Raises NotFound."""
    run, scheme = _one(session, actor, assessment_id)
    return Ranking(run, _places(session, actor, assessment_id, scheme))


def sheet(session: Session, actor: Actor, assessment_id: int, unit_id: int) -> Sheet:
    """A unit's score with every line. Raises NotFound where it is not the reader's to see."""
    run, scheme = _one(session, actor, assessment_id)
    places = {one.unit_id: one for one in _places(session, actor, assessment_id, scheme)}
    if unit_id not in places:
        raise _nothing()
    of_unit = (
        ScoreLine.assessment_id == assessment_id,
        ScoreLine.unit_id == unit_id,
        visible_to(actor, ScoreLine),
    )
    rows = session.scalars(select(ScoreLine).where(*of_unit).order_by(ScoreLine.position)).all()
    said: dict[int, list[Objected]] = defaultdict(list)
    for one in _objections(session, *of_unit):
        said[one.line_id].append(one)
    above = {row.path.rpartition("/")[0] for row in rows if row.path}
    lines = tuple(
        _line(row, row.path not in above, tuple(said[row.id]), run.places) for row in rows
    )
    files = (ref.partition(":") for line in lines for ref in line.evidence)
    kept = [int(number) for kind, _colon, number in files if kind == "evidence"]
    return Sheet(run, places[unit_id], lines, names_of_files(session, actor, kept))


def objections(session: Session, actor: Actor, assessment_id: int) -> tuple[Objected, ...]:
    """What units said against the lines of a run, in order; of the reader's own units or of all."""
    return _objections(
        session, ScoreLine.assessment_id == assessment_id, visible_to(actor, Objection)
    )


def _one(session: Session, actor: Actor, assessment_id: int) -> tuple[Run, dict[str, Any]]:
    row = session.execute(
        select(Assessment, Plan.title, SchemeVersion)
        .join(Plan, Plan.id == Assessment.plan_id)
        .join(SchemeVersion, SchemeVersion.id == Assessment.scheme_version_id)
        .where(Assessment.id == assessment_id, visible_to(actor, Plan))
    ).one_or_none()
    if row is None:
        raise _nothing()
    return _run(*row), json.loads(row[2].body)


def _run(found: Assessment, plan: str, scheme: SchemeVersion) -> Run:
    body = json.loads(scheme.body)
    return Run(
        found.id, found.plan_id, plan, found.year, found.no, found.frozen_at,
        json.loads(found.facts)["as_of"], body["title"], body.get("document", ""),
        found.sha, body.get("places", 2),
    )  # fmt: skip


def _places(
    session: Session, actor: Actor, assessment_id: int, scheme: dict[str, Any]
) -> tuple[Place, ...]:
    groups = {group["code"]: group["title"] for group in scheme["groups"]}
    grades = {grade["code"]: grade["title"] for grade in scheme.get("grades", ())}
    waiting = (
        select(ScoreLine.unit_id, func.count().label("n"))
        .join(Objection, Objection.score_line_id == ScoreLine.id)
        .where(ScoreLine.assessment_id == assessment_id, Objection.answered_at.is_(None))
        .group_by(ScoreLine.unit_id)
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
    seen = (
        set(details)
        if actor.reads_all
        else set(
            session.scalars(
                select(ScoreLine.unit_id).where(
                    ScoreLine.assessment_id == assessment_id,
                    ScoreLine.path == "",
                    visible_to(actor, ScoreLine),
                )
            )
        )
    )
    parts = _parts(session, assessment_id, scheme.get("places", 2))
    places = [
        Place(
            row.unit_id, row.name, detail["group"], groups.get(detail["group"], ""),
            None if detail["total"] is None else Decimal(detail["total"]), detail["rank"],
            ranked[detail["group"]] if detail["group"] else 0, detail["grade"],
            grades.get(detail["grade"], ""), tuple(v["title"] for v in detail["vetoes"]),
            row.n or 0, tuple(parts[row.unit_id]),
        )
        for row in rows
        if row.unit_id in seen
        for detail in [details[row.unit_id]]
    ]  # fmt: skip
    order = {code: place for place, code in enumerate(groups)}
    last = len(order), 10**6
    return tuple(
        sorted(
            places,
            key=lambda p: (order.get(p.group, last[0]), p.rank or last[1], p.unit_id),
        )
    )


def _parts(session: Session, assessment_id: int, places: int) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
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
        found[row.unit_id].append(Part(row.path, row.title, points, most))
    return found


def _line(row: ScoreLine, leaf: bool, said: tuple[Objected, ...], places: int) -> Line:
    detail = json.loads(row.detail)
    return Line(
        row.id, row.path, row.path.count("/") + 1 if row.path else 0, row.title,
        _exact(row.points, places), _exact(row.points_max, places), detail["rule"],
        detail["clause"], detail["inputs"], tuple(detail["evidence"]), detail["note"], leaf, said,
    )  # fmt: skip


@overload
def _exact(points: Decimal, places: int) -> Decimal: ...
@overload
def _exact(points: Decimal | None, places: int) -> Decimal | None: ...
def _exact(points: Decimal | None, places: int) -> Decimal | None:
    """Points with all the scheme's decimals, as they were given."""
    return None if points is None else points.quantize(Decimal(1).scaleb(-places))


def _objections(session: Session, *which: Any) -> tuple[Objected, ...]:
    rows = session.execute(
        select(Objection, Unit.name, ScoreLine.title)
        .join(ScoreLine, ScoreLine.id == Objection.score_line_id)
        .join(Unit, Unit.id == Objection.unit_id)
        .where(*which)
        .order_by(Objection.id)
    )
    return tuple(
        Objected(
            one.id, one.score_line_id, one.unit_id, unit, title, one.at, one.text, one.upheld,
            one.reply, one.answered_at,
        )
        for one, unit, title in rows
    )  # fmt: skip


def _nothing() -> NotFound:
    return NotFound(mark("There is nothing here, or it is not yours to see."))
