"""The structure of a document: numbered headings and paragraphs into a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tasks_catalog.model import Source
from tasks_catalog.reading.background import ALWAYS, GLOSSARY, GOALS, first_part, is_background
from tasks_catalog.reading.document import Block, Paragraph, Table
from tasks_catalog.reading.numbering import Numbering, numbering
from tasks_catalog.reading.responsibility import find as find_responsibility
from tasks_catalog.reading.responsibility import ruling_in
from tasks_catalog.reading.unit_names import is_unit
from tasks_catalog.reading.words import flat, masked, tidy

LONGEST_TITLE = 42  # characters; what is longer is a sentence and no heading
SHORT_TITLE = 36
HEADINGS = 10  # unnumbered headings of the file have ranks -9 to -1, above all numbers
ANNEX, ARTICLE, CLAUSE, LIST, INLINE = 5, 45, 50, 60, 70
BOX = re.compile(r"(?:专栏|专题)\s*(?:\d+|[一二三四五六七八九十]+)?")
ANNEX_MARK = re.compile(r"附(?:件|录)\s*(?:\d{0,2}|[一二三四五六七八九十]{1,2})(?:[：.、\s]|$)")
FOOT = re.compile(
    r".{0,30}办公(?:室|厅)\s*(?:\d{4}年\d{1,2}月\d{1,2}日)?印?发?|（(?:电子版|此件[一-鿿]+)）"
    r"|（?(?:\d{4}|二[〇一二三四五六七八九]{3})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日）?(?:印?发)?"
    r"|本[一-鿿]{2,6}(?:自|由[^，。]{2,20}负责解释).*"
)
COPIES = re.compile("(?:抄送|主题词|分送|印送|发)：")
NOTE = re.compile(r"(?:注|备注|说明|附注)\s*(?:\d{0,2})[：.、]")
RESPONSIBLE = re.compile("牵头|负责|配合|单位|部门|责任")
CLOSED = re.compile(r"（[^（）]*(?:牵头|负责|配合|单位|部门)(?:[^（）]|（[^（）]*）)*）。?$")


@dataclass
class Node:
    """A heading or a numbered paragraph with what belongs to it."""

    rank: int
    number: int
    title: str
    text: str = ""
    source: Source = field(default_factory=Source)
    titled: bool = True  # False where the title is cut out of a sentence
    words: str = ""  # the whole line after its number
    children: list[Node] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    @property
    def background(self) -> bool:
        """Whether this or a heading above speaks of background, principles or goals."""
        node: Node | None = self
        while node:
            if node.rank == ANNEX and GLOSSARY.search(node.title):
                return True
            if is_background(node.title) and not (
                node.has_work or node.follows_work or node.answered
            ):
                return True
            node = node.parent
        return False

    @property
    def has_work(self) -> bool:
        """A heading like 总体要求 under which a part is named after work is background in part."""
        return any(
            re.search("重点任务|主要任务|重点工作|工作举措|主要举措|工作措施", child.title)
            for child in self.children
        )

    @cached_property
    def answered(self) -> bool:
        """Whether somebody is named as answerable below: background has nobody."""
        return any(find_responsibility(node.text or node.title) for node in self.walk())

    @property
    def follows_work(self) -> bool:
        """发展环境 behind the tasks is a task itself: no background comes so late."""
        if self.parent is None or ALWAYS.search(first_part(self.title)):
            return False
        before = self.parent.children[: self.parent.children.index(self)]
        return any(not is_background(node.title) for node in before if node.rank == self.rank)

    @property
    def goal(self) -> bool:
        """Whether this or a heading above is about goals."""
        node: Node | None = self
        while node:
            if GOALS.search(first_part(node.title)) and is_background(node.title):
                return True
            node = node.parent
        return False

    def walk(self) -> Iterator[Node]:
        """This node and all below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def outline(blocks: Iterable[Block]) -> Node:
    """The tree of a document's headings below a nameless root."""
    builder = _Builder()
    for block in blocks:
        if isinstance(block, Table):
            builder.table(block)
        else:
            builder.paragraph(block)
    for node in list(builder.root.walk()):
        _fold_lists(node)
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Node(-HEADINGS, 0, "")
        self._open = [self.root]
        self._ranks: dict[int, int] = {}
        self._box = self._notes = self._ended = self._below_table = False

    @property
    def here(self) -> Node:
        return self._open[-1]

    def table(self, table: Table) -> None:
        self.here.tables.append(table)
        self._below_table = True

    def paragraph(self, block: Paragraph) -> None:
        text = tidy(block.text)
        plain = flat(text)
        if ANNEX_MARK.match(plain) and len(plain) <= 60:
            self._annex(text, block)
            return
        self._ended = self._ended or bool(COPIES.match(plain))
        if self._ended or FOOT.fullmatch(plain) or self._closing(text, plain):
            return
        if self._note(text):
            return
        raw = " ".join(block.text.split())
        found = numbering(raw)
        if found and found.rank >= INLINE and _goes_on_inline(plain, found):
            found = None
        if BOX.match(plain) and len(plain) < 40:
            self._box = True
        elif found and found.rank < LIST:
            self._box = False
        if (found and not self._box) or (found and found.rank < LIST):
            self._numbered(tidy(raw[found.length :]), found, block)
        elif block.level and len(text) <= LONGEST_TITLE and not self._box:
            self._heading(text, block)
        else:
            self._body(text, block)

    def _closing(self, text: str, plain: str) -> bool:
        """A signature, a rule about the list of units, or a last word to all behind the list."""
        if numbering(text):
            return False
        answered = CLOSED.search(flat(self.here.text))
        return (len(plain) < 40 and _is_signature(plain)) or bool(
            answered and re.match("各(?:地区|地|部门|单位|级|有关|责任|县|区|镇|市)", plain)
        )

    def _annex(self, text: str, block: Paragraph) -> None:
        mark = ANNEX_MARK.match(flat(text))
        title = text[mark.end() :] if mark else text
        self._ended = self._box = self._notes = self._below_table = False
        listed = bool(title) and any(
            n.rank == ANNEX and n.title == title for n in self.root.children
        )
        if not listed:
            self._push(Node(ANNEX, 0, title.strip("： "), source=block.source))

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
        self.here.tables[-1] = Table(table.rows, table.title, (*table.notes, text))
        return True

    def _numbered(self, rest: str, found: Numbering, block: Paragraph) -> None:
        title, more, titled = split_title(rest)
        if block.level:
            self._ranks[block.level] = found.rank
        text_here = rest if more else ""
        self._push(Node(found.rank, found.number, title, text_here, block.source, titled, rest))

    def _heading(self, text: str, block: Paragraph) -> None:
        rank = self._ranks.get(block.level or 0) or (block.level or 0) - HEADINGS
        while self.here.rank >= rank and self.here is not self.root:
            self._open.pop()
        number = 1 + sum(child.rank == rank for child in self.here.children)
        self._push(Node(rank, number, text, "", block.source))

    def _push(self, node: Node) -> None:
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
        if node is not self.root and node.source.line is not None:
            end = block.source.line_end or block.source.line
            node.source = Source(node.source.line, end, node.source.page, node.source.sheet)


def _goes_on_inline(plain: str, found: Numbering) -> bool:
    """①…；②…；③… in one paragraph are a list inside a sentence."""
    following = f"（{found.number + 1}）" if found.rank < 80 else chr(0x2460 + found.number)
    return following in plain


def _is_signature(plain: str) -> bool:
    """The name of who issued a document, alone in its line, or a rule about the list of units."""
    return is_unit(plain) or bool(ruling_in(plain))


def split_title(rest: str) -> tuple[str, bool, bool]:
    """Title of a numbered paragraph, whether more follows it, and whether it stands on its own.

    建强研究院。坚持… has a title; 推进…，加快…。 is a sentence whose first words must do.
    """
    stop = re.search("[。：；]|(?<=[一-鿿”）])\\s", masked(rest, "“《（"))
    if not stop:
        title = _unbracketed(rest)
        if len(title) <= LONGEST_TITLE:
            return title, title != rest, True
        return _cut(rest), True, False
    head, body = rest[: stop.start()].strip(), rest[stop.end() :].strip()
    if not body:
        return (_cut(head), True, False) if _sentence(head) else (head, False, True)
    stated = flat(body[0]) == "（" and "。" not in body[:-2]
    titled = len(head) <= LONGEST_TITLE and stop[0] in "。：" and not _sentence(head) and not stated
    return (head if titled else _cut(head)), True, titled


def _sentence(head: str) -> bool:
    """Whether the words before the first full stop are a sentence rather than a title."""
    return flat(head).count("，") >= 2 or (len(head) > SHORT_TITLE and "，" in flat(head))


def _unbracketed(text: str) -> str:
    """A heading without the bracket behind it that names units."""
    plain = flat(text)
    at = plain.rfind("（") if plain.endswith("）") else -1
    return text[:at].strip() if at > 1 and RESPONSIBLE.search(plain[at:]) else text


def _cut(text: str) -> str:
    """The first words of a sentence, to stand for a title that it has not."""
    clause = re.split("[，；。：（]", flat(text))[0]
    return text[: len(clause)][:LONGEST_TITLE]


def _fold_lists(node: Node) -> None:
    """Points of a list that are parts of one sentence go back into the paragraph above them."""
    children = node.children
    if not children or node.rank < 40 or any(child.children for child in children):
        return
    least = CLAUSE if node.rank == ARTICLE else LIST
    parts = [child for child in children if child.rank >= least]
    if len(parts) != len(children) or len(parts) < 2:
        return
    if any(re.search("牵头|负责|责任单位|配合", child.text + child.title) for child in children):
        return
    told = [child.words for child in children]
    if sum(text.rstrip().endswith(("；", ";")) for text in told[:-1]) * 2 > len(told) - 1:
        node.text = "\n".join(filter(None, [node.text, *told]))
        last = children[-1].source
        node.source = Source(node.source.line, last.line_end or last.line, node.source.page)
        node.children = []


def whole_text(node: Node) -> str:
    """The words of a paragraph with its title, as the document has them."""
    return node.text or node.title
