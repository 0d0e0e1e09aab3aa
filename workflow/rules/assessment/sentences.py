"""What is said of a score: messages of the translation catalogues with their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Sentence(NamedTuple):
    """A message of the translation catalogues with its fields."""

    message: str
    fields: Mapping[str, str]


def said(message: str, /, **fields: str) -> Sentence:
    """A sentence with its fields."""
    return Sentence(message, fields)
