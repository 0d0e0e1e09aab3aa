"""A scheme's text changed rule by rule, as a form does it; all else stays as it was written.

What the text says is judged elsewhere; here it only has to be well-formed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from documents.scheme_file import WRONG
from documents.untrusted.data import composed
from i18n import mark
from workflow.rules.refusals import Invalid

Steps = tuple[str | int, ...]
CANNOT_BE_READ = mark("“{value}” cannot be read here. Write it like: {example}")
WIDTH = 72
"""Rows that are longer together stand on a line each."""


class Shape(StrEnum):
    """How a value is typed: a line of text, `5, 3, 2`, `国家级: 5, 省级: 3`, either, or a row
    a line."""

    LINE = "line"
    LIST = "list"
    PAIRS = "pairs"
    LINE_OR_PAIRS = "line_or_pairs"
    ROWS = "rows"


EXAMPLES = {
    Shape.LIST: "5, 3, 2",
    Shape.PAIRS: "国家级: 5, 省级: 3",
    Shape.LINE_OR_PAIRS: "国家级: 5, 省级: 3",
    Shape.ROWS: "at_least: 90%, points: 10",
}


@dataclass(frozen=True)
class RuleText:
    """A rule as its text has it: where it is, how deep, its lines (from 1), what each key says as a
    person types it, and whether rules lie below it. The first is the scheme itself."""

    path: Steps
    depth: int
    first: int
    last: int
    values: Mapping[str, str]
    nested: bool

    @property
    def title(self) -> str:
        return self.values.get("title", self.values.get("code", ""))


def rules_of(text: str) -> tuple[RuleText, ...]:
    """Every rule of a text in order, whether it can be used or not. Raises Invalid where the text
    is not well-formed."""
    root = composed(text.encode(), WRONG)
    if not isinstance(root, yaml.MappingNode):
        raise Invalid(WRONG)
    score = _get(root, "score")
    below = _below(text, score, ("score",), 0) if isinstance(score, yaml.MappingNode) else iter(())
    return (_rule(text, root, (), 0), *below)


def with_value(text: str, path: Steps, name: str, value: str, shape: Shape) -> str:
    """The text with one key of a rule as typed; an empty value takes the key out.

    Raises Invalid where the value cannot be read, or the text is not well-formed.
    """
    node = _at(text, path)
    no = next((no for no, one in enumerate(node.value) if one[0].value == name), None)
    if not value.strip():
        return text if no is None else _without(text, node, no)
    written = _written(value.strip(), shape, " " * (node.start_mark.column + 2))
    if no is not None:
        key, old = node.value[no]
        changed = f"{text[: key.end_mark.index]}: {written}{text[_end(text, old) :]}"
    else:
        changed = _with_key(text, node, f"{name}: {written}")
    composed(changed.encode(), WRONG)
    return changed


def with_rule_after(text: str, path: Steps, code: str, title: str) -> str:
    """The text with a new rule behind another: points that everybody begins with, to be changed."""
    parent, node = _at(text, path[:-1]), _at(text, path)
    said = f"{{code: {_scalar(code)}, title: {_scalar(title)}, rule: fixed, points: 0}}"
    end = _end(text, node)
    if parent.flow_style:
        return f"{text[:end]}, {said}{text[end:]}"
    indent = " " * parent.start_mark.column
    return f"{text[:end]}\n{indent}- {said}{text[end:]}"


def without_rule(text: str, path: Steps) -> str:
    """The text without a rule. Raises Invalid for the last of its parent's, or the whole."""
    parent = _at(text, path[:-1])
    if not isinstance(parent, yaml.SequenceNode) or len(parent.value) < 2:
        raise Invalid(mark("The last rule of a part stays; take out the part itself."))
    no, node = int(path[-1]), _at(text, path)
    if parent.flow_style:
        other = parent.value[no + 1] if no + 1 < len(parent.value) else None
        if other is not None:
            return text[: node.start_mark.index] + text[other.start_mark.index :]
        before = parent.value[no - 1]
        return text[: _end(text, before)] + text[_end(text, node) :]
    start = text.rindex("\n", 0, node.start_mark.index)
    return text[:start] + text[_end(text, node) :]


def _below(text: str, node: Any, path: Steps, depth: int) -> Iterator[RuleText]:
    yield _rule(text, node, path, depth)
    children = _get(node, "children")
    if isinstance(children, yaml.SequenceNode):
        for no, one in enumerate(children.value):
            if isinstance(one, yaml.MappingNode):
                yield from _below(text, one, (*path, "children", no), depth + 1)


def _rule(text: str, node: Any, path: Steps, depth: int) -> RuleText:
    values = {
        key.value: _typed(value)
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and key.value not in ("children", "score")
    }
    last = text.count("\n", 0, _end(text, node)) + 1
    return RuleText(
        path, depth, node.start_mark.line + 1, last, values,
        _get(node, "children") is not None or not path,
    )  # fmt: skip


def _typed(node: Any) -> str:
    """A value as a person types it."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.MappingNode):
        return _inner(node)
    if any(isinstance(one, yaml.CollectionNode) for one in node.value):
        return "\n".join(_typed(one) for one in node.value)
    return _inner(node)


def _inner(node: Any) -> str:
    """What stands between the brackets of a list or of pairs."""
    if isinstance(node, yaml.MappingNode):
        return ", ".join(f"{_scalar(key.value)}: {_flow(value)}" for key, value in node.value)
    return ", ".join(_flow(one) for one in node.value)


def _flow(node: Any) -> str:
    """A value within another one, with the brackets that it needs."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node.value)
    return ("{%s}" if isinstance(node, yaml.MappingNode) else "[%s]") % _inner(node)


def _written(value: str, shape: Shape, indent: str) -> str:
    """What was typed as YAML. Raises Invalid where it cannot be read."""
    if shape is Shape.LINE_OR_PAIRS:
        shape = Shape.PAIRS if _reads_as(f"{{{value}}}", paired=True) else Shape.LINE
    if shape is Shape.LINE:
        return _scalar(" ".join(value.split()))
    if shape is Shape.ROWS:
        rows = [_row(one.strip().rstrip(",")) for one in value.splitlines() if one.strip()]
        if sum(map(len, rows)) <= WIDTH:
            return f"[{', '.join(rows)}]"
        lines = f",\n{indent} ".join(rows)
        return f"\n{indent}[{lines}]"
    written = f"{{{value}}}" if shape is Shape.PAIRS else f"[{value.strip('[]')}]"
    if not _reads_as(written, paired=shape is Shape.PAIRS):
        raise Invalid(CANNOT_BE_READ, value=value, example=EXAMPLES[shape])
    return written


def _row(value: str) -> str:
    for written in (value, f"{{{value}}}", f"[{value}]"):
        paired = written.startswith("{")
        if written[:1] in ("{", "[") and _reads_as(written, paired=paired):
            return written
    raise Invalid(CANNOT_BE_READ, value=value, example=EXAMPLES[Shape.ROWS])


def _reads_as(written: str, *, paired: bool) -> bool:
    """Whether it is a list, or pairs of which each has its value."""
    try:
        found = yaml.compose(written, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    if not paired:
        return isinstance(found, yaml.SequenceNode) and bool(found.value)
    if not isinstance(found, yaml.MappingNode):
        return False
    return all(not isinstance(value, yaml.ScalarNode) or value.value for _k, value in found.value)


def _scalar(value: str) -> str:
    """A text as YAML, in quotes where it would be read as something else."""
    try:
        found = yaml.compose(f"[{value}]", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        found = None
    plain = (
        isinstance(found, yaml.SequenceNode)
        and len(found.value) == 1
        and isinstance(found.value[0], yaml.ScalarNode)
        and found.value[0].value == value
    )
    return value if plain else "'" + value.replace("'", "''") + "'"


def _without(text: str, node: Any, no: int) -> str:
    key, value = node.value[no]
    if no == 0:
        end = node.value[1][0].start_mark.index if len(node.value) > 1 else _end(text, value)
        return text[: key.start_mark.index] + text[end:]
    start = (
        _end(text, node.value[no - 1][1])
        if node.flow_style
        else text.rindex("\n", 0, key.start_mark.index)
    )
    return text[:start] + text[_end(text, value) :]


def _with_key(text: str, node: Any, said: str) -> str:
    """The text with one more key, before those that hold other rules."""
    before = [pair for pair in node.value if pair[0].value not in ("children", "examples")]
    end = _end(text, before[-1][1])
    if node.flow_style:
        return f"{text[:end]}, {said}{text[end:]}"
    line = text.find("\n", end)
    end = len(text) if line < 0 else line
    return f"{text[:end]}\n{' ' * node.start_mark.column}{said}{text[end:]}"


def _end(text: str, node: Any) -> int:
    """Where a value ends; blocks are read up to whatever comes behind them."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    return len(text[: node.end_mark.index].rstrip()) if node.end_mark.column == 0 else int(
        node.end_mark.index
    )  # fmt: skip


def _at(text: str, path: Steps) -> Any:
    node = composed(text.encode(), WRONG)
    for step in path:
        node = _get(node, step) if isinstance(step, str) else node.value[step]
    return node


def _get(node: Any, name: str) -> Any:
    return next((value for key, value in node.value if key.value == name), None)
