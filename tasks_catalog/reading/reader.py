"""From a document to its catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from luoshi.language import _, mark
from tasks_catalog.model import (
    Catalogue,
    Deadline,
    Deliverable,
    DoubtDetail,
    Item,
    Measure,
    Source,
    Task,
    TaskKind,
    TaskUnit,
    Unit,
)  # fmt: skip
from tasks_catalog.reading import indicators, responsibility, worktable
from tasks_catalog.reading.deadlines import Calendar, deadlines, final, frequency
from tasks_catalog.reading.document import Document, Table
from tasks_catalog.reading.front import plan_of
from tasks_catalog.reading.outline import ANNEX, Node, outline, whole_text
from tasks_catalog.reading.quantities import measures
from tasks_catalog.reading.responsibility import Responsibility, Ruling
from tasks_catalog.reading.unit_names import gather_units, is_group

DOUBTS = {
    "no_unit": mark("No unit is named for this task, though others have one."),
    "joint": mark("Several units are named and none as lead."),
    "inherited": mark("The units are stated for the heading above."),
    "no_year": mark("No year is said for “{text}”."),
    "each": mark("“{text}” holds for each of several kinds that are not listed here."),
    "spelling": mark("“{written}” is taken for “{name}”."),
}
DELIVERABLE = re.compile(
    r"(?:研究)?(?P<verb>制定|制订|出台|编制|印发|修订|组建|成立|设立|创办|建成|发布)(?:完善|出台|实施|发布|好|并实施)*"
    r"(?P<name>[^，。；：、（）]{0,28}?(?:《[^》]{2,40}》|意见|办法|方案|规划|条例|标准|目录|清单|政策|细则|制度|指南|计划|平台|中心|综合体|"
    r"实验室|基地|系统|报告|数据库|目录库|基金|学院|研究院|联盟|集团|公司|园|馆|指数))(?=[，。；、]|$)"
)


@dataclass(frozen=True)
class _Raw:
    """A task before its units are known by name."""

    code: str
    item: str | None
    title: str
    text: str
    says: Responsibility
    due_words: str
    source: Source
    inherited: bool = False


def read_document(document: Document) -> Catalogue:
    """The catalogue of a document, findings excepted."""
    plan = plan_of(document)
    calendar = Calendar(plan.published, plan.first_year, plan.last_year)
    ruling = responsibility.ruling_in("\n".join(document.lines))
    root = outline(document.blocks)
    tables = [block for block in document.blocks if isinstance(block, Table)]
    rows = [entry for table in tables if not indicators.is_indicator_table(table)
            for entry in worktable.entries(table, ruling=ruling)]  # fmt: skip
    items, raw = _from_outline(root, calendar, ruling)
    if rows and len(rows) >= sum(bool(task.says.units) for task in raw):
        items, raw = _from_rows(rows)
    units = gather_units(name for task in raw for name, _role in task.says.units)
    some = any(task.says.units for task in raw)
    tasks = tuple(_task(entry, calendar, units, some) for entry in raw)
    found = [
        i
        for node in root.walk()
        for table in node.tables
        for i in indicators.read_table(table, calendar)
    ]
    goals = list(
        indicators.goals(
            [n for n in root.walk() if (n.goal and not n.children) or _intro(n)], calendar
        )
    )
    return Catalogue(
        plan, tuple(items), tasks, (*found, *goals), tuple(dict.fromkeys(units.values()))
    )


def _intro(node: Node) -> bool:
    return node.goal and bool(node.children) and bool(node.text)


# ---- tasks from a work list -----------------------------------------------------------------


def _from_rows(rows: list[worktable.Entry]) -> tuple[list[Item], list[_Raw]]:
    items: list[Item] = []
    raw: list[_Raw] = []
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
                items.append(Item(code, entry.group, source=entry.source))
            item = by_group[entry.group]
        counts[item or ""] = counts.get(item or "", 0) + 1
        own = str(worktable.number_in(entry.number) or place) if item is None else ""
        code = _free(f"{item}.{counts[item]}" if item else own, codes)
        title = entry.title or first_words(entry.text)
        raw.append(_Raw(code, item, title, entry.text, entry.says, entry.due, entry.source))
    return items, raw


def first_words(text: str) -> str:
    """The first clause of a text, to stand for a title that it has not."""
    clause = re.split("[，。；：\n]", text)[0]
    return clause[:42] or text[:42]


def _free(code: str, codes: set[str]) -> str:
    """The code, or with a letter where the document gives one number twice."""
    free, letter = code, 97
    while free in codes:
        free, letter = f"{code}{chr(letter)}", letter + 1
    codes.add(free)
    return free


# ---- tasks from the prose -------------------------------------------------------------------


def _from_outline(root: Node, calendar: Calendar, ruling: Ruling) -> tuple[list[Item], list[_Raw]]:
    walk = _Walk(calendar, ruling)
    top = _top(root)
    for child in top.children:
        walk.visit(child, (), None, None)
    if not walk.raw:
        walk.paragraphs(root)
    return walk.items, walk.raw


def _works(node: Node) -> bool:
    """Whether there is work below a heading."""
    return any(
        not n.children and not n.background and (n.rank >= 10 or n.text) for n in node.walk()
    )


def _top(root: Node) -> Node:
    """Past titles and annexes that hold the whole text."""
    node = root
    while True:
        working = [child for child in node.children if _works(child)]
        heads = [child for child in working if child.rank <= ANNEX]
        deep = [child for child in heads if child.children]
        if len(deep) == 1 and all(child.rank <= ANNEX for child in working):
            node = deep[0]
        else:
            return node


class _Walk:
    """Collects items and tasks on the way down."""

    def __init__(self, calendar: Calendar, ruling: Ruling) -> None:
        self.items: list[Item] = []
        self.raw: list[_Raw] = []
        self._calendar, self._ruling = calendar, ruling
        self._codes: set[str] = set()
        self._item_codes: set[str] = set()

    def visit(
        self, node: Node, path: tuple[str, ...], item: str | None, above: Responsibility | None
    ) -> None:
        if node.background or (
            node.rank < 10 and not node.children and not _stated(node, self._ruling)
        ):
            return
        if not node.children:
            self._leaf(node, path, item, above)
            return
        place = path if node.rank == ANNEX and not node.number else (*path, str(node.number))
        code = _free(".".join(place) or "0", self._item_codes)
        stated = _stated(node, self._ruling)
        leaves = [n for n in node.walk() if not n.children and not n.background]
        own = bool(stated) and all(_stated(n, self._ruling) for n in leaves)
        told = () if own else measures(node.text, self._calendar)
        self.items.append(Item(code, node.title, item, told, node.source))
        if stated and own:
            self._codes.add(code)
            text = whole_text(node)
            self.raw.append(_Raw(code, code, node.title, text, stated, stated.due, node.source))
        for child in node.children:
            self.visit(child, place, code, above if own else stated or above)

    def _leaf(
        self, node: Node, path: tuple[str, ...], item: str | None, above: Responsibility | None
    ) -> None:
        number = str(node.number or 1 + sum(s is not node for s in _before(node)))
        code = _free(".".join((*path, number)), self._codes)
        parts = _answered_parts(node, self._ruling)
        if len(parts) > 1:
            for place, (text, says) in enumerate(parts, 1):
                self.raw.append(
                    _Raw(
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
            _Raw(
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

    def paragraphs(self, root: Node) -> None:
        """A text without any numbering: every paragraph that says who is answerable."""
        for node in root.walk():
            for text in filter(None, node.text.split("\n")):
                found = responsibility.find(text, ruling=self._ruling)
                if found and len(text) > 15:
                    code = str(len(self.raw) + 1)
                    self.raw.append(
                        _Raw(
                            code,
                            None,
                            first_words(text),
                            text,
                            found.says,
                            found.says.due,
                            node.source,
                        )
                    )


def _before(node: Node) -> Iterator[Node]:
    for child in node.parent.children if node.parent else ():
        if child is node:
            return
        yield child


def _stated(node: Node, ruling: Ruling) -> Responsibility | None:
    """What a heading and the paragraphs right below it say about who is answerable."""
    says: Responsibility | None = None
    for text in filter(None, [*([] if node.text else [node.title]), *node.text.split("\n")]):
        found = responsibility.find(text, ruling=ruling)
        if found:
            says = (says or Responsibility()) + found.says
    return says


def _answered_parts(node: Node, ruling: Ruling) -> list[tuple[str, Responsibility]]:
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
    return parts


# ---- one task -------------------------------------------------------------------------------


def _task(raw: _Raw, calendar: Calendar, units: dict[str, Unit], some: bool) -> Task:
    blank = _without_units(raw.text)
    numbers = measures(blank, calendar)
    dates = _dates(raw, blank, calendar)
    last = final(dates)
    if last and last.date and len({entry.date for entry in dates if entry.date}) == 1:
        year = last.date.year
        numbers = tuple(
            m if m.by_year or m.kind == "annual" else replace(m, by_year=year) for m in numbers
        )
    delivered = _deliverables(raw, blank)
    made = Task(
        code=raw.code, item=raw.item, title=raw.title, text=raw.text,
        kind=_kind(raw, numbers, dates, delivered), units=tuple(_units(raw, units)),
        leaders=raw.says.leaders, frequency=frequency(raw.text + raw.due_words, dates),
        due=last.date if last else None, due_text=last.text if last else None, deadlines=dates,
        measures=numbers, deliverables=delivered, source=raw.source,
    )  # fmt: skip
    details = tuple(_doubts(raw, made, some))
    told = tuple(_(DOUBTS[detail.kind], **detail.values) for detail in details)
    return replace(made, doubts=told, doubt_details=details)


def _without_units(text: str) -> str:
    """The text with statements of responsibility blotted out, length kept."""
    out = []
    for line in text.split("\n"):
        found = responsibility.find(line)
        for start, end in found.spans if found else ():
            line = line[:start] + "。" * (end - start) + line[end:]
        out.append(line)
    return "\n".join(out)


def _dates(raw: _Raw, blank: str, calendar: Calendar) -> tuple[Deadline, ...]:
    stated = deadlines(raw.due_words, calendar, cell=True) if raw.due_words else ()
    known = {entry.date for entry in stated}
    spoken = tuple(e for e in deadlines(blank, calendar) if e.date is None or e.date not in known)
    return (*stated, *spoken)


def _units(raw: _Raw, units: dict[str, Unit]) -> Iterator[TaskUnit]:
    for written, role in raw.says.units:
        yield TaskUnit(units[written].name, written, role, is_group(written))


def _deliverables(raw: _Raw, text: str) -> tuple[Deliverable, ...]:
    found = {m["name"].strip(): m[0] for m in DELIVERABLE.finditer(text) if len(m["name"]) >= 4}
    return tuple(Deliverable(name, words) for name, words in found.items())


def _kind(
    raw: _Raw, numbers: tuple[Measure, ...], dates: tuple[Deadline, ...], delivered: tuple[Deliverable, ...]
) -> TaskKind:  # fmt: skip
    """What fulfils a task: its numbers, else what must exist, else its dates, else steady work."""
    if numbers:
        return "numbers"
    early = raw.title + raw.text[:80]
    if any(entry.name in early or len(raw.text) < 120 for entry in delivered):
        return "deliverable"
    return "milestones" if any(entry.date for entry in dates) else "steady"


def _doubts(raw: _Raw, task: Task, some: bool) -> Iterator[DoubtDetail]:
    if some and not task.units:
        yield DoubtDetail("no_unit")
    if raw.inherited:
        yield DoubtDetail("inherited")
    if sum(unit.role == "joint" for unit in task.units) > 1:
        yield DoubtDetail("joint")
    for unit in task.units:
        if unit.written != unit.name:
            yield DoubtDetail("spelling", {"written": unit.written, "name": unit.name})
    for measure in task.measures:
        if re.search("各类.*分别", measure.text):
            yield DoubtDetail("each", {"text": measure.text})
        elif measure.by_year is None and measure.kind != "annual" and task.due is None:
            yield DoubtDetail("no_year", {"text": measure.text})
