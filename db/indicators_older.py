"""Taking up the indicators of plans that were loaded before indicators lived on after issue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from db.models import ChainHead, Edition, Indicator, IndicatorVersion, Plan, PlanSpan
from db.record import record_event
from db.types import FOREVER
from workflow.rules.access.permissions import system
from workflow.rules.indicators.demands import changed, columns, demands

Row = dict[str, Any]


def take_up_indicators(session: Session, at: datetime | None) -> int:
    """Lay down what the stored catalogues of all plans say of indicators, edition by edition as
    each became known, and seal it in the plan's chain; how many indicators.

    `at` is when (UTC; without it the instant of the last event). A database without an event has
    no plan.
    """
    when = at or session.scalar(select(func.max(ChainHead.at)))
    if when is None:
        return 0
    taken = 0
    for plan in session.scalars(select(Plan).order_by(Plan.id)):
        versions = list(_versions(session, plan))
        ids: dict[tuple[str, str], int] = {}
        for key in dict.fromkeys(key for key, _row in versions):
            one = Indicator(plan_id=plan.id, name=key[0], scope=key[1])
            session.add(one)
            session.flush()
            ids[key] = one.id
        if versions:
            rows = [{"indicator_id": ids[key], **row} for key, row in versions]
            session.execute(insert(IndicatorVersion), rows)
            record_event(session, plan.id, system("upgrade"), when, "seal", "record", plan.id)
        taken += len(ids)
    return taken


def _versions(session: Session, plan: Plan) -> Iterator[tuple[tuple[str, str], Row]]:
    """Every version of every indicator as an interval, by the editions of a plan."""
    spans = select(PlanSpan.known_to, PlanSpan.document).where(PlanSpan.plan_id == plan.id)
    documents = dict(session.execute(spans).tuples().all())
    standing: dict[tuple[str, str], Row] = {}
    before: dict[tuple[str, str], Any] = {}
    editions = select(Edition).where(Edition.plan_id == plan.id).order_by(Edition.no)
    for edition in session.scalars(editions):
        catalogue = json.loads(edition.catalogue, parse_float=Decimal)
        first = (catalogue.get("plan") or {}).get("first_year") or plan.first_year
        now = demands(catalogue.get("indicators") or (), first)
        paper = documents.get(edition.loaded_at, "")
        for key in [*now, *(key for key in standing if key not in now)]:
            new = changed(before.get(key), now.get(key))
            old = standing.get(key)
            if old is not None and (new or key not in now):
                yield key, {**old, "known_to": edition.loaded_at}
                del standing[key]
            if key in now and (new or old is None):
                row = {**(old or {}), **columns(now[key]), "document": paper}
                standing[key] = {**row, "known_from": edition.loaded_at, "known_to": FOREVER}
        before = now
    yield from standing.items()
