"""What a plan's document says of its indicators: its table of numbers and the goals in its prose.

A goal in the prose that bears the name of a row of the table is the same indicator; where the two
differ, the table counts and the difference is noted. Numbers of a period before the plan, such as
how the last plan was kept, are no promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from workflow.rules.indicators.words import IndicatorKind
from workflow.rules.progress.quantities import scaled, to_millionths
from workflow.rules.refusals import Invalid

_GROWTH = ("增长", "增速", "增幅")


@dataclass(frozen=True)
class IndicatorDemand:
    """An indicator as the document has it; `name` and `scope` together are its identity.

    `no` is its number in the table, `heading` the table's group or empty for a goal of the prose,
    `written` the target in the document's words, `remark` what the prose says otherwise.
    """

    name: str
    scope: str
    no: str
    heading: str
    position: int
    unit: str
    op: str
    kind: IndicatorKind
    baseline_year: int | None
    baseline: Decimal | None
    target_year: int | None
    target: Decimal | None
    target_max: Decimal | None
    written: str
    firm: bool
    remark: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.scope


def demands(
    indicators: Iterable[Mapping[str, Any]], first_year: int
) -> dict[tuple[str, str], IndicatorDemand]:
    """The indicators of a plain catalogue (docs/catalogue.md) by identity, in its order.

    A number that the database cannot keep is left out; its words stay.
    """
    found: dict[tuple[str, str], IndicatorDemand] = {}
    promised = [one for one in indicators if (one.get("target_year") or first_year) >= first_year]
    for entry in sorted(promised, key=lambda one: not one.get("table")):
        demand = _demand(entry, len(found) + 1, first_year)
        if (first := found.get(demand.key)) is None:
            found[demand.key] = demand
        elif not _same_target(first, demand) and demand.written not in first.remark:
            remark = "；".join(part for part in (first.remark, demand.written) if part)
            found[demand.key] = replace(first, remark=remark)
    return found


def columns(demand: IndicatorDemand) -> dict[str, Any]:
    """What is kept of a demand beside its identity, by name."""
    return {name: value for name, value in vars(demand).items() if name not in ("name", "scope")}


def changed(old: IndicatorDemand | None, new: IndicatorDemand | None) -> dict[str, Any]:
    """What a newer edition says otherwise of an indicator, by name; nothing where it has none."""
    if new is None:
        return {}
    before = columns(old) if old else {}
    return {
        name: value
        for name, value in columns(new).items()
        if name not in before or before[name] != value
    }


def _demand(entry: Mapping[str, Any], position: int, first_year: int) -> IndicatorDemand:
    unit = entry.get("unit") or ""
    since, begin = entry.get("baseline_year"), entry.get("baseline")
    if entry.get("kind") == "new" and begin is None:
        # What is new is counted from the first day of the plan.
        since, begin = first_year - 1, 0
    return IndicatorDemand(
        name=entry["name"],
        scope=entry.get("scope") or "",
        no=str(entry.get("no") or ""),
        heading=(entry.get("category") or entry["table"]) if entry.get("table") else "",
        position=position,
        unit=unit,
        op=entry.get("op") or "=",
        kind=_kind(entry),
        baseline_year=since,
        baseline=_number(begin),
        target_year=entry.get("target_year"),
        target=_number(entry.get("target")),
        target_max=_number(entry.get("target_max")),
        written=entry.get("target_text") or "",
        firm=entry.get("firm", True),
    )


def _kind(entry: Mapping[str, Any]) -> IndicatorKind:
    """By the catalogue's kind; a table has none, there the name tells."""
    if entry.get("kind") == "annual":
        return IndicatorKind.YEARLY
    grows = entry.get("kind") == "growth" or any(word in entry["name"] for word in _GROWTH)
    return IndicatorKind.GROWTH if grows and not entry.get("relative") else IndicatorKind.LEVEL


def _number(value: Any) -> Decimal | None:
    if value is None:
        return None
    number = Decimal(str(value))
    try:
        to_millionths(number)
    except Invalid:
        return None
    return number


def _same_target(one: IndicatorDemand, other: IndicatorDemand) -> bool:
    """Whether two promise the same number in the same year: 2000 人 is 0.2 万人."""
    if one.target is None or other.target is None:
        return one.written == other.written
    power, bare = scaled(one.unit)
    others_power, others_bare = scaled(other.unit)
    return (
        one.target_year == other.target_year
        and bare == others_bare
        and one.target.scaleb(power) == other.target.scaleb(others_power)
    )
