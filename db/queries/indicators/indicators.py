"""The main indicators of plans as they stood at an instant, with their state by the rules."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Indicator,
    IndicatorValue,
    IndicatorVerdict,
    IndicatorVersion,
    Person,
    Place,
    Plan,
    Unit,
)
from db.queries.plans.choices import PlanChoice
from db.queries.scope import visible_to
from workflow.rules.access.permissions import Actor, Permission, Subject, may
from workflow.rules.indicators.path import Promise, years_of
from workflow.rules.indicators.state import IndicatorState, YearValue, awaited_year, state_of
from workflow.rules.indicators.words import Firmness, SourceVerdict
from workflow.rules.progress.lights import Thresholds
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.time.dates import local_date


@dataclass(frozen=True)
class ValueRow:
    """What was last reported for a year. `awaits`: its source has not spoken yet; `objection` is
    the reason of a source that does not vouch for it."""

    id: int
    year: int
    no: int
    value: Decimal
    written: str
    firmness: Firmness
    document: str
    unit: str
    person_id: int | None
    at: datetime
    awaits: bool
    objection: str


@dataclass(frozen=True)
class DefinitionRow:
    """A definition (口径), the year from which values count by it (0: the first), its paper."""

    since: int
    text: str
    document: str


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with everything that a page shows of it, and what the reader may do."""

    id: int
    plan_id: int
    name: str
    scope: str
    version: IndicatorVersion
    promise: Promise
    years: range
    responsible: str
    source: str
    definitions: tuple[DefinitionRow, ...]
    values: tuple[ValueRow, ...]
    state: IndicatorState
    awaited: int | None
    may_report: bool
    may_confirm: bool
    may_set: bool

    @property
    def pending(self) -> tuple[ValueRow, ...]:
        """The values that wait for the source's word."""
        return tuple(one for one in self.values if one.awaits)


def plans_with_indicators(session: Session, actor: Actor, at: datetime) -> list[PlanChoice]:
    """The issued plans of which the actor sees an indicator, the newest first."""
    seen = select(Indicator.plan_id).where(visible_to(actor, Indicator))
    rows = session.execute(
        select(Plan.id, Plan.title, Place.id, Place.name)
        .join(Place, Place.id == Plan.place_id)
        .where(Plan.issued_at <= at, Plan.id.in_(seen))
        .order_by(Plan.issued_at.desc(), Plan.id.desc())
    )
    return [PlanChoice(*row) for row in rows]


def indicators(
    session: Session, actor: Actor, plan_ids: Sequence[int], at: datetime, zone: str
) -> list[IndicatorRow]:
    """The indicators of issued plans that the actor sees, plan by plan in the order of their
    documents, as known at an instant."""
    answers, vouches = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(Indicator, IndicatorVersion, Plan, answers.name, vouches.name)
        .join(IndicatorVersion, IndicatorVersion.indicator_id == Indicator.id)
        .join(Plan, Plan.id == Indicator.plan_id)
        .outerjoin(answers, answers.id == IndicatorVersion.responsible_unit_id)
        .outerjoin(vouches, vouches.id == IndicatorVersion.source_unit_id)
        .where(
            Indicator.plan_id.in_(plan_ids),
            Plan.issued_at <= at,
            IndicatorVersion.at(at),
            visible_to(actor, Indicator),
        )
        .order_by(Plan.issued_at.desc(), Plan.id.desc(), IndicatorVersion.position)
    ).all()
    ids = [one.id for one, *_ in rows]
    definitions, values = _definitions(session, ids, at), _values(session, ids, at)
    today = local_date(at, zone)
    return [
        _row(actor, one, version, plan, (answering or "", source or ""),
             tuple(definitions[one.id].values()), tuple(values[one.id]), today)
        for one, version, plan, answering, source in rows
    ]  # fmt: skip


def _row(
    actor: Actor,
    one: Indicator,
    version: IndicatorVersion,
    plan: Plan,
    units: tuple[str, str],
    definitions: tuple[DefinitionRow, ...],
    values: tuple[ValueRow, ...],
    today: date,
) -> IndicatorRow:
    promise = promise_of(version)
    known = [YearValue(row.year, row.value, row.firmness, bool(row.objection)) for row in values]
    changes = [row.since for row in definitions if row.since]
    thresholds: Thresholds = PlanPolicy.from_json(plan.policy).thresholds
    begin = max(plan.first_year, (version.baseline_year or 0) + 1)
    subjects = [
        Subject(plan.place_id, unit_id=unit_id)
        for unit_id in (version.responsible_unit_id, version.source_unit_id)
    ]
    return IndicatorRow(
        one.id, one.plan_id, one.name, one.scope, version, promise,
        years_of(promise, plan.first_year, plan.last_year), *units, definitions, values,
        state_of(one.name, promise, known, changes, thresholds),
        awaited_year(known, begin, version.known_month, today),
        any(may(actor, Permission.REPORT_INDICATOR_VALUE, subject) for subject in subjects),
        may(actor, Permission.CONFIRM_INDICATOR_VALUE, subjects[1]),
        may(actor, Permission.SET_INDICATOR, Subject(plan.place_id)),
    )  # fmt: skip


def promise_of(version: IndicatorVersion) -> Promise:
    """What a version promises, as the rules take it."""
    return Promise(
        version.kind, version.op, version.unit, version.baseline_year, version.baseline,
        version.target_year, version.target, version.path_kind,
        {int(year): Decimal(text) for year, text in json.loads(version.path_values).items()},
        version.target_definition,
    )  # fmt: skip


def _definitions(
    session: Session, ids: Sequence[int], at: datetime
) -> dict[int, dict[int, DefinitionRow]]:
    """The definitions of each indicator by the year from which they count, as worded last; the
    paper is the one that brought them."""
    found: dict[int, dict[int, DefinitionRow]] = defaultdict(dict)
    rows = session.scalars(
        select(IndicatorVersion)
        .where(IndicatorVersion.indicator_id.in_(ids), IndicatorVersion.known_from <= at)
        .order_by(IndicatorVersion.definition_from, IndicatorVersion.id)
    )
    for row in rows:
        if not row.definition:
            continue
        first = found[row.indicator_id].get(row.definition_from)
        paper = first.document if first and first.document else row.document
        found[row.indicator_id][row.definition_from] = DefinitionRow(
            row.definition_from, row.definition, paper
        )
    return found


def _values(session: Session, ids: Sequence[int], at: datetime) -> dict[int, list[ValueRow]]:
    """The last value of each year, with the source's verdict as known then."""
    rows = session.execute(
        select(IndicatorValue, IndicatorVerdict.outcome, IndicatorVerdict.reason, Unit.name,
               Person.name)
        .outerjoin(IndicatorVerdict, (IndicatorVerdict.value_id == IndicatorValue.id)
                   & (IndicatorVerdict.at <= at))
        .outerjoin(Unit, Unit.id == IndicatorValue.unit_id)
        .outerjoin(Person, Person.id == IndicatorValue.person_id)
        .where(IndicatorValue.indicator_id.in_(ids), IndicatorValue.at <= at)
        .order_by(IndicatorValue.indicator_id, IndicatorValue.year, IndicatorValue.no)
    )  # fmt: skip
    last: dict[tuple[int, int], ValueRow] = {}
    for value, outcome, reason, unit, person in rows:
        confirmed = outcome == SourceVerdict.CONFIRMED
        firmness = Firmness.CONFIRMED if confirmed else Firmness(value.firmness)
        last[value.indicator_id, value.year] = ValueRow(
            value.id, value.year, value.no, value.value, value.written, firmness, value.document,
            unit or person or "", value.person_id, value.at,
            outcome is None and firmness == Firmness.PRELIMINARY,
            reason if outcome == SourceVerdict.OBJECTED else "",
        )  # fmt: skip
    found: dict[int, list[ValueRow]] = defaultdict(list)
    for (indicator_id, _year), row in last.items():
        found[indicator_id].append(row)
    return found
