"""What a formula is: its text, its names, and how it is worked out; `parsing` reads one.

A name that is absent makes what is worked out with it absent; nothing is taken for zero. What has
no answer (0 ÷ 0, a condition on an absent number) is a question for a person: `Ask`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeAlias

from workflow.rules.assessment.language.functions import Statistic

Value: TypeAlias = Fraction | str | bool | None
"""A number, a word, yes or no, or nothing known."""
Run: TypeAlias = "Callable[[Scope], Value]"


class Ask(Exception):
    """What a rule leaves open: a message with fields, for a person to decide."""

    def __init__(self, message: str, /, **fields: str) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class WrongFormula(ValueError):
    """A formula that is not allowed: a message with fields."""

    def __init__(self, message: str, /, **fields: str) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class Scope(Protocol):
    """What the names of a formula stand for, for one unit or one fact of it."""

    def look(self, name: str) -> Value:
        """The value of a name."""

    def statistic(self, of: Statistic, run: Run, own: Value) -> Value:
        """A statistic of what a formula gives for the units that are compared."""


@dataclass(frozen=True)
class Formula:
    """A formula as written, the names it looks at, and how it is worked out."""

    text: str
    names: frozenset[str]
    run: Run

    def __call__(self, scope: Scope) -> Value:
        return self.run(scope)
