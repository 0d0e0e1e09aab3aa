"""Try a scheme on a year's record, beside the result that stands. Nothing is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db.models import Assessment, Plan, ScoreLine
from db.queries.assessment.facts import facts_of_year
from db.queries.assessment.procedure import newest_assessment
from db.queries.places.places import about_plan
from documents.scheme_file import understood, understood_facts
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.assessment.language_scores import score_language
from workflow.rules.refusals import Refused
from workflow.verbs.assessment.assess import day_of_year
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible


@dataclass(frozen=True)
class TriedUnit:
    """A unit by the scheme that is tried, and by the version that stands, if it is in it."""

    unit: str
    group: str
    total: Decimal | None
    rank: int | None
    grade: str
    questions: int
    stood: Decimal | None
    stood_rank: int | None


@dataclass(frozen=True)
class TriedScheme:
    """What a scheme comes to; `no`: the version beside which it stands, 0 for none. `grades` by
    their codes, in order, with how many units get each."""

    year: int
    no: int
    units: tuple[TriedUnit, ...]
    grades: tuple[tuple[str, int], ...]


def try_scheme(c: Context, *, data: Any, plan_id: int, year: int) -> TriedScheme:
    """Score a plan's year, as known now, by a scheme's data.

    Who may: as `assess`. Writes nothing. Raises NotFound, NotAllowed, Invalid for a scheme that
    cannot be used, Refused for a year that has not begun or is not the plan's.
    """
    c.require(Permission.ASSESS, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    day = day_of_year(c, plan, year)
    if day is None:
        raise Refused(mark("There is nothing to assess for {year} yet."), year=year)
    scheme = understood(data)
    facts = facts_of_year(c.session, plan_id, year, c.now, day, c.letterhead.zone)
    result = score_language(scheme, understood_facts(facts))
    newest = newest_assessment(c.session, plan_id, year)
    stood = _stood(c, newest) if newest else {}
    groups = {group.code: group.title for group in scheme.groups}
    units = tuple(
        TriedUnit(
            one.name, groups.get(one.group, ""), one.total, one.rank, one.grade,
            len(one.questions), *stood.get(one.unit, (None, None)),
        )
        for one in result.units
    )  # fmt: skip
    grades = tuple(
        (grade.title, sum(one.grade == grade.code for one in units)) for grade in scheme.grades
    )
    return TriedScheme(year, newest.no if newest else 0, units, grades)


def _stood(c: Context, version: Assessment) -> dict[str, tuple[Decimal | None, int | None]]:
    """Unit → total and rank in a version."""
    rows = c.session.execute(
        select(ScoreLine.unit_id, ScoreLine.detail).where(
            ScoreLine.assessment_id == version.id, ScoreLine.path == ""
        )
    )
    details = ((str(unit_id), json.loads(detail)) for unit_id, detail in rows)
    return {
        unit: (None if one["total"] is None else Decimal(one["total"]), one["rank"])
        for unit, one in details
    }
