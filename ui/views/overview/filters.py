"""What the address of the overview asks for, on the page and in its download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db.queries.progress.overview import OverviewSelection
from ui.views.shared.office import day_of, number_in
from workflow.rules.progress.lights import Light


@dataclass(frozen=True)
class OverviewFilter:
    """What the address asks for: filters, and a past day."""

    day: date
    today: date
    unit: int | None
    item: int | None
    lights: tuple[str, ...]
    search: str

    @property
    def filters(self) -> OverviewSelection:
        return OverviewSelection(
            units=frozenset() if self.unit is None else frozenset({self.unit}),
            items=frozenset() if self.item is None else frozenset({self.item}),
            lights=frozenset(Light(code) for code in self.lights),
            search=self.search,
        )

    @property
    def address(self) -> dict[str, object]:
        """The same as values of an address."""
        at = self.day.isoformat() if self.day < self.today else ""
        lights = ",".join(self.lights)
        return {
            "at": at,
            "unit": self.unit,
            "item": self.item,
            "light": lights,
            "search": self.search,
        }


def asked_of(values: Mapping[str, str], today: date) -> OverviewFilter:
    """What the values of an address ask for; what they cannot mean is left out."""
    lights = [light for light in values.get("light", "").split(",") if light in set(Light)]
    return OverviewFilter(
        day_of(values, today),
        today,
        number_in(values, "unit"),
        number_in(values, "item"),
        tuple(lights),
        values.get("search", "").strip()[:60],
    )
