"""YAML and JSON from outside with the line and column of every key and value.

Numbers that are not whole stay as they are written; a key that stands twice is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from documents.untrusted.data import composed
from i18n import _, mark
from workflow.rules.faults import Fault, Path, steps
from workflow.rules.refusals import Invalid, Problem

Steps: TypeAlias = tuple[str | int, ...]


class Written(str):
    """A number that is not whole, as it was written: text, but not quoted in the file."""

    __slots__ = ()


@dataclass
class MarkedData:
    """What a file says, and where: (line, column) from 1, of values and of keys by their path."""

    data: Any = None
    values: dict[Steps, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Steps, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def placed(self, refused: Invalid) -> Invalid:
        """The refusal with line and column before every problem whose place is known."""
        problems = (
            self._placed(one) if isinstance(one, Fault) else one for one in refused.problems
        )
        return Invalid(refused.message, tuple(problems), **refused.fields)

    def _placed(self, fault: Fault) -> Problem:
        found = self.place_of(fault.path, fault.at_key)
        if found is None:
            return fault
        where = _("line {line}, column {column}", line=found[0], column=found[1])
        return Problem(where, fault.message, **fault.fields)

    def place_of(self, path: Steps, at_key: bool = False) -> tuple[int, int] | None:
        """Line and column of a place, or of the nearest above it."""
        while True:
            found = (at_key and self.keys.get(path)) or self.values.get(path)
            if found or not path:
                return found or None
            path, at_key = path[:-1], True


def read_marked(content: bytes, wrong: str) -> MarkedData:
    """Read a file with its places. Raises Invalid, saying `wrong`, for what is not well-formed."""
    marked = MarkedData()
    node = composed(content, wrong)
    marked.data = None if node is None else _value(marked, node, None)
    return marked


def _value(marked: MarkedData, node: Any, path: Path) -> Any:
    marked.values[steps(path)] = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(marked, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(marked, one, (path, no)) for no, one in enumerate(node.value)]
    return _scalar(node.tag.rpartition(":")[2], node.value)


def _mapping(marked: MarkedData, node: Any, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(getattr(key_node, "value", "")) if isinstance(key_node, yaml.ScalarNode) else ""
        place: Path = (path, key)
        at = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if key in found:
            first = marked.keys[steps(place)][0]
            marked.keys[steps(place)] = at
            marked.faults.append(
                Fault(
                    place,
                    mark("“{key}” stands here twice, first in line {line}. Keep one."),
                    at_key=True,
                    key=key,
                    line=first,
                )
            )
            continue
        marked.keys[steps(place)] = at
        found[key] = _value(marked, value_node, place)
    return found


def _scalar(tag: str, value: str) -> Any:
    """A value as it was meant; whole numbers in plain digits alone are numbers."""
    if tag == "int":
        plain = value.lstrip("+-")
        if plain.isascii() and plain.isdigit() and (plain == "0" or plain[0] != "0"):
            return int(value)
        return Written(value)
    if tag == "float":
        return Written(value)
    if tag == "bool":
        return value.lower() in ("true", "yes", "on")
    if tag == "null":
        return None
    return value
