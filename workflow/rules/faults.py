"""What is wrong with a scheme or with facts: where in the data, why, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeAlias

from i18n import mark
from workflow.rules.refusals import Problem

Path: TypeAlias = "tuple[Path | None, str | int] | None"
"""A place in data, from its end to its beginning: cheap to make while reading."""

_LONGEST = 60


class Fault(Problem):
    """A problem at a place in the data; whoever has the file's lines adds line and column.

    `at_key`: the key itself is wrong rather than what stands behind it.
    """

    __slots__ = ("at_key", "path")

    def __init__(
        self, path: Path, message: str, /, *, at_key: bool = False, place: str = "", **fields: Any
    ) -> None:
        super().__init__(
            place or json_path(path if not at_key or path is None else path[0]), message, **fields
        )
        self.path = steps(path)
        self.at_key = at_key


def steps(path: Path) -> tuple[str | int, ...]:
    """The keys and numbers that lead to a place."""
    found: list[str | int] = []
    while path is not None:
        path, step = path
        found.append(step)
    return tuple(reversed(found))


def json_path(path: Path) -> str:
    """The place as a JSON path: $.score.children[0]."""
    return "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps(path)
    )


def brief(value: Any) -> str:
    """What was written, for a sentence."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def unknown_key(path: Path, key: object, known: Iterable[str]) -> Fault:
    """A key that does not exist here, with the nearest that does."""
    names = list(known)
    near = get_close_matches(str(key), names, 1)
    if near:
        return Fault(
            (path, str(key)),
            mark("There is no key “{key}” here. Did you mean “{near}”?"),
            at_key=True,
            key=brief(key),
            near=near[0],
        )
    return Fault(
        (path, str(key)),
        mark("There is no key “{key}” here. Take it out, or use one of: {keys}."),
        at_key=True,
        key=brief(key),
        keys=", ".join(names),
    )


def missing_key(path: Path, key: str) -> Fault:
    """A key that must stand here and does not."""
    return Fault(path, mark("“{key}” is missing here. Write it."), key=key)


def not_among(path: Path, value: Any, known: Iterable[str]) -> Fault:
    """A word that is not one of those that there are."""
    names = [str(name) for name in known]
    near = get_close_matches(str(value), names, 1)
    if near:
        return Fault(
            path,
            mark("“{value}” is not known here. Did you mean “{near}”?"),
            value=brief(value),
            near=near[0],
        )
    return Fault(
        path,
        mark("“{value}” is not known here. Write one of: {names}."),
        value=brief(value),
        names=", ".join(names),
    )
