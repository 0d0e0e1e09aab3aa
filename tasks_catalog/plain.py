"""Between the typed catalogue and plain lists and mappings, guided by the types alone."""

from __future__ import annotations

import dataclasses
import types
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from tasks_catalog.model import SCHEMA, Catalogue, TaskUnit

# Fields that joined the format later: written only where they say something.
ADDED = {"line_end", "sheet", "relative", "target_max", "deliverables", "doubt_details"}


def to_plain(catalogue: Catalogue, *, sparse: bool = False) -> dict[str, Any]:
    """The catalogue as mappings; `sparse` leaves out whatever is empty or the usual value."""
    return {"schema": SCHEMA, **_plain(catalogue, sparse)}


def _plain(value: Any, sparse: bool) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry, sparse) for entry in value]
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    mapping = {}
    for field in dataclasses.fields(value):
        entry = getattr(value, field.name)
        usual = entry is None or entry == () or entry == "" or entry == {}
        if field.default is not dataclasses.MISSING and not isinstance(entry, str):
            usual = usual or entry == field.default
        needed = field.default is dataclasses.MISSING and field.default_factory is (
            dataclasses.MISSING
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
    if kind is Decimal:
        return value if isinstance(value, Decimal) else Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
