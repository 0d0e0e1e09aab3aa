"""JSON from outside as typed values, by pydantic; what is wrong with it in words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from i18n import mark
from workflow.rules.faults import Fault, Path, brief, missing_key, not_among, unknown_key
from workflow.rules.refusals import Invalid

T = TypeVar("T")

_WANTED = (
    (("int",), mark("Write a whole number here, not “{value}”.")),
    (("bool",), mark("Write true or false here, not “{value}”.")),
    (("string",), mark("Write a text here, not “{value}”.")),
    (("list", "tuple"), mark("Write a list here, not “{value}”.")),
    (("dict", "dataclass"), mark("Write keys with their values here, not “{value}”.")),
)
"""What to write where a value is of another type, by how pydantic's name of the error begins."""


def read_json(adapter: TypeAdapter[T], text: str | bytes, message: str) -> T:
    """The value that a JSON text holds. Raises Invalid with `message` and every fault."""
    try:
        return adapter.validate_json(text, strict=True)
    except ValidationError as error:
        schema = adapter.json_schema()
        raise Invalid(message, tuple(_fault(one, schema) for one in error.errors())) from None


def _fault(error: ErrorDetails, schema: Mapping[str, Any]) -> Fault:
    """One error of pydantic's as a fault at its place, such as rounds[1].opens."""
    place = [step for step in error["loc"] if step != "[key]"]
    *above, last = place or ("",)
    path, context = _path(place), error.get("ctx", {})
    match error["type"]:
        case "missing":
            found = missing_key(_path(above), str(last))
        case "unexpected_keyword_argument" | "extra_forbidden":
            found = unknown_key(_path(above), last, _keys(schema, above))
        case "enum":
            found = not_among(path, error["input"], re.findall("'([^']*)'", context["expected"]))
        case "greater_than_equal":
            found = Fault(
                path,
                mark("{value} is too small. Write {low} or more."),
                value=error["input"],
                low=context["ge"],
            )
        case "less_than_equal":
            found = Fault(
                path,
                mark("{value} is too large. Write {high} or less."),
                value=error["input"],
                high=context["le"],
            )
        case "json_invalid":
            line, column = re.findall(r"\d+", context["error"])[-2:]
            found = Fault(
                path,
                mark("This is not well-formed JSON (line {line}, column {column})."),
                line=line,
                column=column,
            )
        case kind:
            names = (message for begins, message in _WANTED if kind.startswith(begins))
            wanted = next(names, mark("“{value}” does not belong here"))
            found = Fault(path, wanted, value=brief(error["input"]))
    found.where = "".join(
        f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in found.path
    ).removeprefix(".")
    return found


def _path(steps: Sequence[str | int]) -> Path:
    path: Path = None
    for step in steps:
        path = (path, step)
    return path


def _keys(schema: Mapping[str, Any], steps: Sequence[str | int]) -> Sequence[str]:
    """The keys that a JSON Schema knows at a place."""
    here: Mapping[str, Any] = schema
    for step in (*steps, None):
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rpartition("/")[2]]
        if isinstance(step, int):
            here = here["items"]
        elif step is not None:
            here = here.get("properties", {}).get(step) or here["additionalProperties"]
    return list(here["properties"])
