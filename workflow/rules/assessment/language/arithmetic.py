"""What signs of a formula do with numbers, words and days; what has no answer is asked."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.language.formula import Ask, Value

_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def absent(*values: Value) -> bool:
    return any(value is None for value in values)


def number(value: Value, text: str) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise Ask(mark("“{text}” is not a number here."), text=text)


def divide(a: Fraction, b: Fraction, text: str) -> Fraction:
    if b == 0:
        if a == 0:
            raise Ask(
                mark("“{text}” comes to 0 ÷ 0, and the scheme does not say what that means."),
                text=text,
            )
        raise Ask(
            mark("“{text}” divides by 0, and the scheme does not say what that means."), text=text
        )
    return a / b


ARITHMETIC: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def holds(op: ast.cmpop, a: Value, b: Value, text: str) -> bool:
    if isinstance(op, ast.Eq):
        return a == b
    if isinstance(op, ast.NotEq):
        return a != b
    if isinstance(a, str) and isinstance(b, str) and _DAY.fullmatch(a) and _DAY.fullmatch(b):
        a, b = (Fraction(date.fromisoformat(day).toordinal()) for day in (a, b))
    return _COMPARISONS[type(op)](number(a, text), number(b, text))
