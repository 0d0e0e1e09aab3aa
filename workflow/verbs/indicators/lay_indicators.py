"""The indicators that an edition of a plan names become rows, or change with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from db import record
from db.models import Indicator, IndicatorVersion
from tasks_catalog import model
from tasks_catalog.plain import to_plain
from workflow.rules.indicators.demands import IndicatorDemand, changed, columns, demands
from workflow.verbs.context import Context

Key = tuple[str, str]


def lay_indicators(
    c: Context,
    plan_id: int,
    editions: tuple[model.Catalogue | None, model.Catalogue],
    first_years: tuple[int, int],
    document: str = "",
) -> None:
    """Make a plan's indicators be those of the newer of two `editions` (None: there was none).

    Only what differs between the two is changed, so that definitions, units, years of the path and
    whatever the office decided in between stay. What the newer one no longer names ends; values
    stay in any case. Part of a verb that loads an edition, whose event seals the rows.
    """
    old = _demands(editions[0], first_years[0])
    new = _demands(editions[1], first_years[1])
    ids = _identities(c, plan_id, new)
    standing = _standing(c, plan_id)
    for key, demand in new.items():
        if (row := standing.get(ids[key])) is None:
            if key not in old or columns(old[key]) != columns(demand):
                begun = {**columns(demand), "indicator_id": ids[key], "document": document}
                c.session.execute(insert(IndicatorVersion).values(known_from=c.now, **begun))
        elif differs := changed(old.get(key), demand):
            _replace(c, ids[key], {**row, **differs, "document": document})
    for key in old.keys() - new.keys():
        if (ended := ids.get(key)) in standing:
            _replace(c, ended, None)


def _demands(catalogue: model.Catalogue | None, first_year: int) -> dict[Key, IndicatorDemand]:
    return demands(to_plain(catalogue)["indicators"], first_year) if catalogue else {}


def _identities(c: Context, plan_id: int, wanted: dict[Key, IndicatorDemand]) -> dict[Key, int]:
    """The ids of all indicators that the plan ever had, those now wanted among them."""
    found = c.session.scalars(select(Indicator).where(Indicator.plan_id == plan_id))
    ids = {(one.name, one.scope): one.id for one in found}
    new = [
        Indicator(plan_id=plan_id, name=name, scope=scope)
        for name, scope in wanted
        if (name, scope) not in ids
    ]
    c.session.add_all(new)
    c.session.flush()
    return ids | {(one.name, one.scope): one.id for one in new}


def _standing(c: Context, plan_id: int) -> dict[int | None, dict[str, Any]]:
    """The versions in force by indicator, as columns without the interval."""
    table = IndicatorVersion.__table__
    kept = [column for column in table.c if column.name not in ("id", "known_from", "known_to")]
    rows = c.session.execute(
        select(*kept)
        .join(Indicator, Indicator.id == table.c.indicator_id)
        .where(Indicator.plan_id == plan_id, IndicatorVersion.open())
    ).mappings()
    return {row["indicator_id"]: dict(row) for row in rows}


def _replace(c: Context, indicator_id: int | None, row: dict[str, Any] | None) -> None:
    which = [IndicatorVersion.indicator_id == indicator_id]
    record.replace_interval(c.session, IndicatorVersion, which, row, c.now)
