"""What a report says in words, each field once: its label, when it is asked for, how it is shown.

`ReportContent` is the one type of it. Forms, workbooks and readers go through `TEXTS`; the table of
submissions holds it as a composite; a draft keeps it as JSON of field → text as typed. A new text
is a field here, a column with its migration, and its label's translation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from i18n import mark


class When(StrEnum):
    """In which reports a text is asked for."""

    NEWS = "news"
    """where there is something new"""
    NIL = "nil"
    """in a nil return"""
    HELD_UP = "held_up"
    """where something holds the work up"""
    RETURNED = "returned"
    """where a version before this one was returned"""


@dataclass(frozen=True)
class TextField:
    """A text of a report. `missing` refuses a report that it is asked for in and that leaves it
    empty; without, it may be left out. `lines`: the height of its field; `width`: of its column in
    Excel."""

    label: str
    when: When
    missing: str = ""
    lines: int = 2
    width: int = 24
    example: str = ""


def _text(
    label: str,
    when: When,
    missing: str = "",
    *,
    lines: int = 2,
    width: int = 24,
    example: str = "",
) -> Any:
    return field(metadata={"text": TextField(label, when, missing, lines, width, example)})


@dataclass(frozen=True)
class ReportContent:
    """How the work stands and the texts of a report, in the order in which they are read. A nil
    return has its reason and maybe no text."""

    status: str
    text: str = _text(
        mark("What was done in this period"),
        When.NEWS,
        mark("Say what has been done in this period."),
        lines=6,
        width=60,
        example=mark("What was done…"),
    )
    nil_reason: str = _text(
        mark("Why there is nothing new"), When.NIL, mark("A nil return needs its reason.")
    )
    problem: str = _text(
        mark("What holds the work up"),
        When.HELD_UP,
        mark("Say what the work is held up by."),
        width=30,
    )
    help_from: str = _text(mark("Who could help"), When.HELD_UP, lines=1, width=20)
    next_steps: str = _text(
        mark("Next steps"),
        When.NEWS,
        lines=3,
        width=40,
        example=mark("What is to be done next, and by when…"),
    )
    change_note: str = _text(
        mark("What was changed since it was returned"),
        When.RETURNED,
        mark("Say what you changed since it was returned."),
    )

    @classmethod
    def of_draft(cls, typed: Mapping[str, str]) -> ReportContent:
        """What a draft says; a reason of a nil return counts only in one."""
        nil = is_nil(typed)
        return cls(
            status=typed.get("status", "").strip(),
            **{
                name: typed.get(name, "").strip() if nil or text.when is not When.NIL else ""
                for name, text in TEXTS.items()
            },
        )

    def as_draft(self) -> dict[str, str]:
        """What of it a draft of the next report begins with: how the work stands, no answers to a
        return and no reason of a nil return."""
        lasting = (name for name, text in TEXTS.items() if text.when in (When.NEWS, When.HELD_UP))
        said = {name: getattr(self, name) for name in ("status", *lasting)}
        return {name: text for name, text in said.items() if text}

    def texts(self) -> dict[str, str]:
        """The texts that are not empty, by field."""
        return {name: text for name in TEXTS if (text := getattr(self, name))}

    def columns(self) -> dict[str, str]:
        """Every field by its name."""
        return {one.name: getattr(self, one.name) for one in fields(ReportContent)}


TEXTS: Mapping[str, TextField] = {
    one.name: one.metadata["text"] for one in fields(ReportContent) if "text" in one.metadata
}
"""Every text by its field."""
TYPED = ("status", "nil", *TEXTS)
"""Every field of a draft that every report has."""


def is_nil(typed: Mapping[str, str]) -> bool:
    """Whether a draft is a nil return."""
    return typed.get("nil", "").strip() == "1"


def outgoing(typed: Mapping[str, str]) -> dict[str, str]:
    """What of a draft goes out: of a nil return only what it consists of, of another no reason
    of a nil return."""
    if is_nil(typed):
        kept = (name for name, text in TEXTS.items() if text.when is not When.NEWS)
        return {name: typed.get(name, "") for name in ("status", "nil", *kept)}
    left_out = {name for name, text in TEXTS.items() if text.when is When.NIL}
    return {name: text for name, text in typed.items() if name not in left_out}


def draft_json(typed: Mapping[str, str]) -> str:
    """A draft as it is stored."""
    return json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)


def draft_from_json(stored: str) -> dict[str, str]:
    """A stored draft, field → text as typed."""
    return dict(json.loads(stored))
