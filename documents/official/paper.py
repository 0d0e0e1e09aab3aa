"""What an official paper is made of, before anybody thinks of fonts and margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class PaperKind(StrEnum):
    """Which paper it is; an office's own template may bear this name."""

    CIRCULAR = "circular"
    RESPONSIBILITY_LIST = "responsibility_list"
    RANKING = "ranking"
    SCORE_SHEET = "score_sheet"
    DEBRIEFING = "debriefing"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、, 黑体), 2 (（一）, 楷体) or 3 (1., 仿宋)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text, its first line set in by two characters unless it is `flush`."""

    text: str
    flush: bool = False


@dataclass(frozen=True)
class Grid:
    """A table. `widths` are parts of the width of the text block; a row of one cell goes across all
    columns. The heads stand again on each page."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


Block = Heading | Paragraph | Grid


@dataclass(frozen=True)
class Attachment:
    """What is attached (附件), from a page of its own."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Paper:
    """A whole paper, drafted. `issuer` stands above and below; `mark` is the red line at its head,
    empty for a paper that is no document of its own, such as a list or a sheet; `year` is that of
    the document number, which is left open."""

    kind: PaperKind
    title: str
    year: int
    blocks: Sequence[Block]
    issuer: str = ""
    mark: str = ""
    under: str = ""
    recipients: str = ""
    attachments: Sequence[Attachment] = ()
