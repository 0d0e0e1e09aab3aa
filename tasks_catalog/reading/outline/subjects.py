"""Paragraphs without numbers that open with a title of their own: each is a subject."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks_catalog.reading.outline.titles import LONGEST_TITLE
from tasks_catalog.reading.outline.tree import Passage
from tasks_catalog.reading.units.responsibility import is_labelled
from tasks_catalog.reading.units.unit_names import is_unit
from tasks_catalog.reading.words import flat

# A short sentence and then more: 加强平台建设。推进…
OPENING = re.compile(r"(?P<title>[^，。；：、（）\d]{4,18})。(?=[^。]{10,})")
# Sides of one subject, no subjects: 申报条件：…
SIDES = re.compile(
    r"(?:目标|任务|措施|要求|内容|方式|时间|对象|范围|条件|标准|流程|程序|步骤|材料|依据|如下|包括)$"
)


@dataclass
class Subject:
    """One subject under a heading: its title and its paragraphs."""

    title: str
    paragraphs: list[str]

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(self.paragraphs)


def subjects(node: Passage) -> list[Subject]:
    """The subjects of a heading that has several; none where its paragraphs go on with each other.

    In plain type every paragraph but the first must open with a short sentence; where the openings
    stand in other type, a paragraph without one belongs to the subject before it.
    """
    out: list[Subject] = []
    going_on = 0
    for line in filter(None, node.text.split("\n")):
        title = _title(line, node.leads.get(line))
        if title:
            out.append(Subject(title, [line]))
        elif out:
            out[-1].paragraphs.append(line)
            going_on += not is_labelled(line)
    marked = bool(out) and all(subject.paragraphs[0] in node.leads for subject in out)
    return out if len(out) > 1 and (marked or not going_on) else []


def _title(line: str, lead: str | None) -> str | None:
    """The title with which a paragraph opens, None if it opens with none."""
    if lead:
        words = lead.strip("。：； ")
        fits = 3 < len(words) <= LONGEST_TITLE and line.startswith(lead[:4])
        return words if fits and not _is_side(words) and "。" not in words else None
    match = OPENING.match(flat(line))
    if match is None or _is_side(match["title"]):
        return None
    return line[: match.end("title")]


def _is_side(words: str) -> bool:
    short = len(words) < 6 and SIDES.search(words)
    unit = is_unit(words) and re.match("[市县区省州各]", words)
    return bool(short or unit) or is_labelled(f"{words}：")
