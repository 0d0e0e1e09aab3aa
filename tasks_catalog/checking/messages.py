"""What each kind of finding says: its severity, its sentence, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from i18n import _, mark
from tasks_catalog.checking.lost import LOST
from tasks_catalog.checking.wider_kinds import WIDER
from tasks_catalog.model import Finding, FindingPlace, Severity, SourcePlace

KINDS: dict[str, tuple[Severity, str, str | None]] = LOST | {
    "value-differs": (
        "error",
        mark("“{name}”: {a} {unit} in one place, {b} {unit} in the other."),
        mark("Settle which number holds before the plan is issued."),
    ),
    "baseline-differs": (
        "warning",
        mark("“{name}” had reached {a} {unit_a} in one place, {b} {unit} in the other."),
        mark("Ask the unit that vouches for the number which of them holds."),
    ),
    "scope-differs": (
        "note",
        mark("“{name}”: {a} and {b} differ because they count another area."),
        mark("Name the area with each number."),
    ),
    "op-differs": (
        "note",
        mark("“{name}”: the words differ at the same number {a} ({op_a} and {op_b})."),
        mark("Decide whether the boundary itself is enough."),
    ),
    "firmness-differs": (
        "warning",
        mark("“{name}”: “{op_a}” in one place, “{op_b}” in the other, at the same number {a}."),
        mark("Settle which wording binds."),
    ),
    "sum-differs": (
        "warning",
        mark(
            "The parts of “{name}” do not add up to the whole in {years} (sum and whole: {shown})."
        ),
        mark("Do not derive the whole from its parts."),
    ),
    "sum-explained": (
        "note",
        mark(
            "The parts of “{name}” do not add up to the whole in {years} ({shown}), as a note says."
        ),
        mark("Do not derive the whole from its parts."),
    ),
    "note-contradicted": (
        "warning",
        mark("By the note the parts differ from the whole “{name}”; in {years} they are equal."),
        mark("Correct the note or the numbers."),
    ),
    "part-exceeds-whole": (
        "error",
        mark("“{part}” {b} is more than “{name}” {a}, of which it is a part."),
        mark("Check both numbers and their units."),
    ),
    "parts-far-from-whole": (
        "note",
        mark("The parts named of “{name}” make {sum} of {total}."),
        None,
    ),
    "share-differs": (
        "error",
        mark("{part} of {total} is {computed}%, not {stated}% (“{name}”)."),
        mark("Check the share and what it is a share of."),
    ),
    "ratio-differs": (
        "warning",
        mark("“{name}” is {stated}% by the table, {part} of {total} give {computed}%."),
        mark("Ask for the definition; do not compute it anew."),
    ),
    "rate-differs": (
        "error",
        mark("“{name}”: {a} of {b} is {computed}%, the table says {stated}."),
        mark("Correct the completion rate."),
    ),
    "growth-differs": (
        "error",
        mark("“{name}” at {rate}% from {a} comes to {computed}, not {b}."),
        mark("Correct the rate or the end value."),
    ),
    "growth-without-base": (
        "note",
        mark(
            "Growth of {rate}% since {year} is stated without the value of {year}; it would "
            "be {computed}."
        ),
        None,
    ),
    "increment-differs": (
        "note",
        mark("“{name}”: {a} more are promised, the table rises by {b}."),
        None,
    ),
    "unit-scale": (
        "error",
        mark("“{name}”: {a} and {b} cannot be counted in {unit}; probably {likely} is meant."),
        mark("Confirm the unit."),
    ),
    "unit-differs": (
        "note",
        mark("“{name}” is given in {unit_a} and in {unit_b}: the same number."),
        None,
    ),
    "unit-changes": (
        "warning",
        mark("“{name}” counts in {unit_a} in one place, in {unit_b} in the other."),
        mark("Settle what is counted."),
    ),
    "unit-missing": ("warning", mark("“{name}” has no unit."), mark("Add the unit.")),
    "unit-in-cell": ("note", mark("The cell “{text}” repeats the unit of its column."), None),
    "op-in-cell": ("note", mark("The cell “{text}” holds a sign; it was read as {op}."), None),
    "below-baseline": (
        "warning",
        mark("The target of “{name}” ({b}) lies below where it started ({a})."),
        mark("Confirm that it shall fall."),
    ),
    "hold": ("note", mark("“{name}” shall stay at {a}: target and start are equal."), None),
    "zero-baseline": (
        "note",
        mark("“{name}” starts at 0: no rate of growth can be computed."),
        None,
    ),
    "jump": (
        "note",
        mark("“{name}” rises from {a} to {b}, {times} times, and the text does not speak of it."),
        mark("Ask whether the number is a slip."),
    ),
    "two-in-one": ("note", mark("“{name}” puts several things into one number."), None),
    "two-names": (
        "note",
        mark("“{a}” and “{b}” seem to be one thing with two names (both {value})."),
        mark("Use one name."),
    ),
    "definition-changes": (
        "warning",
        mark("“{a}” and “{b}” carry the same number {value} but count by another base."),
        mark("Settle the definition."),
    ),
    "stated-twice": ("note", mark("“{name}” {a} {unit} is promised twice; count it once."), None),
    "number-in-name": (
        "note",
        mark("The digits of the name “{text}” were not read as a target."),
        None,
    ),
    "fraction": (
        "note",
        mark("“{text}” is a fraction in words; what it is a share of is open."),
        None,
    ),
    "list-unnamed": (
        "warning",
        mark("“{text}” holds for each kind of a list that is not given in this sentence."),
        mark("List the kinds, one number each."),
    ),
    "paired": ("note", mark("{n} numbers were given to {n} names in their order: “{text}”."), None),
    "many-in-one": (
        "note",
        mark(
            "One paragraph holds several numbers ({n}) and dates ({dates}); each belongs "
            "to its own sentence."
        ),
        mark("Consider dividing the task."),
    ),
    "no-year": ("note", mark("{n} numbers of “{name}” have no year."), mark("Add the year.")),
    "front-missing": (
        "warning",
        mark("The document does not give its {fields}."),
        mark("Enter them by hand."),
    ),
    "numbering": (
        "warning",
        mark("The numbering below “{name}” runs {numbers}."),
        mark("Check whether a part is missing."),
    ),
    "count-declared": (
        "warning",
        mark("“{text}” announces {a}, {b} follow."),
        mark("Check whether a part is missing."),
    ),
    "markup": ("note", mark("{n} leftovers of markup were removed."), None),
    "cells-by-line": (
        "note",
        mark("A table is written one cell a line; its rows were put together."),
        None,
    ),
    "odd-characters": ("note", mark("Unusual characters were read as usual ones: {text}."), None),
    "no-units": (
        "note",
        mark("The document names no unit for any of its {n} tasks."),
        mark("Assign them."),
    ),
    "several-leads": (
        "warning",
        mark("{n} tasks have several leads and no word on who collects: {tasks}."),
        mark("Settle which of them leads; the first named collects until then."),
    ),
    "group-leads": (
        "warning",
        mark("{n} tasks are led by a group alone, with nobody to answer for the whole: {tasks}."),
        mark("Name one unit that leads, and let the group support."),
    ),
    "no-support": (
        "note",
        mark("{n} tasks name no supporting unit, though others do: {tasks}."),
        mark("Ask the lead whether it works alone."),
    ),
    "no-lead": (
        "note",
        mark("{n} tasks name several units and none as lead: {tasks}."),
        mark("Settle who leads."),
    ),
    "unit-two-names": (
        "note",
        mark("“{name}” and “{others}” seem to be one unit with several names."),
        mark("Use one name, or make them two units."),
    ),
    "share-impossible": (
        "error",
        mark("“{name}” is a share and cannot be {a}%."),
        mark("Check the number and its unit."),
    ),
    "text-and-table": (
        "warning",
        mark("“{name}”: {a} {unit} in the text, {b} {unit_b} in the table."),
        mark("Settle which number holds before the plan is issued."),
    ),
    "no-structure": (
        "warning",
        mark("No tasks were found."),
        mark("Check that the whole document was given, with its numbered headings or its table."),
    ),
}

KINDS.update(WIDER)


def finding(
    kind: str,
    where: Iterable[SourcePlace | int | tuple[str | None, SourcePlace | None] | None],
    severity: Severity | None = None,
    **values: object,
) -> Finding:
    """A finding of a kind with its sentence in the current language.

    `where` takes lines, Sources, or (document, Source) for a place in another document.
    """
    usual, message, suggestion = KINDS[kind]
    shown = {name: _shown(value) for name, value in values.items()}
    return Finding(
        kind=kind, severity=severity or usual, message=_(message, **shown),
        where=tuple(filter(None, map(_place, where))), values=_kept(values),
        suggestion=_(suggestion) if suggestion else None,
    )  # fmt: skip


def _place(
    place: SourcePlace | int | tuple[str | None, SourcePlace | None] | None,
) -> FindingPlace | None:
    document: str | None = None
    if isinstance(place, tuple):
        document, place = place
    if isinstance(place, SourcePlace):
        return FindingPlace(document, place.line, place.line_end or place.line)
    if place is None:
        return FindingPlace(document) if document else None
    return FindingPlace(document, place, place)


SIGNS = {">=": "≥", "<=": "≤", "approx": "≈"}


def _shown(value: object) -> object:
    if isinstance(value, str):
        return SIGNS.get(value, value)
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _kept(values: Mapping[str, object]) -> dict[str, object]:
    told = {name: value for name, value in values.items() if value is not None}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in told.items()}
