"""The structure of a document: numbered headings and paragraphs into a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import Block, DocumentTable, Paragraph
from tasks_catalog.reading.outline.numbering import (
    POINT,
    POINT_OF_POINT,
    Numbering,
    as_point,
    numbering,
)
from tasks_catalog.reading.outline.titles import LONGEST_TITLE, split_title
from tasks_catalog.reading.outline.tree import (
    ANNEX,
    HEADINGS,
    INLINE,
    LIST,
    Passage,
    fold_lists,
    lift_last_line,
)
from tasks_catalog.reading.units.responsibility import find as find_responsibility
from tasks_catalog.reading.units.responsibility import ruling_in
from tasks_catalog.reading.units.unit_names import is_unit
from tasks_catalog.reading.words import ANSWERED, flat, tidy

BOX = re.compile(r"(?:专栏|专题)\s*(?:\d+|[一二三四五六七八九十]+)?")
ANNEX_MARK = re.compile(r"附(?:件|录)\s*(?:\d{0,2}|[一二三四五六七八九十]{1,2})(?:[：.、\s]|$)")
FOOT = re.compile(
    r".{0,30}办公(?:室|厅)\s*(?:\d{4}年\d{1,2}月\d{1,2}日)?印?发?|（(?:电子版|此件[一-鿿]+)）"
    r"|（?(?:\d{4}|二[〇一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日）?(?:印?发)?"
    r"|本[一-鿿]{2,6}(?:自|由[^，。]{2,20}负责解释).*"
)
CLOSING = re.compile(  # 第七条 本措施自…起施行
    r"本[一-鿿]{2,6}(?:[自从][^，。]{2,24}(?:施行|实施|执行)|由[^，。]{2,24}解释|有效期|具体解释工作)"
)
DATE = re.compile(r"（?(?:\d{4}|二[〇一二三四五六七八九]{3})年.{1,3}月.{1,3}日）?")
NAMED = ("方案", "计划", "意见", "清单", "措施", "要点", "规划", "分工", "分解", "分解表", "办法")
PAGED = re.compile(r"[^\d.%]\.*\d{1,3}$")  # a line of a table of contents
COPIES = re.compile("(?:抄送|主题词|分送|印送|发)：")
NOTE = re.compile(r"(?:注|备注|说明|附注)\s*(?:\d{0,2})[：.、]")


def outline(blocks: Iterable[Block]) -> Passage:
    """The tree of a document's headings below a nameless root."""
    builder = _Builder()
    for block in blocks:
        if isinstance(block, DocumentTable):
            builder.table(block)
        else:
            builder.paragraph(block)
    for node in list(builder.root.walk()):
        lift_last_line(node)
        fold_lists(node)
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Passage(-HEADINGS, 0, "")
        self._open = [self.root]
        self._ranks: dict[int, int] = {}
        self._box = self._notes = self._ended = self._below_table = False
        self._listing = False  # within a list of annexes
        self._signed = False  # behind a signature with its date
        self._contents = False  # within a table of contents

    @property
    def here(self) -> Passage:
        return self._open[-1]

    def table(self, table: DocumentTable) -> None:
        self.here.tables.append(table)
        self._below_table = True

    def paragraph(self, block: Paragraph) -> None:
        text = tidy(block.text)
        plain = flat(text)
        if ANNEX_MARK.match(plain) and len(plain) <= 60:
            self._annex(text, block)
            return
        self._contents = plain in ("目录", "目次") or (
            self._contents and bool(PAGED.search(plain)) and "。" not in plain
        )
        if self._contents:
            return
        self._ended = self._ended or bool(COPIES.match(plain))
        if self._signed and plain.endswith(NAMED) and len(plain) <= LONGEST_TITLE:
            self._signed = self._ended = False
            self._push(Passage(ANNEX, 0, text, source=block.source, issued=True))
            return
        self._signed = self._signed or bool(DATE.fullmatch(plain) and self.root.children)
        if self._ended or FOOT.fullmatch(plain) or self._closing(text, plain):
            return
        if self._note(text):
            return
        raw = " ".join(block.text.split())
        found = self._numbering(raw, plain)
        if self._listing and found and found.rank == POINT and "。" not in plain:
            return
        self._listing = False
        if BOX.match(plain) and len(plain) < 40:
            self._box = True
        elif found and found.rank < LIST:
            self._box = False
        if found and CLOSING.match(flat(tidy(raw[found.length :]))):
            return
        answered = self._box and found and find_responsibility(plain)
        if found and (not self._box or found.rank < LIST or answered):
            self._numbered(tidy(raw[found.length :]), found, block)
        elif block.level and len(text) <= LONGEST_TITLE and not self._box:
            self._heading(text, block)
        else:
            self._body(text, block)

    def _numbering(self, raw: str, plain: str) -> Numbering | None:
        """The number of a paragraph, as those before it let one read it."""
        found = numbering(raw)
        if found and found.rank >= INLINE and _goes_on_inline(plain, found):
            return None
        if found and found.rank == POINT_OF_POINT and found.number > 1:
            points = [node.number for node in self._open if node.rank == POINT]
            if points == [found.above - 1] or (found.above == 1 and not points):
                return as_point(found, raw)
        return found

    def _closing(self, text: str, plain: str) -> bool:
        """A signature, a rule about the list of units, or a last word to all behind the list."""
        if numbering(text):
            return False
        answered = ANSWERED.search(flat(self.here.text.rsplit("\n", 1)[-1]))
        return (len(plain) < 40 and _is_signature(plain)) or bool(
            answered and re.match("各(?:地区|地|部门|单位|级|有关|责任|县|区|镇|市)", plain)
        )

    def _annex(self, text: str, block: Paragraph) -> None:
        mark = ANNEX_MARK.match(flat(text))
        title = text[mark.end() :] if mark else text
        self._ended = self._box = self._notes = self._below_table = self._signed = False
        if numbering(title.lstrip("： ")):
            self._listing = True
            return
        listed = bool(title) and any(
            n.rank == ANNEX and n.title == title for n in self.root.children
        )
        if not listed:
            self._push(Passage(ANNEX, 0, title.strip("： "), source=block.source))

    def _note(self, text: str) -> bool:
        """Notes below a table, numbered ones included, belong to the table."""
        if not self._below_table:
            return False
        if NOTE.match(flat(text)):
            self._notes = True
        elif not (self._notes and (n := numbering(text)) and n.rank >= LIST):
            self._notes = self._below_table = False
            return False
        table = self.here.tables[-1]
        self.here.tables[-1] = DocumentTable(table.rows, table.title, (*table.notes, text))
        return True

    def _numbered(self, rest: str, found: Numbering, block: Paragraph) -> None:
        title, more, titled = split_title(rest)
        if block.level:
            self._ranks[block.level] = found.rank
        text_here = rest if more else ""
        self._push(Passage(found.rank, found.number, title, text_here, block.source, titled, rest))

    def _heading(self, text: str, block: Paragraph) -> None:
        rank = self._ranks.get(block.level or 0) or (block.level or 0) - HEADINGS
        while self.here.rank >= rank and self.here is not self.root:
            self._open.pop()
        number = 1 + sum(child.rank == rank for child in self.here.children)
        self._push(Passage(rank, number, text, "", block.source))

    def _push(self, node: Passage) -> None:
        while self.here.rank >= node.rank and self.here is not self.root:
            self._open.pop()
        node.parent = self.here
        self.here.children.append(node)
        self._open.append(node)

    def _body(self, text: str, block: Paragraph) -> None:
        node = self.here
        if node.rank == ANNEX and not node.title and len(text) <= LONGEST_TITLE + 20:
            node.title = text
            return
        node.text = f"{node.text}\n{text}" if node.text else text
        if block.lead:
            node.leads[text] = tidy(block.lead)
        if node is not self.root and node.source.line is not None:
            end = block.source.line_end or block.source.line
            node.source = SourcePlace(node.source.line, end, node.source.page, node.source.sheet)


def _goes_on_inline(plain: str, found: Numbering) -> bool:
    """①…；②…；③… in one paragraph are a list inside a sentence."""
    following = f"（{found.number + 1}）" if found.rank < 80 else chr(0x2460 + found.number)
    return following in plain


def _is_signature(plain: str) -> bool:
    """The name of who issued a document, alone in its line, or a rule about the list of units."""
    return is_unit(plain) or bool(ruling_in(plain))
