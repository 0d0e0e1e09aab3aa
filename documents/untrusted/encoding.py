"""What a reader found, as JSON and back, guided by its declared type alone.

The process that reads files from outside is not trusted: its answer can become nothing but values
of the types that the caller's own function declares. (Pickle could become anything.)
"""

from __future__ import annotations

import dataclasses
import types
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

DEEPEST = 100
"""Levels of lists and mappings whose types are not declared."""

_TEXTS: dict[Any, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    Decimal: ("number", str, Decimal),
    datetime: ("instant", datetime.isoformat, datetime.fromisoformat),
    date: ("day", date.isoformat, date.fromisoformat),
    bytes: ("bytes", lambda raw: b64encode(raw).decode(), b64decode),
}
"""Types that travel as text: the name where it has to be said, there and back."""


def encode(kind: Any, value: Any) -> Any:
    """A value of a declared type as what JSON can hold."""
    if kind in _TEXTS:
        return _TEXTS[kind][1](value)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else encode(_only(inner), value)
    if origin is tuple and Ellipsis not in inner:
        return [encode(one, entry) for one, entry in zip(inner, value, strict=True)]
    if origin in (list, tuple):
        return [encode(inner[0], entry) for entry in value]
    if origin in (dict, Mapping):
        return [[encode(inner[0], k), encode(inner[1], v)] for k, v in value.items()]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return [encode(one, getattr(value, name)) for name, one in _fields(kind)]
    return value if _is_plain(kind) else _said(value, DEEPEST)


def decode(kind: Any, made: Any) -> Any:
    """The value again. Raises ValueError or TypeError for what is not of the declared type."""
    if kind in _TEXTS:
        return _TEXTS[kind][2](made)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if made is None else decode(_only(inner), made)
    if origin is tuple and Ellipsis not in inner:
        return tuple(decode(one, entry) for one, entry in zip(inner, made, strict=True))
    if origin in (list, tuple):
        return origin(decode(inner[0], entry) for entry in made)
    if origin in (dict, Mapping):
        return {decode(inner[0], k): decode(inner[1], v) for k, v in made}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        named = zip(_fields(kind), made, strict=True)
        return kind(**{name: decode(one, entry) for (name, one), entry in named})
    if not _is_plain(kind):
        return _heard(made)
    wanted = tuple(map(type, inner)) if origin is Literal else (kind,)
    if type(made) not in wanted:
        raise TypeError(f"{type(made)} for {kind}")
    return made


def _only(kinds: tuple[Any, ...]) -> Any:
    return next(kind for kind in kinds if kind is not types.NoneType)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))


def _is_plain(kind: Any) -> bool:
    return kind in (str, int, bool, types.NoneType) or get_origin(kind) is Literal


def _said(value: Any, levels: int) -> Any:
    """A value whose type is not declared, with the names of types that JSON does not have."""
    if not levels:
        raise RecursionError
    if isinstance(value, list | tuple):
        entries = [_said(entry, levels - 1) for entry in value]
        return {"tuple": entries} if isinstance(value, tuple) else entries
    if isinstance(value, dict):
        return {"mapping": [[_said(k, levels - 1), _said(v, levels - 1)] for k, v in value.items()]}
    for kind, (name, out, _back) in _TEXTS.items():
        if isinstance(value, kind):
            return {name: out(value)}
    return value


def _heard(made: Any) -> Any:
    if isinstance(made, list):
        return [_heard(entry) for entry in made]
    if not isinstance(made, dict):
        return made
    ((name, inner),) = made.items()
    if name == "tuple":
        return tuple(_heard(entry) for entry in inner)
    if name == "mapping":
        return {_heard(k): _heard(v) for k, v in inner}
    back = next(back for known, _out, back in _TEXTS.values() if known == name)
    return back(inner)
