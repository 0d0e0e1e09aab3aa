"""What a newer edition of a document, or a changed catalogue, adds, drops and changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tasks_catalog.comparing.differences import (
    Differences,
    FieldChange,
    GroupChange,
    IndicatorChange,
    ItemChange,
    PairProposal,
    TaskChange,
)
from tasks_catalog.comparing.matching import match
from tasks_catalog.model import Catalogue, CatalogueItem, CataloguePlan, CatalogueTask, Indicator

__all__ = [
    "Differences",
    "FieldChange",
    "GroupChange",
    "IndicatorChange",
    "ItemChange",
    "PairProposal",
    "TaskChange",
    "compare",
    "same_items",
    "take_all",
]

FIELDS = ("kind", "title", "text", "due", "due_text", "frequency", "leaders", "deadlines",
          "measures", "deliverables", "units")  # fmt: skip
_HEAD = ("title", "issuer", "document_number", "published", "first_year", "last_year")


def compare(
    old: Catalogue, new: Catalogue, confirmed: Mapping[str, str] | None = None
) -> Differences:
    """What `new` adds, drops and changes of `old`.

    Tasks are matched by code where their words agree. Where a code is gone or stands for other
    words, a pair is proposed and left open until somebody has confirmed it: `confirmed` maps new
    codes to the old codes they were, or to "" where the task is new. It may also name pairs that
    nobody proposed and overrule what was matched by code. Raises Invalid for codes that are not
    there, matched twice, or stand for two tasks. `compare(x, x)` is empty.
    """
    matched = match(old, new, confirmed or {})
    olds, news = {task.code: task for task in old.tasks}, {task.code: task for task in new.tasks}
    heading = same_items(old.items, new.items)
    proposals = tuple(
        PairProposal(olds[o], news[n], Decimal(like) / 100, why, _fields(olds[o], news[n], heading))
        for o, n, like, why in matched.proposed
    )
    in_doubt = {one.old.code for one in proposals}, {one.new.code for one in proposals}
    gone = set(olds) - set(matched.settled.values()) - in_doubt[0]
    fresh = set(news) - set(matched.settled) - in_doubt[1]
    going = [(olds[matched.settled[n]], news[n]) for n in news if n in matched.settled]
    changes = (TaskChange(o, n, _fields(o, n, heading)) for o, n in going)
    return Differences(
        pairs=tuple((o.code, n.code) for o, n in going),
        added=tuple(task for task in new.tasks if task.code in fresh),
        dropped=tuple(task for task in old.tasks if task.code in gone),
        changed=tuple(change for change in changes if change.fields),
        proposals=proposals,
        head=tuple(_head(old.plan, new.plan)),
        items=tuple(_items(old.items, new.items)),
        groups=tuple(_groups(old, new)),
        indicators=tuple(_indicators(old.indicators, new.indicators)),
    )


def take_all(differences: Differences, least: Decimal = Decimal(0)) -> dict[str, str]:
    """What to confirm so as to take every proposal from a likeness (0 to 1) on."""
    taken = [one for one in differences.proposals if one.likeness >= least]
    return {one.new.code: one.old.code for one in taken}


def _fields(
    old: CatalogueTask, new: CatalogueTask, heading: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    changes = [] if old.code == new.code else [FieldChange("code", old.code, new.code)]
    if heading.get(old.item or "", old.item) != new.item:
        changes.append(FieldChange("item", old.item, new.item))
    both = ((name, getattr(old, name), getattr(new, name)) for name in FIELDS)
    return (*changes, *(FieldChange(*row) for row in both if row[1] != row[2]))


def same_items(old: Sequence[CatalogueItem], new: Sequence[CatalogueItem]) -> dict[str, str]:
    """Old code → new code of the headings that go on: under their code, or with their title."""
    codes = {item.code: item.title for item in new}
    titles = {item.title: item.code for item in new}
    kept = {item.code for item in old if codes.get(item.code) == item.title}
    found = {}
    for item in old:
        elsewhere = titles.get(item.title)
        if item.code in kept or elsewhere is None or elsewhere in kept:
            found[item.code] = item.code
        else:
            found[item.code] = elsewhere
    return found


def _head(old: CataloguePlan, new: CataloguePlan) -> Iterator[FieldChange]:
    for name in _HEAD:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield FieldChange(name, before, after)


def _items(old: Sequence[CatalogueItem], new: Sequence[CatalogueItem]) -> Iterator[ItemChange]:
    before = {item.code: item.title for item in old}
    after = {item.code: item.title for item in new}
    for code in dict.fromkeys([*after, *before]):
        if before.get(code) != after.get(code):
            yield ItemChange(code, before.get(code), after.get(code))


def _groups(old: Catalogue, new: Catalogue) -> Iterator[GroupChange]:
    before = {unit.name: unit.members for unit in old.units if unit.group}
    after = {unit.name: unit.members for unit in new.units if unit.group}
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name, ()), after.get(name, ())
        added = tuple(member for member in now if member not in was)
        dropped = tuple(member for member in was if member not in now)
        if added or dropped:
            yield GroupChange(name, added, dropped)


def _indicators(old: Sequence[Indicator], new: Sequence[Indicator]) -> Iterator[IndicatorChange]:
    before, after = _named(old), _named(new)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or _bare(was) != _bare(now):
            yield IndicatorChange(key[0], was, now)


def _named(indicators: Sequence[Indicator]) -> dict[tuple[str, str, str, int], Indicator]:
    """Indicators by name, scope and table; the same again is told apart by its count."""
    found: dict[tuple[str, str, str, int], Indicator] = {}
    for one in indicators:
        count = 0
        while (key := (one.name, one.scope or "", one.table or "", count)) in found:
            count += 1
        found[key] = one
    return found


def _bare(one: Indicator) -> Indicator:
    """An indicator without its place in the document."""
    return dataclasses.replace(one, source=None, no=None)
