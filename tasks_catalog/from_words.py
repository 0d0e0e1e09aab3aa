"""From words of a document to work: what a person selects in the text, read as a task is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from i18n import mark
from tasks_catalog.model import CataloguePlan, SourcePlace
from tasks_catalog.plain import plain_value
from tasks_catalog.reading.dates.deadlines import deadlines, final
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.quantities.measures import measures
from tasks_catalog.reading.units.responsibility import find
from tasks_catalog.reading.units.unit_names import is_group
from workflow.rules.refusals import Invalid, Problem

REFUSED = mark("Nothing was made of these words.")


def place_of(words: str, lines: Sequence[str]) -> SourcePlace:
    """The lines in which words stand, white space aside. Raises Invalid for words of one's own."""
    wanted = _squeezed(words)
    starts, whole = [], ""
    for line in lines:
        starts.append(len(whole))
        whole += _squeezed(line)
    at = whole.find(wanted) if wanted else -1
    if at < 0:
        problem = Problem("words", mark("these words do not stand in the document"))
        raise Invalid(REFUSED, (problem,))
    numbers = [no for no, start in enumerate(starts, 1) if start < at + len(wanted)]
    first = max(no for no in numbers if starts[no - 1] <= at)
    last = numbers[-1]
    return SourcePlace(first, last if last > first else None)


def measures_of(words: str, plan: CataloguePlan) -> list[dict[str, Any]]:
    """The numbers that words demand, as the catalogue writes them. Raises Invalid for none."""
    found = measures(words, _years(plan))
    if not found:
        raise Invalid(REFUSED, (Problem("words", mark("no number was found in these words")),))
    return [_plain(measure) for measure in found]


def deadlines_of(words: str, plan: CataloguePlan) -> tuple[list[dict[str, Any]], str]:
    """The dates that words say, and the day by which all is due. Raises Invalid for no day."""
    found = deadlines(words, _years(plan), cell=True)
    last = final(found)
    if last is None or last.date is None:
        raise Invalid(REFUSED, (Problem("words", mark("no date was found in these words")),))
    return [_plain(deadline) for deadline in found], last.date.isoformat()


def read_into(task: dict[str, Any], words: str, lines: Sequence[str], plan: CataloguePlan) -> None:
    """Fill a task made of these words with its place, units, numbers and dates."""
    where = place_of(words, lines)
    found = find(words)
    dates = deadlines(words, _years(plan))
    last = final(dates)
    task["source"] = _plain(where)
    task["units"] = [
        {"name": name, "written": name, "role": role, "group": is_group(name)}
        for name, role in (found.says.units if found else ())
    ]
    task["measures"] = [_plain(measure) for measure in measures(words, _years(plan))]
    task["deadlines"] = [_plain(deadline) for deadline in dates]
    task["due"] = last.date.isoformat() if last and last.date else None
    task["due_text"] = last.text if last else None
    if task["measures"]:
        task["kind"] = "numbers"


def _years(plan: CataloguePlan) -> PlanYears:
    return PlanYears(plan.published, plan.first_year, plan.last_year)


def _plain(value: Any) -> Any:
    """A part of a catalogue as the catalogue writes it, dates as text."""
    made = plain_value(value)
    return {key: text.isoformat() if hasattr(text, "isoformat") else text
            for key, text in made.items()}  # fmt: skip


def _squeezed(text: str) -> str:
    return re.sub(r"\s|^\s*#{1,6}\s+|\*\*", "", text)
