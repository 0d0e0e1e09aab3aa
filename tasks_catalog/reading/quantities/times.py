"""What the words before a number say about it: by which year, every year, hoped for, past."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tasks_catalog.reading.dates.plan_years import FIVE_YEARS, PlanYears
from tasks_catalog.reading.quantities.quantity_words import (
    BREAK,
    EVERY,
    GIVEN,
    PAST,
    SOFT,
    THIS_YEAR,
    WITHIN,
    YEAR_MARK,
    YEARLY,
)
from tasks_catalog.reading.words import chinese_number, masked


@dataclass(frozen=True)
class State:
    """What the words so far say about the numbers to come."""

    year: int | None = None
    yearly: bool = False
    firm: bool = True
    past: bool = False


class States:
    """The state at every place of a text: year, each year, how firm, past or to come."""

    def __init__(self, text: str, calendar: PlanYears) -> None:
        plain = masked(text, "《")
        floor = calendar.start.year
        marks: list[tuple[int, str, int]] = [
            (m.start(), "stop", 0) for m in re.finditer("[。；]", plain)
        ]
        for match in YEAR_MARK.finditer(plain):
            year = int(match["y"]) if match["y"] else FIVE_YEARS[match["plan"]]
            before = plain[: match.start()]
            old = year < floor and GIVEN.search(before)  # 对2013年以来改造的户厕开展检查
            if not old and not re.search("(?:比|较|相比|以)$", before):
                marks.append((match.start(), "year", year))
        for match in WITHIN.finditer(plain):
            count = int(match[1]) if match[1].isdigit() else chinese_number(match[1]) or 0
            if ahead := calendar.years_on(count):
                marks.append((match.start(), "year", ahead))
        if calendar.year:
            marks += [(m.start(), "year", calendar.year) for m in THIS_YEAR.finditer(plain)]
        for name, pattern in (("yearly", YEARLY), ("every", EVERY), ("soft", SOFT), ("past", PAST)):
            marks += [
                (m.start(), name, 0)
                for m in pattern.finditer(plain)
                if not (name == "past" and GIVEN.search(plain[: m.start()]))
            ]
        self._marks = sorted(marks)
        self._plain, self._floor = plain, floor
        only = calendar.first_year == calendar.last_year
        self._year = calendar.last_year if only else None  # the one year of which the title speaks

    def at(self, place: int) -> State:
        state = State(year=self._year)
        for start, name, year in self._marks:
            if start >= place:
                break
            if name == "stop":
                full = self._plain[start] == "。"
                state = replace(state, yearly=False, past=False, firm=state.firm or full)
            elif name == "year":
                past = year < self._floor
                state = replace(state, past=past, yearly=False, year=state.year if past else year)
            elif name in ("yearly", "every"):
                state = replace(state, yearly=True)
            elif name == "soft":
                state = replace(state, firm=False)
                alone = start > 0 and self._plain[start - 1] not in BREAK
                inside = re.split("[，；。]", self._plain[start:place])
                if alone and len(inside) > 1:
                    state = replace(state, firm=True)
            else:
                state = replace(state, past=True)
        return state
