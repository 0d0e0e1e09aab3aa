"""Schemes and facts as files: YAML or JSON, read and understood. No database here.

What ends in `_in` or is `checked_file` is meant to be run apart
(documents.untrusted.apart).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from documents.marked_data import MarkedData, Written, read_marked
from documents.untrusted.data import read_data
from i18n import mark
from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.facts_form import FORM
from workflow.rules.assessment.forbidden import Flag, flags
from workflow.rules.assessment.language.examples import check_examples
from workflow.rules.assessment.language.scheme import Language, read_language
from workflow.rules.assessment.reading_facts import read_facts
from workflow.rules.refusals import Invalid, NotFound

WRONG = mark("This is not well-formed YAML or JSON.")
UNUSABLE = mark("The scheme cannot be used as it is.")
_SHIPPED = files("luoshi").joinpath("schemes")


@dataclass(frozen=True)
class FlagFound:
    """An item that the state's rules do not allow: its code, its line (0 where there is none), the
    words that tell of it, why (a message), and the source."""

    code: str
    line: int
    words: str
    message: str
    source: str


@dataclass(frozen=True)
class CheckedFile:
    """A scheme that can be used: what it is called, how many of its own cases hold, and what the
    state's rules say against it."""

    code: str
    title: str
    year: int
    rules: int
    examples: int
    flags: tuple[FlagFound, ...]


def facts_in(content: bytes) -> Any:
    """The data of a file of facts, its decimals as they are written. Raises Invalid."""
    return read_data(content, WRONG, str)


def scheme_in(content: bytes) -> Any:
    """The data of a file that holds a scheme, its own cases run.

    Raises Invalid with every problem: line, column, why, and what to write instead."""
    return read_scheme_file(content)[0]


def checked_file(content: bytes) -> CheckedFile:
    """What there is to say of a file that holds a scheme. Raises as `scheme_in`."""
    _data, marked, scheme = read_scheme_file(content)
    found = tuple(flag_in(one, marked) for one in flags_of(scheme))
    return CheckedFile(
        scheme.code, scheme.title, scheme.year, len(scheme.nodes), len(scheme.examples), found
    )


def understood(data: Any) -> Language:
    """The scheme that the data says. Raises Invalid with every problem and its place."""
    return read_language(data)


def checked(data: Any) -> Language:
    """The scheme that the data says, its own cases run. Raises Invalid with every problem."""
    scheme = understood(data)
    check_examples(scheme, _form(FORM))
    return scheme


def understood_facts(data: Any) -> Facts:
    """The facts that the data says. Raises Invalid with every problem and its place."""
    return read_facts(data, _form(FORM))


def shipped_schemes() -> tuple[str, ...]:
    """The names of the schemes that come with the program."""
    names = (place.name for place in _SHIPPED.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def shipped_scheme(name: str) -> Any:
    """What a shipped scheme says. Raises NotFound."""
    return plain_data(read_marked(shipped_text(name).encode(), WRONG).data)


def shipped_text(name: str) -> str:
    """A shipped scheme as it is written. Raises NotFound."""
    if name not in shipped_schemes():
        raise NotFound(mark("There is no scheme “{name}”."), name=name)
    return _SHIPPED.joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def flags_of(scheme: Language) -> Iterator[Flag]:
    """What the state's rules say against items of a scheme."""
    items = [(node.code, f"{node.title} {node.clause}") for node in scheme.nodes.values()]
    items += [(code, title) for code, title in scheme.events.items()]
    return flags(items)


def read_scheme_file(content: bytes) -> tuple[Any, MarkedData, Language]:
    """A scheme's data with all its places, and the scheme, its own cases run. Raises Invalid."""
    marked = read_marked(content, WRONG)
    data = plain_data(marked.data)
    try:
        if marked.faults:
            raise Invalid(UNUSABLE, tuple(marked.faults))
        return data, marked, checked(data)
    except Invalid as refused:
        raise marked.placed(refused) from None


def plain_data(data: Any) -> Any:
    """The data with numbers that are not whole as text, whether they were quoted or not."""
    if isinstance(data, dict):
        return {key: plain_data(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain_data(value) for value in data]
    return str(data) if isinstance(data, Written) else data


def flag_in(one: Flag, marked: MarkedData) -> FlagFound:
    """A flag with the line where its item stands."""
    line = 0
    for path, value in marked.values.items():
        if path[-1:] == ("code",) and _at(marked.data, path) == one.code:
            line = value[0]
            break
    place = ("events", one.code)
    if not line and place in marked.keys:
        line = marked.keys[place][0]
    return FlagFound(one.code, line, one.words, one.message, one.source)


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@cache
def _form(name: str) -> Any:
    return json.loads(files("workflow.rules.assessment").joinpath(name).read_text(encoding="utf-8"))
