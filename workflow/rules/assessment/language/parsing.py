"""Formulas and conditions: parsed by Python's own parser, of which a short list is allowed.

Numbers are exact, written as they are in the city's paper (80%, 0.5), names may be Chinese, and
so may signs: × ÷ （ ） ， ≥ ≤ ≠ 且 或 非. A name that is absent makes what is worked out with it
absent; nothing is taken for zero. What has no answer (0 ÷ 0, a condition on an absent number) is
a question for a person: `Ask`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from fractions import Fraction

from i18n import mark
from workflow.rules.assessment.exact import read_exact, shown
from workflow.rules.assessment.language.arithmetic import (
    ARITHMETIC,
    absent,
    divide,
    holds,
    number,
)
from workflow.rules.assessment.language.formula import Ask, Formula, Run, Scope, Value, WrongFormula
from workflow.rules.assessment.language.functions import FUNCTIONS, STATISTICS, Statistic

NOTHING = ("无", "nothing")
"""What is not known, or left out of a statistic: 平均(如果(类别 = "山区", 数, 无))."""
LONGEST = 500
HIGHEST_POWER = 6

_SIGNS = str.maketrans(
    {
        "×": "*",
        "÷": "/",
        "−": "-",
        "（": "(",
        "）": ")",
        "，": ",",
        "＋": "+",
        "－": "-",
        "＊": "*",
        "／": "/",
        "＝": "=",
        "＜": "<",
        "＞": ">",
        "“": '"',
        "”": '"',
        "％": "%",
        "．": ".",
        "、": ",",
    }
)
_WORDS = {"且": " and ", "或": " or ", "非": " not ", "并且": " and ", "或者": " or "}
_WORD = re.compile(r"(?<!\w)(并且|或者|且|或|非)(?!\w)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*([%‰])")
_HEAD = re.compile(r"\s+")


def parse(text: str) -> Formula:
    """Read a formula. Raises WrongFormula, saying what is not allowed and what is."""
    if len(text) > LONGEST:
        raise WrongFormula(mark("A formula has at most {n} characters."), n=str(LONGEST))
    code = text.translate(_SIGNS).replace("≥", ">=").replace("≤", "<=").replace("≠", "!=")
    code = _WORD.sub(lambda match: _WORDS[match[1]], code)
    code = re.sub(r"(?<![<>=!])=(?!=)", "==", code)
    literals: dict[str, Fraction] = {}

    def literal(match: re.Match[str]) -> str:
        name = f"_literal_{len(literals)}"
        literals[name] = read_exact(match[0].replace(" ", ""))
        return f" {name} "

    code = _HEAD.sub(" ", _PERCENT.sub(literal, code)).strip()
    try:
        tree = ast.parse(code, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if code.count("(") > code.count(")"):
            raise WrongFormula(
                mark(
                    "“{text}” ends before its brackets close. Within braces a formula with a comma "
                    "stands in quotes."
                ),
                text=text,
            ) from None
        raise WrongFormula(
            mark(
                "“{text}” is not a formula. Write it like: 60 + 40 × (实际 - 最低) ÷ (最高 - 最低)"
            ),
            text=text,
        ) from None
    reader = _Reader(code, literals)
    run = reader.read(tree.body)
    return Formula(text, frozenset(reader.names), run)


class _Reader:
    """Turns the allowed part of Python's syntax tree into functions of a scope."""

    def __init__(self, code: str, literals: Mapping[str, Fraction]) -> None:
        self.code = code
        self.literals = literals
        self.names: set[str] = set()

    def text(self, node: ast.AST) -> str:
        found = ast.get_source_segment(self.code, node) or self.code
        for name, value in self.literals.items():
            found = found.replace(name, shown(value))
        return found

    def read(self, node: ast.expr) -> Run:
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name(id=name):
                return self.name(name)
            case ast.BinOp():
                return self.arithmetic(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not(), operand=operand):
                return self.unary(node, self.read(operand))
            case ast.BoolOp():
                return self.logic(node)
            case ast.Compare():
                return self.comparison(node)
            case ast.IfExp():
                return self.choice(node.test, node.body, node.orelse)
            case ast.Call():
                return self.call(node)
        raise WrongFormula(
            mark(
                "“{text}” is not allowed in a formula. Allowed are numbers, names, + - × ÷, "
                "comparisons, and, or, not, … if … else …, and the functions of the guide."
            ),
            text=self.text(node),
        )

    def constant(self, node: ast.Constant) -> Run:
        value: Value
        if isinstance(node.value, bool | str):
            value = node.value
        else:
            try:
                # As written: what Python read of 0.1 is not a tenth.
                value = read_exact(self.text(node).replace("_", " "))
            except ValueError:
                raise WrongFormula(
                    mark("“{text}” is not a number. Write digits, such as 12, 0.5 or 80%."),
                    text=self.text(node),
                ) from None
        return lambda _scope: value

    def name(self, name: str) -> Run:
        if name in self.literals:
            value = self.literals[name]
            return lambda _scope: value
        if name in NOTHING:
            return lambda _scope: None
        self.names.add(name)
        return lambda scope: scope.look(name)

    def arithmetic(self, node: ast.BinOp) -> Run:
        left, right, text = self.read(node.left), self.read(node.right), self.text(node)
        if isinstance(node.op, ast.Pow):
            return self.power(node, left)
        divides = isinstance(node.op, ast.Div)
        combine = ARITHMETIC.get(type(node.op))
        if combine is None and not divides:
            raise WrongFormula(
                mark("“{text}” is not allowed in a formula. Write + - × ÷ or a function."),
                text=text,
            )

        def run(scope: Scope) -> Value:
            a, b = left(scope), right(scope)
            if a is None or b is None:
                return None
            a, b = number(a, text), number(b, text)
            return combine(a, b) if combine else divide(a, b, text)

        return run

    def power(self, node: ast.BinOp, base: Run) -> Run:
        exponent = node.right
        if not (
            isinstance(exponent, ast.Constant)
            and isinstance(exponent.value, int)
            and 0 <= exponent.value <= HIGHEST_POWER
        ):
            raise WrongFormula(
                mark("A power is a whole number from 0 to {n}."), n=str(HIGHEST_POWER)
            )
        times, text = exponent.value, self.text(node)

        def run(scope: Scope) -> Value:
            value = base(scope)
            return None if value is None else number(value, text) ** times

        return run

    def unary(self, node: ast.UnaryOp, operand: Run) -> Run:
        text = self.text(node)
        if isinstance(node.op, ast.Not):
            return lambda scope: not self.decided(operand(scope), text)
        sign = -1 if isinstance(node.op, ast.USub) else 1

        def run(scope: Scope) -> Value:
            value = operand(scope)
            return None if value is None else sign * number(value, text)

        return run

    @staticmethod
    def decided(value: Value, text: str) -> bool:
        if isinstance(value, bool):
            return value
        if value is None:
            raise Ask(mark("“{text}” cannot be decided: something in it is not known."), text=text)
        raise Ask(mark("“{text}” is neither yes nor no."), text=text)

    def logic(self, node: ast.BoolOp) -> Run:
        parts = [(self.read(one), self.text(one)) for one in node.values]
        until = isinstance(node.op, ast.Or)

        def run(scope: Scope) -> Value:
            for part, text in parts:
                if self.decided(part(scope), text) is until:
                    return until
            return not until

        return run

    def comparison(self, node: ast.Compare) -> Run:
        text = self.text(node)
        sides = [self.read(node.left)]
        for op, side in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                return self.among(node, text)
            if isinstance(op, ast.Is | ast.IsNot):
                raise WrongFormula(mark("“{text}”: compare with =, ≠, <, ≤, > or ≥."), text=text)
            sides.append(self.read(side))

        def run(scope: Scope) -> Value:
            values = [side(scope) for side in sides]
            if absent(*values):
                return None
            pairs = zip(node.ops, values, values[1:], strict=False)
            return all(holds(op, a, b, text) for op, a, b in pairs)

        return run

    def among(self, node: ast.Compare, text: str) -> Run:
        (op,), (choices,) = node.ops, node.comparators
        if not isinstance(choices, ast.Tuple | ast.List | ast.Set):
            raise WrongFormula(
                mark("“{text}”: write the choices in brackets, such as (1, 2)."), text=text
            )
        left, wanted = self.read(node.left), isinstance(op, ast.In)
        listed = [self.read(one) for one in choices.elts]

        def run(scope: Scope) -> Value:
            value = left(scope)
            if value is None:
                return None
            return (value in [one(scope) for one in listed]) is wanted

        return run

    def choice(self, test: ast.expr, then: ast.expr, other: ast.expr) -> Run:
        asked, yes, no, text = self.read(test), self.read(then), self.read(other), self.text(test)
        return lambda scope: (yes if self.decided(asked(scope), text) else no)(scope)

    def call(self, node: ast.Call) -> Run:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise WrongFormula(
                mark("“{text}”: give a function its values one after another."),
                text=self.text(node),
            )
        if name in ("如果", "if_"):
            if len(node.args) != 3:
                raise WrongFormula(
                    mark("“{text}”: write 如果(condition, then, otherwise)."), text=self.text(node)
                )
            return self.choice(*node.args)
        if name in STATISTICS:
            return self.statistic(STATISTICS[name], node)
        if name in FUNCTIONS:
            return self.function(name, node)
        raise WrongFormula(
            mark("There is no function “{name}”. Known are: {names}."),
            name=name or self.text(node.func),
            names=", ".join([*FUNCTIONS, *STATISTICS, "如果"]),
        )

    def statistic(self, of: Statistic, node: ast.Call) -> Run:
        if len(node.args) != (0 if of.name == "count" else 1):
            raise WrongFormula(
                mark("“{text}”: this function looks at one number of every unit."),
                text=self.text(node),
            )
        inner: Run = self.read(node.args[0]) if node.args else lambda _scope: Fraction(1)
        return lambda scope: scope.statistic(of, inner, inner(scope) if of.ranks else None)

    def function(self, name: str, node: ast.Call) -> Run:
        function = FUNCTIONS[name]
        low, high = function.arguments
        if not low <= len(node.args) <= high:
            raise WrongFormula(
                mark("“{text}”: this function takes {low} to {high} values."),
                text=self.text(node),
                low=str(low),
                high=str(high),
            )
        given, text = [self.read(one) for one in node.args], self.text(node)

        def run(scope: Scope) -> Value:
            values = [one(scope) for one in given]
            if function.takes_absent:
                return function.with_absent(values)
            if absent(*values):
                return None
            return function.run([number(value, text) for value in values])

        return run
