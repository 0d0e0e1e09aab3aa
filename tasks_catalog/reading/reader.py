"""From a document to its catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from i18n import _, mark
from tasks_catalog.model import (
    Catalogue,
    CatalogueMeasure,
    CatalogueTask,
    CatalogueUnit,
    Deadline,
    Deliverable,
    DoubtDetail,
    TaskKind,
    TaskUnit,
)  # fmt: skip
from tasks_catalog.reading.collecting import RawTask, from_outline, from_rows
from tasks_catalog.reading.dates.deadlines import deadlines, final, frequency
from tasks_catalog.reading.dates.plan_years import PlanYears
from tasks_catalog.reading.document import Document, DocumentTable
from tasks_catalog.reading.front import plan_of
from tasks_catalog.reading.outline.build import outline
from tasks_catalog.reading.outline.tree import ANNEX, Passage
from tasks_catalog.reading.quantities.measures import measures
from tasks_catalog.reading.tables import indicators, worktable
from tasks_catalog.reading.units import responsibility
from tasks_catalog.reading.units.unit_names import gather_units, is_group
from tasks_catalog.reading.words import sentences

DOUBTS = {
    "no_unit": mark("No unit is named for this task, though others have one."),
    "joint": mark("Several units are named and none as lead."),
    "inherited": mark("The units are stated for the heading above."),
    "no_year": mark("No year is said for “{text}”."),
    "each": mark("“{text}” holds for each of several kinds that are not listed here."),
    "spelling": mark("“{written}” is taken for “{name}”."),
}
AHEAD = re.compile(  # a sentence about a year to come
    r"(?:力争|确保|^|[，：])(?:到|至)20\d\d年|^20\d\d年度?，?(?:全[市县区省]|力争|确保|计划)"
)
OF_WORK = re.compile("任务|工作|分工|分解|责任|措施|举措|台账")  # not the projects of an annex
DELIVERABLE = re.compile(
    r"(?:研究)?(?P<verb>制定|制订|出台|编制|印发|修订|组建|成立|设立|创办|建成|发布)(?:完善|出台|实施|发布|好|并实施)*"
    r"(?P<name>[^，。；：、（）]{0,28}?(?:《[^》]{2,40}》|意见|办法|方案|规划|条例|标准|目录|清单|政策|细则|制度|指南|计划|平台|中心|综合体|"
    r"实验室|基地|系统|报告|数据库|目录库|基金|学院|研究院|联盟|集团|公司|园|馆|指数))(?=[，。；、]|$)"
)


def read_document(document: Document) -> Catalogue:
    """The catalogue of a document, findings excepted."""
    plan = plan_of(document)
    calendar = PlanYears(plan.published, plan.first_year, plan.last_year)
    ruling = responsibility.ruling_in("\n".join(document.lines))
    root = outline(document.blocks)
    tables = [block for block in document.blocks if isinstance(block, DocumentTable)]
    rows = [entry for table in tables if not indicators.is_indicator_table(table)
            for entry in worktable.entries(table, ruling=ruling)]  # fmt: skip
    items, raw = from_outline(root, calendar, ruling)
    if not raw and not rows:  # a list of indicators for each of which somebody answers
        rows = [entry for table in tables for entry in worktable.entries(table, ruling=ruling)]
    answered = sum(bool(task.says.units) for task in raw)
    whole = len(rows) * 2 >= len(raw) or any(OF_WORK.search(t.title or "") for t in tables)
    if rows and len(rows) >= answered and whole:
        items, raw = from_rows(rows)
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
            [*(n for n in root.walk() if (n.goal and not n.children) or _intro(n)), *_stated(root)],
            calendar,
        )
    )
    return Catalogue(
        plan, tuple(items), tasks, (*found, *goals), tuple(dict.fromkeys(units.values()))
    )


def _stated(root: Passage) -> Iterator[Passage]:
    """Goals without a heading: what 总体要求 or the words before the first heading promise."""
    for node in root.walk():
        opening = node.rank <= ANNEX and not node.background and bool(node.children)
        if node.goal or not (opening or node.background):
            continue
        told = [text[start:end] for text in (node.text or node.words).split("\n")
                for start, end in sentences(text) if AHEAD.search(text[start:end])]  # fmt: skip
        if told:
            yield replace(node, text="\n".join(told), children=[])


def _intro(node: Passage) -> bool:
    return node.goal and bool(node.children) and bool(node.text)


# ---- one task -------------------------------------------------------------------------------


def _task(
    raw: RawTask, calendar: PlanYears, units: dict[str, CatalogueUnit], some: bool
) -> CatalogueTask:
    blank = _without_units(raw.text)
    numbers = _numbers(raw, blank, calendar)
    dates = _dates(raw, blank, calendar)
    last = final(dates)
    if last and last.date and len({entry.date for entry in dates if entry.date}) == 1:
        year = last.date.year
        numbers = tuple(
            m if m.by_year or m.kind == "annual" else replace(m, by_year=year) for m in numbers
        )
    delivered = _deliverables(blank)
    made = CatalogueTask(
        code=raw.code, item=raw.item, title=raw.title, text=raw.text,
        kind=_kind(raw, numbers, dates, delivered), units=tuple(_units(raw, units)),
        leaders=raw.says.leaders, frequency=frequency(raw.text + raw.due_words, dates),
        due=last.date if last else None, due_text=last.text if last else None, deadlines=dates,
        measures=numbers, deliverables=delivered, source=raw.source,
    )  # fmt: skip
    details = tuple(_doubts(raw, made, some))
    told = tuple(_(DOUBTS[detail.kind], **detail.values) for detail in details)
    return replace(made, doubts=told, doubt_details=details)


def _numbers(raw: RawTask, blank: str, calendar: PlanYears) -> tuple[CatalogueMeasure, ...]:
    """The measures in the words of a task and in cells of its row that hold only a quantity."""
    told = {figure.line for figure in raw.figures}
    found = measures("\n".join(line for line in blank.split("\n") if line not in told), calendar)
    for figure in raw.figures:
        found += tuple(replace(m, text=figure.cell) for m in measures(figure.said, calendar)[:1])
    return found


def _without_units(text: str) -> str:
    """The text with statements of responsibility blotted out, length kept."""
    out = []
    for line in text.split("\n"):
        found = responsibility.find(line)
        blank = line
        for start, end in found.spans if found else ():
            blank = blank[:start] + "。" * (end - start) + blank[end:]
        out.append(blank)
    return "\n".join(out)


def _dates(raw: RawTask, blank: str, calendar: PlanYears) -> tuple[Deadline, ...]:
    stated = deadlines(raw.due_words, calendar, cell=True) if raw.due_words else ()
    known = {entry.date for entry in stated}
    spoken = tuple(e for e in deadlines(blank, calendar) if e.date is None or e.date not in known)
    return (*stated, *spoken)


def _units(raw: RawTask, units: dict[str, CatalogueUnit]) -> Iterator[TaskUnit]:
    for written, role in raw.says.units:
        yield TaskUnit(units[written].name, written, role, is_group(written))


def _deliverables(text: str) -> tuple[Deliverable, ...]:
    found = {m["name"].strip(): m[0] for m in DELIVERABLE.finditer(text) if len(m["name"]) >= 4}
    return tuple(Deliverable(name, words) for name, words in found.items())


def _kind(
    raw: RawTask,
    numbers: tuple[CatalogueMeasure, ...],
    dates: tuple[Deadline, ...],
    delivered: tuple[Deliverable, ...],
) -> TaskKind:
    """What fulfils a task: its numbers, else what must exist, else its dates, else steady work."""
    if numbers:
        return "numbers"
    early = raw.title + raw.text[:80]
    if any(entry.name in early or len(raw.text) < 120 for entry in delivered):
        return "deliverable"
    return "milestones" if any(entry.date for entry in dates) else "steady"


def _doubts(raw: RawTask, task: CatalogueTask, some: bool) -> Iterator[DoubtDetail]:
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
