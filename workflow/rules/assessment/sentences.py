"""What is said of a score: messages of the translation catalogues with their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from i18n import Translated, _, mark
from workflow.rules.progress.lights import LIGHT_WORDS
from workflow.rules.reporting.content import FIRMNESS

WORDS: Mapping[str, str] = {
    **LIGHT_WORDS,
    **FIRMNESS,
    "on_time": mark("on time"),
    "late": mark("late"),
    "missing": mark("not reported"),
}
"""What words of the facts are to a person, where a sentence quotes one."""


class Sentence(NamedTuple):
    """A message of the catalogues with its fields; as text, in the reader's language."""

    message: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        fields = {
            name: Translated(WORDS[text]) if text in WORDS else text
            for name, text in self.fields.items()
        }
        return _(self.message, **fields)


def said(message: str, /, **fields: str) -> Sentence:
    """A sentence with its fields."""
    return Sentence(message, fields)
