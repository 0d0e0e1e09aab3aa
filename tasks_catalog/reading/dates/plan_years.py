"""The years of a plan, on which its relative dates hang."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tasks_catalog.reading.words import masked

FIVE_YEARS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}


@dataclass(frozen=True)
class PlanYears:
    """What a document's relative dates hang on: its day of publication and its years."""

    published: date | None = None
    first_year: int | None = None
    last_year: int | None = None

    @property
    def start(self) -> date:
        """The day before which nothing can be promised any more."""
        if self.published:
            return self.published
        return date(self.first_year or 1900, 1, 1)

    @property
    def year(self) -> int | None:
        """The year that is meant where the words name none."""
        if self.published and self.first_year and self.first_year > self.published.year:
            return self.first_year  # next year's work, issued in December
        return self.published.year if self.published else self.first_year

    def years_on(self, count: int) -> int | None:
        """The last of so many years: the plan's last year where it spans as many."""
        if self.first_year and self.last_year and self.last_year - self.first_year + 1 == count:
            return self.last_year
        return self.year + count if self.year else None


def years_named(text: str) -> Iterator[int]:
    """The years that a title spans: 2021-2025年, “十四五”."""
    plain = masked(text, "")
    if match := re.search(r"(20\d\d)年?(?:-|至|到)(20\d\d)年", plain):
        yield from (int(match[1]), int(match[2]))
    elif match := re.search("十[二三四五六]五", plain):
        yield from (FIVE_YEARS[match[0]] - 4, FIVE_YEARS[match[0]])
    elif match := re.search(r"(20\d\d)年(?!修订|版)", plain):
        yield from (int(match[1]), int(match[1]))
