"""Which part of an answer is about which report: by its number at the head of a part, or title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_THANKS = re.compile(
    r"(?:各位|领导|老师|同志|您|你|好|的|已|都|已经|邮件|通知|提醒|谢谢|感谢|多谢|辛苦了?|收到|收悉|知悉|知道了?|明白|了解|"
    r"已阅|已办|照办|遵照执行|马上|尽快|办理|落实|填报|报送|按时|会|将|我们|我局|我单位|请放心|了|吧|哈|嗯|ok|okay|"
    r"thanks?|received|noted|got it|thank you|[\s，,。.！!~～、：:；;\-—）)（(])+",
    re.IGNORECASE,
)
_SHORTEST_TITLE = 6


@dataclass(frozen=True)
class NamedReport:
    """A report by the number and title of its task."""

    report_id: int
    code: str
    title: str


def only_thanks(text: str) -> bool:
    """Whether words only say that a mail arrived: 收到，谢谢！"""
    return _THANKS.fullmatch(text) is not None


def segments(
    text: str, reports: Sequence[NamedReport], only: int | None
) -> list[tuple[int | None, str]]:
    """The parts of a text with their reports, in order. What names none belongs to `only`, the one
    report that the answer can be about, or to nobody knows which (None). Two reports of one number
    (of two units or plans) are not told apart by it."""
    starts = [(0, only), *_names(text, reports)]
    found: dict[int | None, list[str]] = {}
    for (start, report_id), end in zip(
        starts, [*(at for at, _report in starts[1:]), len(text)], strict=True
    ):
        words = text[start:end].strip(" \t\r\n；;")
        if words:
            found.setdefault(report_id, []).append(words)
    return [(report_id, "\n".join(parts)) for report_id, parts in found.items()]


def _names(text: str, reports: Sequence[NamedReport]) -> list[tuple[int, int | None]]:
    """Where a report is named at the beginning of a line or sentence."""
    by_code: dict[str, set[int]] = {}
    by_title: dict[str, set[int]] = {}
    for one in reports:
        by_code.setdefault(one.code, set()).add(one.report_id)
        if len(one.title) >= _SHORTEST_TITLE:
            by_title.setdefault(one.title, set()).add(one.report_id)
    names = {**by_title, **by_code}
    if not names:
        return []
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(
        rf"(?:(?<=[\n；;。])|^)\s*(?:关于)?(?:任务|事项|序号|编号|第)?\s*[（(【\[“]?(?P<name>{words})"
        r"(?:[）)】\]”：:、，,\s]|(?=[^\d.%％万亿千百人名家个项元]))"
    )
    found: list[tuple[int, int | None]] = []
    for match in pattern.finditer(text):
        ids = names[match["name"]]
        found.append((match.start(), next(iter(ids)) if len(ids) == 1 else None))
    return found
