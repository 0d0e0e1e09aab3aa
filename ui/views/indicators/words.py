"""An indicator in words: its values, what it is held against, where it is going, what is to do."""

from __future__ import annotations

from decimal import Decimal

from db.queries.indicators.indicators import IndicatorRow, ValueRow
from i18n import _, mark
from ui.components.year_lines import SHAPES, YearBand, YearLine, YearPlace
from workflow.rules.indicators.forecast import FEWEST, Outlook
from workflow.rules.indicators.path import definition_in, expected
from workflow.rules.indicators.words import Firmness, IndicatorKind
from workflow.rules.progress.lights import Light
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS

SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "approx": "≈", "=": ""}
OUTLOOKS = {
    Outlook.REACHES: mark("will reach {target} as things go"),
    Outlook.OPEN: mark("whether it reaches {target} is open"),
    Outlook.MISSES: mark("will not reach {target} as things go"),
}


def title_of(row: IndicatorRow) -> str:
    """Number, name and scope."""
    name = _("{name} ({scope})", name=row.name, scope=row.scope) if row.scope else row.name
    return f"{row.version.no} {name}".strip()


def who(row: IndicatorRow) -> str:
    """Who answers, who vouches, and when the source knows."""
    source = row.source or _("not named")
    if row.version.known_month:
        source = _("{source}, month {month}", source=source, month=row.version.known_month)
    return " · ".join(
        (row.responsible or _("nobody answers for it yet"), _("source: {source}", source=source))
    )


def number(value: Decimal) -> str:
    """A number without its unit, which stands beside the name."""
    return shown(value)


def firmness(one: ValueRow) -> str:
    """The sign and the word of how firm a value is."""
    said = f"{SHAPES[one.firmness]} {_(FIRMNESS[one.firmness])}"
    return f"{said} {_('(objected to)')}" if one.objection else said


def target(row: IndicatorRow) -> str:
    """The target with its sign."""
    version = row.version
    if version.target is None:
        return version.written
    ends = [number(end) for end in (version.target, version.target_max) if end is not None]
    return SIGNS.get(version.op, "") + "—".join(ends)


def held_against(row: IndicatorRow) -> str:
    """Where the path is for the last sure value, and the target."""
    point, aim = row.state.point, _("target {target}", target=target(row))
    if row.state.judged is None or point is None:
        return aim
    return _("path {path}, {target}", path=number(point.expected), target=aim)


def outlook(row: IndicatorRow) -> tuple[str, str]:
    """Where it is going as a sentence, and the range below it."""
    state, version = row.state, row.version
    going = state.forecast
    span = ""
    if going is not None:
        span = _("{year}: {low} to {high}", year=going.year, low=number(going.low),
                 high=number(going.high))  # fmt: skip
    if state.reached:
        return _("the target of {year} is reached; to be kept", year=version.target_year), span
    if state.outlook is not None:
        return _(OUTLOOKS[state.outlook], target=target(row)), span
    if version.kind == IndicatorKind.GROWTH:
        return _("growth is not forecast"), ""
    if going is not None:
        return _("the target counts by another definition"), span
    if state.same_definition >= FEWEST:
        return _("the target year has come"), ""
    message = mark("only {n} values of this definition, no forecast")
    return (_(message, n=state.same_definition) if state.judged else _("no value yet")), ""


def misses(row: IndicatorRow) -> bool:
    """Whether the sentence is bad news."""
    return row.state.outlook == Outlook.MISSES and not row.state.reached


def to_do(row: IndicatorRow) -> list[str]:
    """What is to be done now about an indicator, each as a sentence."""
    said = [
        _("to be verified: {value} ({year}), by {source}", value=number(one.value), year=one.year,
          source=row.source or _("a source that is not named yet"))
        for one in row.pending
    ]  # fmt: skip
    said += [
        _("{source} objects to {value} ({year}): {reason}", source=row.source,
          value=number(one.value), year=one.year, reason=one.objection)
        for one in row.values if one.objection
    ]  # fmt: skip
    if row.awaited is not None:
        said.append(_("the value of {year} is due to be reported", year=row.awaited))
    return said + missing(row)


def missing(row: IndicatorRow) -> list[str]:
    """What the office has yet to lay down."""
    version = row.version
    said = []
    if not row.responsible or not row.source:
        said.append(_("name who answers for it and its data source"))
    if version.target is None:
        said.append(_("lay the target down in figures"))
    elif version.baseline is None and version.kind == IndicatorKind.LEVEL:
        said.append(_("add the baseline"))
    if version.target_definition != version.definition_from:
        said.append(_("restate the target by the new definition, and have it approved"))
    if version.remark:
        said.append(_("the text of the plan says otherwise: {words}", words=version.remark))
    return said


def group_of(row: IndicatorRow) -> str:
    """Under which of the four figures it counts: fine, behind or grey."""
    light = row.state.judgement.light
    if light in (Light.GREEN, Light.DONE):
        return "fine"
    return "behind" if light in (Light.YELLOW, Light.RED) else "grey"


def line_of(row: IndicatorRow) -> YearLine:
    """The drawing of an indicator."""
    version, going = row.version, row.state.forecast
    changes = [one.since for one in row.definitions if one.since]
    values = {one.year: one for one in row.values}
    first, last = (version.baseline_year or row.years[0]), (version.target_year or row.years[-1])
    places = []
    for year in row.years:
        point = expected(row.promise, year) if first <= year <= last else None
        one = values.get(year)
        places.append(
            YearPlace(
                year, point.expected if point else None, one.value if one else None,
                one.firmness if one else "", definition_in(year, changes),
                one is not None and not one.objection and one.firmness != Firmness.EXPECTED,
            )
        )  # fmt: skip
    baseline = target_place = band = None
    if version.baseline is not None and version.baseline_year is not None:
        baseline = version.baseline_year, version.baseline
    if version.target is not None and version.target_year is not None:
        target_place = version.target_year, version.target
    if going is not None and row.state.judged is not None:
        judged = row.state.judged
        band = YearBand(judged.year, judged.value, going.year, going.low, going.middle, going.high)
    return YearLine(places, baseline, target_place, band, changes)


def figures(row: IndicatorRow) -> str:
    """What the drawing shows, as text."""
    version = row.version
    said = [title_of(row)]
    if version.baseline is not None:
        said.append(_("baseline of {year} {value}", year=version.baseline_year,
                      value=number(version.baseline)))  # fmt: skip
    said += [f"{one.year} {number(one.value)} {_(FIRMNESS[one.firmness])}" for one in row.values]
    said.append(held_against(row))
    said += [text for text in outlook(row) if text]
    said += [_("another definition from {year} on", year=one.since)
             for one in row.definitions if one.since]  # fmt: skip
    return _("; ").join(said)
