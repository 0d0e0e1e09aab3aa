"""Counting in steps: what a step that is not whole comes to."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class Counted(StrEnum):
    """What a step that is not whole counts: nothing, a step, or its part."""

    FULL = "full"
    BEGUN = "begun"
    PART = "part"

    def of(self, steps: Fraction) -> Fraction:
        """How many steps count."""
        if self is Counted.PART:
            return steps
        return Fraction((floor if self is Counted.FULL else ceil)(steps))
