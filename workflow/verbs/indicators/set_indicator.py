"""What an indicator counts, promises, and who answers and vouches for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from db import record
from db.models import IndicatorVersion, Unit
from i18n import mark
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.indicators.words import KINDS, PATHS, PathKind
from workflow.rules.progress.quantities import parse, plain
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.indicators.find_indicator import (
    HeldIndicator,
    hold_indicator,
    overtaken,
    read_path,
)

PROMISED = ("kind", "baseline_year", "baseline", "target_year", "target", "path_kind",
            "path_values", "definition", "definition_from", "target_definition")  # fmt: skip
"""Columns that need the document that approves them once the plan is issued."""
LONGEST = 500


@dataclass(frozen=True)
class IndicatorSettings:
    """What the office sets of an indicator; numbers as they were typed, "" for none.

    `definition_from`: the year from which values count by `definition`, 0 for the first. A
    definition that is only worded better keeps the year; a new one has a later year and begins
    another series. `restated`: baseline, path and target are stated by the newest definition.
    """

    kind: str
    baseline_year: int | None
    baseline: str
    target_year: int | None
    target: str
    definition: str = ""
    definition_from: int = 0
    restated: bool = True
    path_kind: str = PathKind.STRAIGHT
    path_values: Mapping[int, str] = field(default_factory=dict)
    responsible_unit_id: int | None = None
    source_unit_id: int | None = None
    known_month: int | None = None


def settings_of(version: IndicatorVersion) -> IndicatorSettings:
    """The settings that a version stands for, to change some of them."""
    return IndicatorSettings(
        kind=version.kind,
        baseline_year=version.baseline_year,
        baseline=_text(version.baseline),
        target_year=version.target_year,
        target=_text(version.target),
        definition=version.definition,
        definition_from=version.definition_from,
        restated=version.target_definition == version.definition_from,
        path_kind=version.path_kind,
        path_values={year: plain(n) for year, n in read_path(version.path_values).items()},
        responsible_unit_id=version.responsible_unit_id,
        source_unit_id=version.source_unit_id,
        known_month=version.known_month,
    )


def set_indicator(
    c: Context,
    *,
    indicator_id: int,
    version_id: int,
    settings: IndicatorSettings,
    document: str = "",
) -> int:
    """Lay down how an indicator is counted, its path and target, and who answers and vouches for
    it; the id of the version in force.

    Who: the office. `version_id` is the version that the page showed. What stood before stays as a
    closed interval. Of an issued plan, whatever is promised (definition, baseline, path, target)
    changes only by a `document`. A definition that counts from a later year begins another series:
    until the target is restated by it, nothing is held against it. The same again changes nothing.
    No mail. Raises NotFound, NotAllowed, WrongState, Conflict for the second writer, Invalid with
    each field that cannot be taken.
    """
    held = hold_indicator(c, indicator_id)
    c.require(Permission.SET_INDICATOR, Subject(held.plan.place_id))
    old = held.version
    if old.id != version_id:
        raise overtaken()
    problems: list[Problem] = []
    row = _row(held, settings, problems)
    problems += _wrong_years(held, settings)
    problems += _wrong_units(c, settings, held.plan.place_id)
    differs = sorted(name for name, value in row.items() if getattr(old, name) != value)
    paper = document.strip()
    if held.plan.issued_at is not None and not paper and set(differs) & set(PROMISED):
        what = mark("the document that approves the change is missing")
        problems.append(Problem("document", what))
    if len(paper) > LONGEST or len(row["definition"]) > LONGEST:
        problems.append(Problem("", mark("no more than {n} characters"), n=LONGEST))
    if problems:
        raise Invalid(mark("The indicator cannot be set like this."), tuple(problems))
    if not differs:
        return old.id
    kept = {
        column.name: getattr(old, column.name)
        for column in IndicatorVersion.__table__.columns
        if column.name not in ("id", "known_from", "known_to")
    }
    record.replace_interval(
        c.session, IndicatorVersion, [IndicatorVersion.id == version_id],
        {**kept, **row, "document": paper or old.document}, c.now,
    )  # fmt: skip
    c.record_event(
        held.plan.id, "set_indicator", "indicator", indicator_id,
        changed=differs, promise=bool(set(differs) & set(PROMISED)),
    )  # fmt: skip
    which = select(IndicatorVersion.id).where(
        IndicatorVersion.indicator_id == indicator_id, IndicatorVersion.open()
    )
    return c.session.scalars(which).one()


def _row(
    held: HeldIndicator, settings: IndicatorSettings, problems: list[Problem]
) -> dict[str, Any]:
    """The columns that the settings stand for; what is not read is added to the problems."""
    old, unit = held.version, held.version.unit
    path = {
        str(year): plain(number)
        for year, text in sorted(settings.path_values.items())
        if (number := _number(text, unit, str(year), problems)) is not None
    }
    restated = settings.restated or settings.definition_from == old.target_definition
    return {
        "kind": settings.kind,
        "baseline_year": settings.baseline_year,
        "baseline": _number(settings.baseline, unit, "baseline", problems),
        "target_year": settings.target_year,
        "target": _number(settings.target, unit, "target", problems),
        "definition": settings.definition.strip(),
        "definition_from": settings.definition_from,
        "target_definition": settings.definition_from if restated else old.target_definition,
        "path_kind": settings.path_kind,
        "path_values": json.dumps(path, sort_keys=True, separators=(",", ":")),
        "responsible_unit_id": settings.responsible_unit_id,
        "source_unit_id": settings.source_unit_id,
        "known_month": settings.known_month,
    }


def _number(text: str, unit: str, where: str, problems: list[Problem]) -> Decimal | None:
    if not text.strip():
        return None
    try:
        return parse(text, unit).value
    except Invalid as error:
        problems.append(Problem(where, error.message, **error.fields))
        return None


def _wrong_years(held: HeldIndicator, settings: IndicatorSettings) -> Iterable[Problem]:
    old, since = held.version, settings.definition_from
    begin = settings.baseline_year or held.plan.first_year - 1
    end = settings.target_year or held.plan.last_year
    if settings.kind not in KINDS or settings.path_kind not in PATHS:
        yield Problem("path", mark("there is no such kind"))
    if end <= begin:
        yield Problem("target_year", mark("the target lies after the baseline"))
    if (settings.path_kind == PathKind.STRAIGHT) != (not settings.path_values):
        yield Problem("path", mark("a stepped path and one of its own have values, a straight one "
                                   "has none"))  # fmt: skip
    for year in settings.path_values:
        if not begin < year < end:
            yield Problem(str(year), mark("this year does not lie between baseline and target"))
    if settings.known_month is not None and not 1 <= settings.known_month <= 12:
        yield Problem("known_month", mark("a month is a number from 1 to 12"))
    if since < old.definition_from or since > end or (since and since <= begin):
        yield Problem(
            "definition_from",
            mark("a new definition counts from a year of the plan on, after the earlier one"),
        )
    if since > old.definition_from and settings.definition.strip() == old.definition:
        yield Problem("definition", mark("a new series needs the definition by which it counts"))


def _wrong_units(c: Context, settings: IndicatorSettings, place_id: int) -> Iterable[Problem]:
    for where, unit_id in (
        ("responsible", settings.responsible_unit_id),
        ("source", settings.source_unit_id),
    ):
        if unit_id is None:
            continue
        unit = c.session.get(Unit, unit_id)
        if unit is None or not unit.active or unit.place_id != place_id:
            yield Problem(where, mark("There is no such unit."))


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
