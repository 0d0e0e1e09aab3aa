"""Checks of a document's own words: facts against tables, numbering, leftovers, odd characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from luoshi.language import _, mark
from tasks_catalog.checking.likeness import alike, base, core
from tasks_catalog.checking.messages import finding
from tasks_catalog.checking.within import check_catalogue
from tasks_catalog.model import Catalogue, Finding, Indicator, Measure, Place, Severity, Source
from tasks_catalog.reading.deadlines import Calendar
from tasks_catalog.reading.document import Document, Table
from tasks_catalog.reading.formats.text import LEFTOVERS
from tasks_catalog.reading.outline import Node, outline
from tasks_catalog.reading.quantities import find
from tasks_catalog.reading.words import chinese_number, flat

SHARE = re.compile(
    r"(?P<part>\d+(?:\.\d+)?)(?P<scale>[万亿]?)(?P<unit>人|名|个|家|件)，占(?P<whole>[^，。；\d]{2,16}?)的(?P<stated>\d+(?:\.\d+)?)%"
)
GREW = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)(?P<unit>[万亿]?[人名个家件次年]{1,2})，比(?P<year>20\d\d)年(?:底|末)?增长(?P<rate>\d+(?:\.\d+)?)%"
)
DIGITS_IN_NAME = re.compile(
    r"“(?P<a>[^”]{0,12}\d{3,5}[^”]{0,12})”|(?<=[一-鿿])(?P<b>\d{3})(?![名位个家人项所万亿年])(?=[一-鿿]{0,6}(?:行动|工程|计划|人才))"
)
DECLARED = re.compile(
    r"(?P<n>[二两三四五六七八九十]{1,2})(?:大|项|个|支|类)(?P<what>[一-鿿]{0,4}(?:计划|行动|工程|改革|任务|体系|举措|实事|显著|机制|提升))"
)
FRACTION = re.compile("[二三四五六七八九十]分之[一二三四五六七八九]|一半|半数")
PARTITION = re.compile(r"(?P<a>[^占，。；]{2,20})占(?P<b>[^占，。；]{2,20}?)(?:的)?(?:比例|比重)$")
PARTITIVE = re.compile(r"(?P<b>[^的，。；]{2,12}?人才)的?(?P<a>[^的，。；]{2,10})比例$")
FIELDS = {
    "title": mark("title"), "issuer": mark("issuing body"),
    "document_number": mark("document number"), "published": mark("date of issue"),
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """What the document says has been reached."""

    measure: Measure
    source: Source


def check_document(document: Document, catalogue: Catalogue) -> tuple[Finding, ...]:
    """All findings of one document: its words, then its catalogue."""
    root = outline(document.blocks)
    facts = [Fact(f.measure, node.source) for node in root.walk() if node.background and not node.goal and node.text
             for f in find(node.text, Calendar(), facts=True)]  # fmt: skip
    rows = [i for i in catalogue.indicators if i.table is not None and i.scope is None]
    found = [
        *_front(catalogue), *_layout(document), *_shares(root, facts, rows), *_growth(root, rows),
        *_facts_against_rows(facts, rows), *_ratios(facts, rows), *_wording(root, catalogue), *_numbering(root),
        *check_catalogue(catalogue), *_cells(document, rows),
    ]  # fmt: skip
    unique = {(f.kind, f.where, f.message): _with_notes(document, f) for f in found}
    return tuple(sorted(unique.values(), key=_order))


def _order(found: Finding) -> tuple[int, int]:
    first = found.where[0].line if found.where else None
    return ("error", "warning", "note").index(found.severity), first or 0


def _front(catalogue: Catalogue) -> Iterator[Finding]:
    missing = [name for name in FIELDS if getattr(catalogue.plan, name) is None]
    if len(missing) >= 2:
        severity: Severity = "warning" if "title" in missing else "note"
        yield finding(
            "front-missing",
            [1],
            severity,
            fields="、".join(_(FIELDS[name]) for name in missing),
            missing=missing,
        )


def _layout(document: Document) -> Iterator[Finding]:
    marks = [
        (n, len(found))
        for n, line in enumerate(document.lines, 1)
        if (found := LEFTOVERS.findall(line))
    ]
    if sum(count for _n, count in marks) >= 5:
        lines = [n for n, _count in marks]
        yield finding(
            "markup", [*lines[:3], lines[len(lines) // 2], lines[-1]], n=sum(c for _n, c in marks)
        )
    for block in document.blocks:
        if isinstance(block, Table) and block.rows[0].lines:
            first, last = block.rows[0].lines[0], block.rows[-1].source.line_end or 0
            yield finding(
                "cells-by-line", [Source(first, last), *block.rows[0].lines], rows=len(block.rows)
            )
    odd: dict[str, int] = {}
    for number, line in enumerate(document.lines, 1):
        for pattern in ("[二〇○]○|○[三二]", "(?<=[一-鿿]),(?=[一-鿿])", "[０-９Ａ-Ｚａ-ｚ]"):
            if match := re.search(pattern, line):
                odd.setdefault(match[0], number)
    if odd:
        yield finding("odd-characters", odd.values(), text=" ".join(odd))


# ---- facts ----------------------------------------------------------------------------------


def _shares(root: Node, facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """3.05万人，占人才总量的22.6%: the share against the whole that the document gives."""
    for node in root.walk():
        for match in SHARE.finditer(flat(node.text)):
            part = base(Decimal(match["part"]), match["scale"] + match["unit"])[0]
            wholes = [
                base(f.measure.value, f.measure.unit)
                for f in facts
                if f.measure.value is not None and _same_whole(f.measure.metric, match["whole"])
            ]
            wholes += [
                base(r.baseline, r.unit)
                for r in rows
                if r.baseline is not None and _same_whole(r.name, match["whole"])
            ]
            for total, _unit in wholes:
                computed = (part / total * 100).quantize(Decimal("0.1")) if total else Decimal(0)
                if total > part and abs(computed - Decimal(match["stated"])) > Decimal("0.6"):
                    yield finding("share-differs", [node.source], name=match["whole"], part=part, total=total,
                                  computed=computed, stated=Decimal(match["stated"]))  # fmt: skip
                    break


def _same_whole(metric: str, whole: str) -> bool:
    return core(metric) == core(whole)


def _growth(root: Node, rows: list[Indicator]) -> Iterator[Finding]:
    """X，比2015年增长48.4%: against the value of that year, or noted where there is none."""
    for node in root.walk():
        text = flat(node.text)
        for match in GREW.finditer(text):
            before = re.split("[，。；]", text[: match.start("value")])[-1]
            value, rate = Decimal(match["value"]), Decimal(match["rate"])
            start = (value / (1 + rate / 100)).quantize(Decimal("0.01"))
            row = next(
                (
                    r
                    for r in rows
                    if r.baseline_year == int(match["year"]) and alike(r.name, before) >= 0.6
                ),
                None,
            )
            if row is None or row.baseline is None:
                yield finding(
                    "growth-without-base",
                    [node.source],
                    rate=rate,
                    year=int(match["year"]),
                    computed=start,
                )
            elif abs(row.baseline - start) > row.baseline * Decimal("0.01"):
                stated = ((value / row.baseline - 1) * 100).quantize(Decimal("0.1"))
                yield finding(
                    "growth-differs",
                    [node.source, row.source],
                    name=row.name,
                    rate=rate,
                    a=row.baseline,
                    b=value,
                    computed=(row.baseline * (1 + rate / 100)).quantize(Decimal("0.01")),
                    real=stated,
                )


def _facts_against_rows(facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """What the text says was reached against where the table starts."""
    for fact in facts:
        metric, value = fact.measure.metric, fact.measure.value
        metric = re.sub(r"[的]?从\d.*$", "", metric)
        if (
            value is None
            or fact.measure.kind == "growth"
            or metric.startswith("占")
            or len(core(metric)) < 3
        ):
            continue
        a, unit = base(value, fact.measure.unit)
        for row in rows:
            start, year = (
                (row.actual, row.actual_year)
                if row.actual is not None
                else (row.baseline, row.baseline_year)
            )
            if start is None or (fact.measure.by_year and fact.measure.by_year != year):
                continue
            likeness = alike(metric, row.name)
            for b, other in {base(start, row.unit), base(start, f"万{row.unit}")}:
                near = b and Decimal("0.7") < a / b < Decimal("1.4")
                if (
                    other == unit
                    and a == b
                    and 0.6 <= likeness < 1
                    and core(metric) != core(row.name)
                ):
                    ratio = re.search("占|每[万千]|比例", row.name) and not _contained(
                        metric, row.name
                    )
                    yield finding("definition-changes" if ratio else "two-names", [fact.source, row.source],
                                  "note", a=metric, b=row.name, value=value)  # fmt: skip
                elif (
                    other == unit
                    and near
                    and a != b
                    and likeness >= 0.5
                    and not _holds(fact.measure, a, b)
                ):
                    severity: Severity = "warning" if likeness >= 0.85 else "note"
                    yield finding(
                        "baseline-differs",
                        [fact.source, row.source],
                        severity,
                        name=row.name,
                        a=value,
                        b=start,
                        unit_a=fact.measure.unit,
                        unit=row.unit or "",
                        written=metric,
                    )


def _holds(measure: Measure, a: Decimal, b: Decimal) -> bool:
    """突破123万 is true of 123.4万."""
    return measure.op in (">", ">=") and a <= b <= a * Decimal("1.02")


def _contained(one: str, other: str) -> bool:
    return core(one) in core(other) or core(other) in core(one)


def _ratios(facts: list[Fact], rows: list[Indicator]) -> Iterator[Finding]:
    """A ratio in the table against the two numbers that the document gives for its parts."""
    for row in rows:
        match = PARTITION.match(row.name) or PARTITIVE.match(row.name)
        if row.unit != "%" or row.baseline in (None, Decimal(0)) or match is None:
            continue
        assert row.baseline is not None
        part = next(
            (f for f in facts if f.measure.value and alike(f.measure.metric, match["a"]) >= 0.6),
            None,
        )
        whole = next((r for r in rows if r.baseline and core(r.name) == core(match["b"])), None)
        if part is None or whole is None or part.measure.value is None or whole.baseline is None:
            continue
        (a, unit_a), (b, unit_b) = (
            base(part.measure.value, part.measure.unit),
            base(whole.baseline, whole.unit),
        )
        if unit_a != unit_b or not b:
            continue
        computed = (a / b * 100).quantize(Decimal("0.01"))
        if abs(computed - row.baseline) > Decimal("0.1"):
            yield finding(
                "ratio-differs",
                [part.source, row.source],
                "note" if abs(computed - row.baseline) < 1 else None,
                name=row.name,
                stated=row.baseline,
                part=a,
                total=b,
                computed=computed,
            )


# ---- wording --------------------------------------------------------------------------------


def _wording(root: Node, catalogue: Catalogue) -> Iterator[Finding]:
    for node in root.walk():
        text = flat(node.text)
        if node.background and not node.goal:
            continue
        names = [match["a"] or match["b"] for match in DIGITS_IN_NAME.finditer(text)]
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
            if (count := len(re.findall(r"\d+(?:\.\d+)?", match["v"]))) >= 3:
                yield finding(
                    "paired",
                    [node.source],
                    n=count,
                    text=match["v"],
                    values=re.findall(r"\d+(?:\.\d+)?", match["v"]),
                )
        dates = len(re.findall(r"到20\d\d年", text))
        owner = next((t for t in catalogue.tasks if t.source == node.source), None)
        if dates >= 2 and owner and len(owner.measures) >= 4:
            yield finding("many-in-one", [node.source], n=len(owner.measures), dates=dates)
        yield from _declared(node, text)


def _declared(node: Node, text: str) -> Iterator[Finding]:
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


def _numbering(root: Node) -> Iterator[Finding]:
    """Numbers that skip or repeat among the headings of one level."""
    for node in root.walk():
        by_rank: dict[float, list[Node]] = {}
        for child in node.children:
            if child.number and child.rank >= 20:
                by_rank.setdefault(child.rank, []).append(child)
        for children in by_rank.values():
            numbers = [child.number for child in children]
            pairs = list(zip(numbers, numbers[1:], strict=False))
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


def _cells(document: Document, rows: list[Indicator]) -> Iterator[Finding]:
    """86.1% in a column whose unit is % already."""
    units = {row.source.line: row for row in rows if row.source and row.unit == "%"}
    for block in document.blocks:
        if not isinstance(block, Table):
            continue
        heads = "".join(block.rows[0].cells)
        if "单位" not in heads:
            continue
        for row in block.rows[1:]:
            known = any((line in units) for line in (row.lines or (row.source.line,)))
            for at, cell in enumerate(row.cells):
                if known and re.fullmatch(r"\d+(?:\.\d+)?[%％]", cell.strip()):
                    yield finding("unit-in-cell", [row.line(at)], text=cell.strip())


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
    return replace(found, where=(*found.where, *(Place(None, n, n) for n in after)))
