"""年度考核: work out a year's assessment from the record."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from db.models import (
    Assessment,
    Plan,
    Procedure,
    ProcedureState,
    SchemeApproval,
    SchemeVersion,
    ScoreLine,
)
from db.queries.assessment.facts import facts_of_year
from db.queries.assessment.procedure import awaiting_review, newest_assessment
from db.queries.places.places import about_plan
from db.queries.record.heartbeats import record_run
from db.types import canonical
from documents.scheme_file import understood, understood_facts
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.assessment.language.scheme import SCHEMA
from workflow.rules.assessment.language_scores import score_language
from workflow.rules.assessment.procedure import FROZEN
from workflow.rules.assessment.score_tree import ScoreNode, lines
from workflow.rules.assessment.scores import (
    SAID_OF_NODE,
    AssessmentResult,
    UnitScore,
    as_json,
)
from workflow.rules.assessment.scoring import canonical as bytes_of
from workflow.rules.refusals import NotFound, Refused
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

NAME = Permission.ASSESS


@dataclass(frozen=True)
class Assessed:
    """An assessment that was worked out, or (`new` False) the one that says the same already.

    `awaiting`: reports of the year that the office has not judged yet; they do not count.
    """

    assessment_id: int
    plan_id: int
    year: int
    no: int
    units: int
    awaiting: int
    sha: str
    new: bool


def assess(c: Context, *, plan_id: int, year: int, scheme: str = "") -> Assessed:
    """Freeze the facts of a plan's year as known now, score every unit, keep all of it.

    Who may: the office and the system. `scheme` is the code of a scheme that is kept; without it
    the one for the year. Things are judged as of the end of today, or of the year once it is over.
    The same facts under the same scheme are not kept twice; every other run is a version of its
    own. Leaves an event with the result's SHA-256; sends nothing. Raises NotFound for an unknown
    plan or scheme, Refused for a year that has not begun, is not the plan's, or whose result is
    before the bodies that decide on it.
    """
    c.require(NAME, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id, hold=True)
    day = day_of_year(c, plan, year)
    if day is None:
        raise Refused(mark("There is nothing to assess for {year} yet."), year=year)
    if is_frozen(c, plan_id, year):
        raise Refused(
            mark("The result of {year} is being decided on. Send it back first."), year=year
        )
    kept = _scheme(c, year, scheme)
    facts = facts_of_year(c.session, plan_id, year, c.now, day, c.letterhead.zone)
    result = score_language(understood(json.loads(kept.body)), understood_facts(facts))
    text, sha = canonical(facts), hashlib.sha256(bytes_of(result)).hexdigest()
    awaiting = awaiting_review(c.session, plan_id, year)
    last = newest_assessment(c.session, plan_id, year)
    same = last is not None and (last.scheme_version_id, last.facts) == (kept.id, text)
    if last is not None and same:
        return Assessed(
            last.id, plan_id, year, last.no, len(result.units), awaiting, last.sha, False
        )
    made = Assessment(
        plan_id=plan_id,
        year=year,
        no=last.no + 1 if last else 1,
        scheme_version_id=kept.id,
        frozen_at=c.now,
        facts=text,
        sha=sha,
        as_of=day,
        trial="trial" in facts,
    )
    c.session.add(made)
    c.session.flush()
    rows = _rows(made.id, result, {one["unit"]: one.get("doubts") for one in facts["units"]})
    if rows:
        c.session.execute(insert(ScoreLine), rows)
    c.record_event(
        plan_id, NAME, "assessment", made.id, year=year, no=made.no, sha=sha, lines=len(rows)
    )
    return Assessed(made.id, plan_id, year, made.no, len(result.units), awaiting, sha, True)


def day_of_year(c: Context, plan: Plan, year: int) -> date | None:
    """The local day as of whose end a plan's year is judged now; None where there is none yet."""
    day = min(c.today, date(year, 12, 31))
    if plan.issued_at is None or day.year < year or not plan.first_year <= year <= plan.last_year:
        return None
    return day


def assess_all(c: Context, only: int | None = None) -> tuple[Assessed, ...]:
    """Assess every issued plan, or only the one with this id, for the year in which yesterday lies,
    where a scheme is kept for it.

    For the timetable: on the first of January the year that has just ended. Who may: as `assess`.
    """
    c.require(NAME, INSTALLATION)
    year = (c.today - timedelta(days=1)).year
    done: list[Assessed] = []
    if newest_scheme(c, year) is not None:
        in_span = select(Plan.id).where(
            Plan.issued_at.is_not(None), Plan.first_year <= year, year <= Plan.last_year
        )
        if only is not None:
            in_span = in_span.where(Plan.id == only)
        for plan_id in c.session.scalars(in_span.order_by(Plan.id)).all():
            if not is_frozen(c, plan_id, year):
                done.append(assess(c, plan_id=plan_id, year=year))
    if only is None:  # else whoever goes through the plans says when all had their turn
        record_run(c.session, NAME, c.now, summary=f"assessments={sum(one.new for one in done)}")
    return tuple(done)


def is_frozen(c: Context, plan_id: int, year: int) -> bool:
    """Whether the result of a plan's year is before the bodies that decide on it, or final."""
    state = c.session.scalar(
        select(ProcedureState.state)
        .join(Procedure, Procedure.id == ProcedureState.procedure_id)
        .where(Procedure.plan_id == plan_id, Procedure.year == year, ProcedureState.open())
    )
    return state in FROZEN


def _scheme(c: Context, year: int, code: str) -> SchemeVersion:
    if not code:
        found = newest_scheme(c, year)
        if found is None:
            raise NotFound(mark("No scheme is kept for {year}."), year=year)
        return found
    named = c.session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.code == code)
        .order_by(SchemeVersion.no.desc())
        .limit(1)
    ).one_or_none()
    if named is None:
        raise NotFound(mark("There is no scheme “{name}”."), name=code)
    return named


def newest_scheme(c: Context, year: int) -> SchemeVersion | None:
    """The scheme approved last for a year, else the one kept last; those of the first kind are only
    read with what they came to."""
    approved = set(c.session.scalars(select(SchemeApproval.scheme_version_id)))
    every = c.session.scalars(select(SchemeVersion).order_by(SchemeVersion.id.desc()))
    bodies = ((one, json.loads(one.body)) for one in every)
    of_year = [one for one, b in bodies if b["year"] == year and b["schema"] == SCHEMA]
    return next((one for one in of_year if one.id in approved), of_year[0] if of_year else None)


def _rows(
    assessment_id: int, result: AssessmentResult, doubts: dict[str, Any]
) -> list[dict[str, Any]]:
    return [
        {
            "assessment_id": assessment_id,
            "unit_id": int(unit.unit),
            "path": path,
            "position": position,
            "title": node.title,
            "points": node.points,
            "points_max": node.points_max,
            "detail": canonical(_detail(node) | ({} if path else _of_unit(unit, doubts))),
        }
        for unit in result.units
        for position, (path, node) in enumerate(lines(unit.root))
    ]


def _detail(node: ScoreNode) -> dict[str, Any]:
    names = ("code", "rule", "clause", "inputs", "evidence")
    more = {name: as_json(found) for name in SAID_OF_NODE if (found := getattr(node, name))}
    return {name: as_json(getattr(node, name)) for name in names} | more


def _of_unit(unit: UnitScore, doubts: dict[str, Any]) -> dict[str, Any]:
    """What the first line of a unit says beside its points."""
    names = ("total", "rank", "group", "grade", "vetoes")
    more = ("questions", "not_assessed", "why_grade")
    said = {name: as_json(found) for name in more if (found := getattr(unit, name))}
    if doubts[unit.unit]:
        said["doubts"] = doubts[unit.unit]
    return {name: as_json(getattr(unit, name)) for name in names} | said
