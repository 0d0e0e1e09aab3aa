"""Checks of a document: its words, its numbering, its text against its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from tasks_catalog.checking.definitions import check_definitions, check_last_plan
from tasks_catalog.checking.facts import check_facts, facts_of
from tasks_catalog.checking.layout import check_layout
from tasks_catalog.checking.likeness import base, core
from tasks_catalog.checking.lists import check_lists
from tasks_catalog.checking.losses import check_losses
from tasks_catalog.checking.lost import LOST
from tasks_catalog.checking.messages import finding
from tasks_catalog.checking.within import check_catalogue
from tasks_catalog.checking.wording import check_wording
from tasks_catalog.model import (
    Catalogue,
    CatalogueMeasure,
    CatalogueTask,
    Finding,
    FindingPlace,
)
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.document import Document
from tasks_catalog.reading.outline.build import outline
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.quantities.measures import find
from tasks_catalog.reading.words import chinese_number, flat

DIGITS_IN_NAME = re.compile(
    r"“(?P<a>[^”]{0,12}\d{3,5}[^”]{0,12})”|(?<=[一-鿿])(?P<b>\d{3})(?![名位个家人项所万亿年])(?=[一-鿿]{0,6}(?:行动|工程|计划|人才))"
    r"|“(?P<c>[一-鿿]{0,6}[一二三四五六七八九]?[百千万][名个家支场][^”]{2,14})”"
)
DECLARED = re.compile(
    r"(?P<n>[二两三四五六七八九十]{1,2})(?:大|项|个|支|类)(?P<what>[一-鿿]{0,4}(?:计划|行动|工程|改革|任务|体系|举措|实事|显著|机制|提升))"
)
FRACTION = re.compile("[二三四五六七八九十]分之[一二三四五六七八九]|一半|半数")
HOUSEKEEPING = (
    "cells-by-line", "hold", "no-year", "number-in-name", "op-in-cell", "paired",
    "two-scopes", "unit-differs", "unit-in-cell", "zero-baseline",
)  # fmt: skip


def check_document(document: Document, catalogue: Catalogue) -> tuple[Finding, ...]:
    """All findings of one document: its words, then its catalogue."""
    root = outline(document.blocks)
    rows = [i for i in catalogue.indicators if i.table is not None and i.scope is None]
    facts = facts_of(root)
    found = [
        *check_losses(document, catalogue),
        *check_layout(document, catalogue),
        *check_facts(root, facts, rows, [i for i in catalogue.indicators if i.table is None]),
        *check_wording(document, root, catalogue),
        *check_lists(root, catalogue),
        *check_definitions(catalogue, [(fact.measure.metric, fact.source) for fact in facts]),
        *check_last_plan(catalogue, [(flat(node.text), node.source) for node in root.walk()]),
        *_wording(root, catalogue),
        *_text_and_table(root, catalogue),
        *_numbering(root),
        *check_catalogue(catalogue),
    ]
    found = [f for f in found if f.kind != "base-differs" or not _told(f, found)]
    unique = {(f.kind, f.where, f.message): _with_notes(document, f) for f in found}
    return tuple(sorted(_together(unique.values()), key=_order))


def _told(base_differs: Finding, found: Iterable[Finding]) -> bool:
    """Whether two shares of different wholes are a finding for their equal numbers already."""
    pair = {base_differs.values["a"], base_differs.values["b"]}
    return any(f.kind == "definition-changes" and pair & {f.values["a"], f.values["b"]}
               for f in found)  # fmt: skip


def _together(found: Iterable[Finding]) -> Iterator[Finding]:
    """Notes on how the document was read are one a kind, with all their places."""
    notes: dict[str, list[Finding]] = {}
    for one in found:
        if one.kind in HOUSEKEEPING and one.severity == "note":
            notes.setdefault(one.kind, []).append(one)
        else:
            yield one
    for several in notes.values():
        messages = dict.fromkeys(one.message for one in several)
        yield replace(
            several[0], message="".join(messages),
            where=tuple(dict.fromkeys(place for one in several for place in one.where)),
            values=several[0].values if len(several) == 1 else {"n": len(several)},
        )  # fmt: skip


def _order(found: Finding) -> tuple[int, int]:
    """What may have been lost first, then the gravest."""
    first = found.where[0].line if found.where else None
    grave = ("error", "warning", "note").index(found.severity)
    return -1 if found.kind in LOST else grave, first or 0


def _wording(root: Passage, catalogue: Catalogue) -> Iterator[Finding]:
    owners = {task.source: task for task in reversed(catalogue.tasks)}
    for node in root.walk():
        text = flat(node.text)
        if node.background and not node.goal:
            continue
        names = [match["a"] or match["b"] or match["c"] for match in DIGITS_IN_NAME.finditer(text)]
        if names:
            yield finding("number-in-name", [node.source], text="、".join(dict.fromkeys(names)))
        if match := FRACTION.search(text):
            yield finding("fraction", [node.source], text=match[0])
        if match := re.search(
            "[^，。；]{0,6}各(?:类|个|项|支)[^，。；]{0,12}分别[^，。；]{2,14}", text
        ):
            yield finding("list-unnamed", [node.source], text=match[0])
        for match in re.finditer(
            r"[^，。；]{4,60}分别(?:达到|达|为|超过)(?P<v>[^，。；]{3,60})", text
        ):
            if (count := len(re.findall(r"\d+(?:\.\d+)?", match["v"]))) >= 2:
                yield finding(
                    "paired",
                    [node.source],
                    n=count,
                    text=match["v"],
                    values=re.findall(r"\d+(?:\.\d+)?", match["v"]),
                )
        dates = len(re.findall(r"到20\d\d年", text))
        owner = owners.get(node.source)
        if dates >= 2 and owner and len(owner.measures) >= 4:
            yield finding("many-in-one", [node.source], n=len(owner.measures), dates=dates)
        yield from _declared(node, text)


def _text_and_table(root: Passage, catalogue: Catalogue) -> Iterator[Finding]:
    """What the text promises beside a work list, whose rows are the tasks, against the list."""
    lines = {task.source.line for task in catalogue.tasks if task.source}
    beside = [node for node in root.walk() if not node.background and node.source.line not in lines
              and node.text and not node.children]  # fmt: skip
    listed = [(task, measure) for task in catalogue.tasks for measure in task.measures
              if measure.value is not None and len(core(measure.metric)) > 2]  # fmt: skip
    by_name: dict[str, list[tuple[CatalogueTask, CatalogueMeasure]]] = {}
    for task, measure in listed:
        by_name.setdefault(core(measure.metric), []).append((task, measure))
    for node in beside:
        for found in find(node.text, PlanYears()):
            said = found.measure
            for task, measure in by_name.get(core(said.metric), ()):
                if said.value is None or measure.value is None or said.kind != measure.kind:
                    continue
                if base(said.value, said.unit) != base(measure.value, measure.unit):
                    yield finding(
                        "text-and-table", [node.source, task.source], name=measure.metric,
                        a=said.value, unit=said.unit, b=measure.value, unit_b=measure.unit,
                    )  # fmt: skip


def _declared(node: Passage, text: str) -> Iterator[Finding]:
    """八大人才计划, and not eight below it."""
    below = [child for child in node.children if not child.background]
    if not below or node.goal:
        return
    for match in DECLARED.finditer(text + node.title):
        count = chinese_number(match["n"])
        kind = match["what"][-2:]
        named = [child for child in below if child.title.rstrip("。").endswith(kind)]
        if count and len(named) >= max(2, len(below) - 1) and count != len(below):
            yield finding("count-declared", [node.source], text=match[0], a=count, b=len(below))


def _numbering(root: Passage) -> Iterator[Finding]:
    """Numbers that skip or repeat among the headings of one level."""
    for node in root.walk():
        by_rank: dict[float, list[Passage]] = {}
        for child in node.children:
            if child.number and child.rank >= 20:
                by_rank.setdefault(child.rank, []).append(child)
        for children in by_rank.values():
            numbers = [child.number for child in children]
            pairs = list(pairwise(numbers))
            odd = [at for at, (a, b) in enumerate(pairs) if b != a + 1 and b != 1]
            if odd and len(numbers) > 2:
                at = odd[0]
                shown = "、".join(str(n) for n in numbers[max(0, at - 1) : at + 3])
                yield finding(
                    "numbering",
                    [children[at].source, children[at + 1].source],
                    name=node.title or "-",
                    numbers=shown,
                )


def _with_notes(document: Document, found: Finding) -> Finding:
    """The line of a note about sums is a place of the finding about the sum, too."""
    if found.kind not in ("sum-explained", "note-contradicted"):
        return found
    lines = [
        n
        for n, line in enumerate(document.lines, 1)
        if re.search("之和(?:高于|不等于|大于|小于)", line)
    ]
    first = found.where[0].line or 0
    after = [n for n in lines if n >= first][:1]
    return replace(found, where=(*found.where, *(FindingPlace(None, n, n) for n in after)))
