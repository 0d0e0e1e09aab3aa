"""Between the typed catalogue and plain lists and mappings, guided by the types alone."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from i18n import mark
from tasks_catalog.model import SCHEMA, Catalogue, TaskUnit
from workflow.rules.refusals import Invalid, Problem

WRONG = mark("The catalogue cannot be taken.")

# Fields that joined the format later: written only where they say something.
ADDED = {"line_end", "sheet", "relative", "target_max", "deliverables", "doubt_details",
         "taken_from"}  # fmt: skip
NEEDED = {"plan", "tasks"}


def to_plain(catalogue: Catalogue, *, sparse: bool = False) -> dict[str, Any]:
    """The catalogue as mappings; `sparse` leaves out whatever is empty or the usual value."""
    return {"schema": SCHEMA, **_plain(catalogue, sparse)}


def plain_value(value: Any) -> dict[str, Any]:
    """A part of a catalogue, a measure or a place, as mappings."""
    made: dict[str, Any] = _plain(value, sparse=False)
    return made


def _plain(value: Any, sparse: bool) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry, sparse) for entry in value]
    if isinstance(value, StrEnum):
        return value.value
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    mapping = {}
    for field in dataclasses.fields(value):
        entry = getattr(value, field.name)
        usual = entry in (None, (), {}) or (entry == field.default and entry in ("", True, False))
        needed = field.name in NEEDED or (
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        )
        if isinstance(value, TaskUnit) and field.name == "written":
            usual, needed = entry == value.name, False
        if usual and not needed and (sparse or field.name in ADDED):
            continue
        mapping[field.name] = _plain(entry, sparse)
    return mapping


def from_plain(mapping: dict[str, Any]) -> Catalogue:
    """The typed catalogue; the mapping has passed the schema."""
    made: Catalogue = _typed(Catalogue, mapping)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(entry for entry in get_args(kind) if entry is not type(None))
        return None if value is None else _typed(inner, value)
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], entry) for entry in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = {k: v for k, v in value.items() if k != "schema"}
        if kind is TaskUnit:
            known["written"] = known.get("written") or known["name"]
        hints = _hints(kind)
        return kind(**{name: _typed(hints[name], entry) for name, entry in known.items()})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if kind is Decimal:
        return value if isinstance(value, Decimal) else Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value


def number(text: str) -> Decimal:
    """A number as written; what could only be a slip or an attack is refused."""
    try:
        value = Decimal(text.replace("_", ""))
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value.adjusted()) > 18 or len(value.as_tuple().digits) > 30:
        raise Invalid(WRONG, (Problem("", mark("“{text}” is no number of a plan"), text=text),))
    return value


def json_text(value: Any, line: str = "") -> str:
    """JSON with exact numbers, on one line or, with a line break given, on many."""
    return "".join(_json(value, line))


def _json(value: Any, line: str) -> Iterator[str]:
    """JSON with exact numbers; `line` is the line break with the indent reached so far."""
    if value and isinstance(value, dict | list | tuple):
        named = isinstance(value, dict)
        entries: Any = value.items() if isinstance(value, dict) else value
        deeper = line and line + "  "
        yield "{" if named else "["
        for place, entry in enumerate(entries):
            yield (("," if line else ", ") if place else "") + deeper
            if named:
                yield json.dumps(str(entry[0]), ensure_ascii=False) + ": "
            yield from _json(entry[1] if named else entry, deeper)
        yield line + ("}" if named else "]")
    elif isinstance(value, Decimal):
        yield format(value, "f")
    elif isinstance(value, date):
        yield f'"{value.isoformat()}"'
    else:
        yield json.dumps(value, ensure_ascii=False)
