"""The numbering of official documents, one rule a style, from 第一编 down to ①."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks_catalog.reading.words import CHINESE, chinese_number, flat

CIRCLED = {char: number for number, char in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 1)}
_N = f"[{CHINESE}]{{1,5}}"


@dataclass(frozen=True)
class Numbering:
    """How a line is numbered: the rank of its style (lower is higher), its number, its length.

    `above` is the 3 of 3.15, which may be point 3 that begins with 15.
    """

    rank: int
    number: int
    length: int
    above: int = 0


POINT, POINT_OF_POINT = 60, 62
# (rank, pattern with the number as its first group); ranks leave room between them
STYLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (10, re.compile(rf"第({_N}|\d{{1,3}})[编篇][\s：]*")),
    (20, re.compile(rf"第({_N}|\d{{1,3}})章[\s：]*")),
    (30, re.compile(rf"第({_N}|\d{{1,3}})节[\s：]*")),
    (40, re.compile(rf"({_N})[、.．]\s*")),
    (45, re.compile(rf"第({_N}|\d{{1,3}})条[\s：]*")),
    (
        47,
        re.compile(
            rf"（?(?:重点|主要)?(?:任务|行动|举措|措施|工程|专项)({_N}|\d{{1,2}})(?:）[：、]?|[：、]|\.(?!\d))\s*"
        ),
    ),
    (50, re.compile(rf"（({_N})）[、.]?\s*")),
    (POINT_OF_POINT, re.compile(r"\d{1,2}\.(\d{1,2})(?![\d.%])[、.]?\s*(?=\D)")),
    (64, re.compile(r"\d{1,2}\.\d{1,2}\.(\d{1,2})(?![\d.])[、.]?\s*(?=\D)")),
    (
        POINT,
        re.compile(
            r"(\d{1,3})(?:、|\.(?!\d)|\.(?=\d{3})|\s+(?![万亿千百个名人家项年月日所件号大类支位次])(?=[一-鿿“《]{2}))\s*"
        ),
    ),
    (70, re.compile(r"（(\d{1,3})）[、.]?\s*")),
    (72, re.compile(r"(\d{1,3})）[、.]?\s*")),
    (80, re.compile(rf"([{''.join(CIRCLED)}])[、.]?\s*")),
    (90, re.compile(r"[★☆▲△●■◆◇•▪➤]()\s*")),
    (90, re.compile(r"-{1,2}(?=[^\d\s-])()\s*")),
)
LABEL = re.compile(
    r"(?:注|备注|附注|说明|附件|附录|附表|专栏|抄送|主送|发|联系人|来源|资料来源|目录|目次)\s*"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s*(?:[：.、\s]|$)|表\s*\d{1,2}(?:-\d{1,2})?\s*\D"
    r"|(?:牵头|责任|主办|承办|配合|协办|参与|负责|实施|完成|落实|协同)(?:单位|部门|领导|科室|处室|人|时限|时间)*\s*："
)


def numbering(line: str) -> Numbering | None:
    """The number with which a line begins, None if it begins with none."""
    text = flat(line).lstrip()
    skipped = len(line) - len(line.lstrip())
    for rank, pattern in STYLES:
        if match := pattern.match(text):
            digits = match[1]
            value = CIRCLED.get(digits) or (int(digits) if digits.isdigit() else None)
            if value is None:
                value = chinese_number(digits) if digits else 0
            above = int(text.split(".")[0]) if rank == POINT_OF_POINT else 0
            return Numbering(rank, value or 0, skipped + match.end(), above)
    return None


def as_point(found: Numbering, line: str) -> Numbering:
    """3.15分钟生活圈 read as point 3: what follows point 2 is no 3.15."""
    return Numbering(POINT, found.above, flat(line).index(".") + 1)


def is_label(line: str) -> bool:
    """Whether a line opens something of its own: a note, an annex, a box, a line of units."""
    return bool(LABEL.match(flat(line).strip()))
