"""Fields of duty of the usual departments, and units of other places by the names used here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml

from tasks_catalog.reading.units.unit_names import function_of, is_group

_PLACE = re.compile("^(?:中共)?[省市县区州旗]")
_SHORTEST_NAME = 4


@cache
def _duties() -> dict[str, tuple[str, ...]]:
    rows = yaml.safe_load(files("tasks_catalog").joinpath("duties.yaml").read_text("utf-8"))
    return {_function(row["unit"]): tuple(dict.fromkeys(row["words"])) for row in rows}


def _function(name: str) -> str:
    """What a unit is, whatever its place: 市委组织部 and 县委组织部 are one."""
    function = function_of(name)[1]
    return re.sub("^团.?委$", "团委", _PLACE.sub("", function) if len(function) > 2 else function)


def duties_of(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The words of duty of each unit that has any, by the name used here.

    A usual department that is not among the names has the place that most of them begin with.
    """
    known = {_function(name): name for name in names if not is_group(name)}
    places = Counter(name[0] for name in known.values() if _PLACE.match(name))
    place = places.most_common(1)[0][0] if places else "市"
    return {known.get(unit, place + unit): words for unit, words in _duties().items()}


def names_said(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What in a text names a unit: its name, also without the place before it, of a group without
    the word for all; nothing that is too short to mean one unit alone."""
    found = {}
    for name in names:
        short = name.removeprefix("各") if is_group(name) else _PLACE.sub("", name)
        long = tuple(sorted(word for word in {name, short} if len(word) >= _SHORTEST_NAME))
        if long:
            found[name] = long
    return found


def names_here(others: Iterable[str], here: Iterable[str]) -> dict[str, str]:
    """Names of units elsewhere → the name of the unit that is the same here.

    A department that is not yet known here but usual everywhere keeps its name; what belongs to
    another place alone is left out.
    """
    known = {_function(name): name for name in here}
    found = {}
    for name in others:
        function = _function(name)
        if function in known:
            found[name] = known[function]
        elif function in _duties():
            found[name] = name
    return found
