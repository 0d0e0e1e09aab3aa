"""What a reading may have lost: signs that a document says more than was read out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, Finding, SourcePlace
from tasks_catalog.reading.document import Document, DocumentTable
from tasks_catalog.reading.tables.indicators import is_indicator_table
from tasks_catalog.reading.tables.worktable import is_work_list, row_numbers
from tasks_catalog.reading.words import flat

LONG = 4000  # characters in which a plan has at least one task
SHOWN = 10  # places in a sentence
FEW = 10  # tasks; with more of them a document was understood
ONE_LINE = 1200  # characters; no paragraph of an official document is so long and numbered within
INSIDE = re.compile(
    r"(?<=[。；：\s])(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}\.(?!\d))"
)
OF_WORK = re.compile("责任|牵头|配合|分工|单位|部门|任务|举措|措施|时限|目标")


def check_losses(document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """Pages, rows and paragraphs that may have been passed over."""
    if document.unread_pages:
        shown = "、".join(map(str, document.unread_pages))
        yield finding("page-unread", [], pages=shown, n=len(document.unread_pages))
    yield from _recognised(document)
    if document.traditional:
        yield finding("traditional", [])
    if document.pictures:
        yield finding("pictures-unread", [], n=document.pictures)
    size = sum(len("".join(line.split())) for line in document.lines)
    found = len(catalogue.tasks)
    if size > LONG and found < FEW and found * LONG < size:
        yield finding("few-tasks", [], n=found, size=size)
    for number, line in enumerate(document.lines, 1):
        if len(line) > ONE_LINE and "\t" not in line and len(INSIDE.findall(flat(line))) >= 3:
            yield finding("no-line-breaks", [number], n=len(line))
    for block in document.blocks:
        if isinstance(block, DocumentTable):
            yield from _rows_missing(block)
            yield from _unread(block)


def _recognised(document: Document) -> Iterator[Finding]:
    """That a machine has read it, and where it was not sure."""
    if document.recognised is None:
        return
    yield finding("recognised", [], n=document.recognised.pages)
    doubtful = document.recognised.doubtful
    if doubtful:
        shown = "、".join(f"“{words}”" for words, _line in doubtful[:SHOWN])
        more = "…" if doubtful[SHOWN:] else ""
        yield finding("doubtful-characters", [line for _words, line in doubtful],
                      n=len(doubtful), text=shown + more)  # fmt: skip


def _rows_missing(table: DocumentTable) -> Iterator[Finding]:
    """A work list whose own numbers leave some out."""
    numbered = row_numbers(table)
    numbers = [number for number, _source in numbered]
    if len(numbers) < 3 or numbers != sorted(numbers):
        return
    missing = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
    if missing and len(missing) < numbers[-1] / 2:
        behind = next(source for number, source in numbered if number > missing[0])
        shown = "、".join(map(str, missing))
        yield finding("rows-missing", [behind], name=table.title or "-", numbers=shown)


def _unread(table: DocumentTable) -> Iterator[Finding]:
    """A table about work of which neither the head nor the columns were understood."""
    known = is_work_list(table) or is_indicator_table(table)
    heads = [cell for cell in table.rows[0].cells if cell.strip()]
    if known or len(table.rows) < 3 or len(heads) < 3:
        return
    if any(OF_WORK.search(head) and len(head) < 12 for head in heads):
        first, last = table.rows[0].source, table.rows[-1].source
        place = SourcePlace(first.line, last.line_end or last.line)
        yield finding("table-unread", [place], name=table.title or heads[0], n=len(table.rows))
