"""Which pieces of a document are tasks: rows of a work list, or the leaves of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from tasks_catalog.model import CatalogueItem, SourcePlace
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.outline.subjects import Subject, subjects
from tasks_catalog.reading.outline.tree import ANNEX, Passage, whole_text
from tasks_catalog.reading.quantities.measures import measures
from tasks_catalog.reading.tables import worktable
from tasks_catalog.reading.units import responsibility
from tasks_catalog.reading.units.responsibility import Responsibility, Ruling
from tasks_catalog.reading.words import flat


@dataclass(frozen=True)
class RawTask:
    """A task before its units are known by name."""

    code: str
    item: str | None
    title: str
    text: str
    says: Responsibility
    due_words: str
    source: SourcePlace
    inherited: bool = False
    figures: tuple[worktable.QuantityCell, ...] = ()


def from_rows(rows: list[worktable.WorkListEntry]) -> tuple[list[CatalogueItem], list[RawTask]]:
    items: list[CatalogueItem] = []
    raw: list[RawTask] = []
    codes: set[str] = set()
    counts: dict[str, int] = {}
    by_group: dict[str, str] = {}
    numbered_rows = len({entry.number for entry in rows}) > 0.9 * len(rows)
    for place, entry in enumerate(rows, 1):
        item = None
        if entry.group:
            if entry.group not in by_group:
                number = None if numbered_rows else worktable.number_in(entry.number)
                code = str(number or len(items) + 1)
                while any(known.code == code for known in items):
                    code = str(int(code) + 1)
                by_group[entry.group] = code
                items.append(CatalogueItem(code, entry.group, source=entry.source))
            item = by_group[entry.group]
        counts[item or ""] = counts.get(item or "", 0) + 1
        own = str(worktable.number_in(entry.number) or place) if item is None else ""
        code = _free(f"{item}.{counts[item]}" if item else own, codes)
        title = entry.title or first_words(entry.text)
        made = RawTask(code, item, title, entry.text, entry.says, entry.due, entry.source)
        raw.append(replace(made, inherited=entry.inherited, figures=entry.figures))
    return items, raw


def first_words(text: str) -> str:
    """The first clause of a text, to stand for a title that it has not."""
    clause = re.split("[，。；：\n]", text)[0]
    return clause[:42] or text[:42]


def _free(code: str, codes: set[str], others: Set[str] = frozenset()) -> str:
    """The code, or with a letter where the document gives one number twice."""
    free, letter = code, 97
    while free in codes or free in others:
        free, letter = f"{code}{chr(letter)}", letter + 1
    codes.add(free)
    return free


def from_outline(
    root: Passage, calendar: PlanYears, ruling: Ruling
) -> tuple[list[CatalogueItem], list[RawTask]]:
    walk = _Collecting(calendar, ruling)
    top = _top(root)
    for child in top.children:
        walk.visit(child, (), None, None)
    if not walk.raw:
        walk.paragraphs(root)
    return walk.items, walk.raw


def _works(node: Passage) -> bool:
    """Whether there is work below a heading."""
    return any(
        not n.children and not n.background and (n.rank >= 10 or n.text) for n in node.walk()
    )


def _top(root: Passage) -> Passage:
    """Past titles and annexes that hold the whole text."""
    node = root
    while True:
        working = [child for child in node.children if _works(child)]
        heads = [child for child in working if child.rank <= ANNEX]
        deep = [child for child in heads if child.children]
        if len(deep) == 1 and all(child.rank <= ANNEX for child in working):
            node = deep[0]
        elif len(heads) < len(working) and (issued := _issued(working)):
            node = issued
        else:
            return node


def _issued(working: list[Passage]) -> Passage | None:
    """The annexes alone, where what stands before them is the letter that hands them out.

    Nobody answers for the points of such a letter while units answer for the annex; or the letter
    is signed and no longer than what it issues.
    """
    letter = [child for child in working if child.rank > ANNEX]
    annexes = [child for child in working if child.rank == ANNEX and child.children]
    answered = [child for child in annexes if child.answered]
    if answered and not any(child.answered for child in letter):
        return Passage(ANNEX, 0, "", children=answered)
    signed = [child for child in annexes if child.issued]
    if signed and sum(map(_leaves, signed)) >= sum(map(_leaves, letter)):
        return Passage(ANNEX, 0, "", children=signed)
    return None


def _leaves(node: Passage) -> int:
    return sum(not below.children for below in node.walk())


class _Collecting:
    """Collects items and tasks on the way down."""

    def __init__(self, calendar: PlanYears, ruling: Ruling) -> None:
        self.items: list[CatalogueItem] = []
        self.raw: list[RawTask] = []
        self._calendar, self._ruling = calendar, ruling
        self._codes: set[str] = set()
        self._item_codes: set[str] = set()

    def visit(
        self, node: Passage, path: tuple[str, ...], item: str | None, above: Responsibility | None
    ) -> None:
        parts = [] if node.children or node.background else subjects(node)
        if node.background or (
            node.rank < 10 and not node.children and not parts and not _stated(node, self._ruling)
        ):
            return
        if parts:
            self._subjects(node, parts, path, item, above)
            return
        if not node.children:
            self._leaf(node, path, item, above)
            return
        place = path if node.rank == ANNEX and not node.number else (*path, str(node.number))
        code = _free(".".join(place) or "0", self._item_codes, self._codes)
        stated = _stated(node, self._ruling)
        leaves = [n for n in node.walk() if not n.children and not n.background]
        own = bool(stated) and all(_stated(n, self._ruling) for n in leaves)
        told = () if own else measures(node.text, self._calendar)
        self.items.append(CatalogueItem(code, node.title, item, told, node.source))
        if stated and own:
            self._codes.add(code)
            text = whole_text(node)
            self.raw.append(RawTask(code, code, node.title, text, stated, stated.due, node.source))
        for child in node.children:
            self.visit(child, place, code, above if own else stated or above)

    def _subjects(
        self, node: Passage, parts: list[Subject], path: tuple[str, ...], item: str | None,
        above: Responsibility | None,
    ) -> None:  # fmt: skip
        """A heading with several subjects: each is a task below it."""
        number = str(node.number or 1 + sum(s is not node for s in _before(node)))
        code = _free(".".join((*path, number)), self._item_codes, self._codes)
        self.items.append(CatalogueItem(code, node.title, item, (), node.source))
        for place, part in enumerate(parts, 1):
            found = _stated_in(part.paragraphs, self._ruling)
            says = found or above or Responsibility()
            self.raw.append(
                RawTask(
                    _free(f"{code}.{place}", self._codes), code, part.title, part.text, says,
                    found.due if found else "", node.source,
                    inherited=found is None and above is not None,
                )
            )  # fmt: skip

    def _leaf(
        self, node: Passage, path: tuple[str, ...], item: str | None, above: Responsibility | None
    ) -> None:
        number = str(node.number or 1 + sum(s is not node for s in _before(node)))
        code = _free(".".join((*path, number)), self._codes)
        parts = _answered_parts(node, self._ruling)
        if len(parts) > 1:
            for place, (text, says) in enumerate(parts, 1):
                self.raw.append(
                    RawTask(
                        _free(f"{code}.{place}", self._codes),
                        item,
                        first_words(text),
                        text,
                        says,
                        says.due,
                        node.source,
                    )
                )
            return
        stated = _stated(node, self._ruling)
        says = stated or above or Responsibility()
        inherited = stated is None and above is not None
        self.raw.append(
            RawTask(
                code,
                item,
                node.title,
                whole_text(node),
                says,
                says.due if stated else "",
                node.source,
                inherited,
            )
        )

    def paragraphs(self, root: Passage) -> None:
        """A text without any numbering: every paragraph that says who is answerable."""
        for node in root.walk():
            for text in filter(None, node.text.split("\n")):
                found = responsibility.find(text, ruling=self._ruling)
                if found and len(text) > 15:
                    code = str(len(self.raw) + 1)
                    self.raw.append(
                        RawTask(
                            code,
                            None,
                            first_words(text),
                            text,
                            found.says,
                            found.says.due,
                            node.source,
                        )
                    )


def _before(node: Passage) -> Iterator[Passage]:
    for child in node.parent.children if node.parent else ():
        if child is node:
            return
        yield child


def _stated(node: Passage, ruling: Ruling) -> Responsibility | None:
    """What a heading and the paragraphs right below it say about who is answerable."""
    lines = [*([] if node.text else [node.title]), *node.text.split("\n")]
    return _stated_in(list(filter(None, lines)), ruling)


def _stated_in(lines: list[str], ruling: Ruling) -> Responsibility | None:
    says: Responsibility | None = None
    labelled = [text for text in lines if responsibility.LABEL.match(flat(text))]
    together = "；".join(labelled)  # 牵头单位：甲 and 责任单位：乙 below it are one statement
    for text in [line for line in lines if line not in labelled] + [together] * bool(labelled):
        found = responsibility.find(text, ruling=ruling)
        if found:
            says = (says or Responsibility()) + found.says
    return says


def _answered_parts(node: Passage, ruling: Ruling) -> list[tuple[str, Responsibility]]:
    """The paragraphs of a leaf, if each of them names its own units."""
    parts = []
    for text in filter(None, node.text.split("\n")):
        found = responsibility.find(text, ruling=ruling)
        rest = text
        for start, end in reversed(found.spans if found else ()):
            rest = rest[:start] + rest[end:]
        if found and len(rest.strip()) > 12:
            parts.append((text, found.says))
        elif len(text) > 60:
            return []
        elif parts:
            parts[-1] = (f"{parts[-1][0]}\n{text}", parts[-1][1])
    return parts
