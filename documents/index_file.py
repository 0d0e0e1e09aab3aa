"""Methods of an index and their values as files: YAML or JSON. No database here.

`scored_index` is meant to be run apart (documents.untrusted.apart).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeVar

from documents.marked_data import MarkedData, read_marked
from documents.scheme_file import WRONG, plain_data
from i18n import mark
from workflow.rules.assessment.exact import decimal
from workflow.rules.refusals import Invalid, NotFound
from workflow.rules.talent_index.index import PlaceIndex, as_document, index_of
from workflow.rules.talent_index.method import WRONG_METHOD, WRONG_VALUES, read_method, read_values

_SHIPPED = files("luoshi").joinpath("indices")
T = TypeVar("T")


@dataclass(frozen=True)
class ScoredIndex:
    """A result as JSON's data, and a line for people about each place."""

    document: dict[str, Any]
    lines: tuple[str, ...]


def shipped_methods() -> tuple[str, ...]:
    """The names of the methods that come with the program."""
    names = (place.name for place in _SHIPPED.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def shipped_method(name: str) -> bytes:
    """A shipped method as a file. Raises NotFound."""
    if name not in shipped_methods():
        raise NotFound(mark("There is no method “{name}”."), name=name)
    return _SHIPPED.joinpath(f"{name}.yaml").read_bytes()


def scored_index(method: bytes, values: bytes) -> ScoredIndex:
    """The values of one file under the method of another. Raises Invalid with every problem: line,
    column, why, and what to write instead."""
    how = _read(method, WRONG_METHOD, read_method)

    def applied(data: Any) -> ScoredIndex:
        given = read_values(data, how)
        found = index_of(how, given)
        return ScoredIndex(as_document(how, given, found), tuple(map(line, found)))

    def line(one: PlaceIndex) -> str:
        index = "—" if one.index is None else str(decimal(one.index, how.places))
        parts = " ".join(
            f"{part.code} {decimal(part.points, how.places)}" for part in one.contributions
        )
        return f"{one.rank or '—'}\t{index}\t{one.place}\t{parts}"

    return _read(values, WRONG_VALUES, applied)


def _read(content: bytes, unusable: str, understand: Callable[[Any], T]) -> T:
    marked: MarkedData = read_marked(content, WRONG)
    try:
        if marked.faults:
            raise Invalid(unusable, tuple(marked.faults))
        return understand(plain_data(marked.data))
    except Invalid as refused:
        raise marked.placed(refused) from None
