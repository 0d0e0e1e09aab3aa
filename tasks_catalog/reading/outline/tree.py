"""The tree of a document: headings and numbered paragraphs with what belongs to each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tasks_catalog.model import SourcePlace
from tasks_catalog.reading.document import DocumentTable
from tasks_catalog.reading.outline.background import (
    ALWAYS,
    GLOSSARY,
    GOALS,
    first_part,
    is_background,
)
from tasks_catalog.reading.units.responsibility import find as find_responsibility
from tasks_catalog.reading.units.responsibility import is_labelled

HEADINGS = 10  # unnumbered headings of the file have ranks -9 to -1, above all numbers
ANNEX, ARTICLE, CLAUSE, LIST, INLINE = 5, 45, 50, 60, 70


@dataclass
class Passage:
    """A heading or a numbered paragraph with what belongs to it."""

    rank: int
    number: int
    title: str
    text: str = ""
    source: SourcePlace = field(default_factory=SourcePlace)
    titled: bool = True  # False where the title is cut out of a sentence
    words: str = ""  # the whole line after its number
    issued: bool = False  # stands behind the signature of the letter that issues it
    leads: dict[str, str] = field(default_factory=dict)  # paragraphs that open in other type
    children: list[Passage] = field(default_factory=list)
    tables: list[DocumentTable] = field(default_factory=list)
    parent: Passage | None = field(default=None, repr=False)

    @property
    def background(self) -> bool:
        """Whether this or a heading above speaks of background, principles or goals."""
        node: Passage | None = self
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
        node: Passage | None = self
        while node:
            if GOALS.search(first_part(node.title)) and node.background:
                return True
            node = node.parent
        return False

    def walk(self) -> Iterator[Passage]:
        """This node and all below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def fold_lists(node: Passage) -> None:
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
        node.source = SourcePlace(node.source.line, last.line_end or last.line, node.source.page)
        node.children = []


def lift_last_line(node: Passage) -> None:
    """A line of units behind the last of several points, which alone has one, is for all."""
    leaves = node.children
    if len(leaves) < 2 or any(leaf.children for leaf in leaves):
        return
    lines = leaves[-1].text.split("\n")
    told = [text for text in lines if is_labelled(text)]
    rest = lines[: len(lines) - len(told)]
    others = [text for leaf in [node, *leaves[:-1]] for text in (leaf.text, leaf.title)]
    if told and rest + told == lines and not any(map(find_responsibility, others + rest)):
        node.text = "\n".join(filter(None, [node.text, *told]))
        leaves[-1].text = "\n".join(rest)


def whole_text(node: Passage) -> str:
    """The words of a paragraph, as the document has them; with its title where that is all."""
    if node.text and node.titled and all(map(is_labelled, node.text.split("\n"))):
        return f"{node.words or node.title}\n{node.text}"
    return node.text or node.title
