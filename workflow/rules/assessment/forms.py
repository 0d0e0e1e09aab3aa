"""Whether data from outside has the form that its JSON Schema asks for, said in words for people.

A schema is made into plain functions once, so that a year's facts are checked in a moment. Of JSON
Schema only what our own forms use is understood; anything else in one is an error of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from i18n import mark
from workflow.rules.faults import Fault, Path, brief, missing_key, not_among, unknown_key
from workflow.rules.refusals import Invalid

Faults: TypeAlias = "list[Fault]"
Check: TypeAlias = Callable[[Any, Path, "list[Fault]"], None]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_WANTED = {
    "object": mark("Write keys with their values here, not “{value}”."),
    "array": mark("Write a list here, not “{value}”."),
    "string": mark("Write a text here, not “{value}”."),
    "integer": mark("Write a whole number here, not “{value}”."),
    "boolean": mark("Write true or false here, not “{value}”."),
    "number": mark('Write a number here, with decimals in quotes such as "0.5", not “{value}”.'),
}
_CODE = mark("“{value}” is no code: it has letters, digits, “_”, “.” and “-”, and no spaces.")
_DATE = mark("“{value}” is no date. Write it like 2021-06-30.")
_UNDERSTOOD = frozenset(
    {
        "$schema",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "required",
        "properties",
        "additionalProperties",
        "propertyNames",
        "enum",
        "const",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "minItems",
        "minProperties",
        "maxProperties",
        "items",
        "anyOf",
    }
)


def check_form(data: object, form: Mapping[str, Any], message: str) -> None:
    """Raises Invalid with `message` and every place where the data departs from a JSON Schema."""
    faults: list[Fault] = []
    _Forms(form).check(form)(data, None, faults)
    if faults:
        raise Invalid(message, tuple(faults))


class _Forms:
    """Makes functions of one schema and of those that it refers to."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self.whole = whole
        self.made: dict[str, Check] = {}

    def check(self, form: Mapping[str, Any]) -> Check:
        strange = set(form) - _UNDERSTOOD
        if strange:
            raise ValueError(f"no check is made for {sorted(strange)}")
        if "$ref" in form:
            return self.referred(form["$ref"])
        if "anyOf" in form:
            return self.any_of(form["anyOf"])
        if "const" in form or "enum" in form:
            return _one_of([form["const"]] if "const" in form else form["enum"])
        if form.get("type") == "object":
            return self.object(form)
        if form.get("type") == "array":
            return self.array(form)
        return _simple(form)

    def referred(self, name: str) -> Check:
        key = name.rpartition("/")[2]
        if key not in self.made:
            # A form may refer to itself: what is found later is looked up when it is needed.
            self.made[key] = partial(self.later, key)
            self.made[key] = self.check(self.whole["$defs"][key])
        return self.made[key]

    def later(self, key: str, value: Any, path: Path, faults: Faults) -> None:
        self.made[key](value, path, faults)

    def any_of(self, forms: list[Mapping[str, Any]]) -> Check:
        """One of several forms, told apart by whether the value is null, keys, or neither."""
        null = any(form.get("type") == "null" for form in forms)
        others = [form for form in forms if form.get("type") != "null"]
        resolved = [
            self.whole["$defs"].get(form.get("$ref", "").rpartition("/")[2], form)
            for form in others
        ]
        made = {form.get("type") == "object": self.check(form) for form in resolved}
        other = next(iter(made.values()))

        def check(value: Any, path: Path, faults: Faults) -> None:
            if value is not None or not null:
                made.get(type(value) is dict, other)(value, path, faults)

        return check

    def array(self, form: Mapping[str, Any]) -> Check:
        inner, least = self.check(form["items"]), form.get("minItems", 0)

        def check(value: Any, path: Path, faults: Faults) -> None:
            if type(value) is not list:
                faults.append(Fault(path, _WANTED["array"], value=brief(value)))
                return
            if len(value) < least:
                faults.append(Fault(path, mark("This list is empty. Write at least one.")))
            for number, one in enumerate(value):
                inner(one, (path, number), faults)

        return check

    def object(self, form: Mapping[str, Any]) -> Check:
        known = {key: self.check(inner) for key, inner in form.get("properties", {}).items()}
        others = form.get("additionalProperties", False)
        other = self.check(others) if isinstance(others, Mapping) else None
        names = form.get("propertyNames", {}).get("enum")
        required = tuple(form.get("required", ()))
        least, most = form.get("minProperties", 0), form.get("maxProperties")

        def check(value: Any, path: Path, faults: Faults) -> None:
            if type(value) is not dict:
                faults.append(Fault(path, _WANTED["object"], value=brief(value)))
                return
            for key, inner in value.items():
                of_key = known.get(key, other)
                if of_key is None or (names is not None and key not in names):
                    faults.append(unknown_key(path, key, names or known))
                else:
                    of_key(inner, (path, key), faults)
            for key in required:
                if key not in value:
                    faults.append(missing_key(path, key))
            if not least <= len(value) <= (most or len(value)):
                faults.append(
                    Fault(
                        path,
                        mark("Write {n} keys here, of: {keys}."),
                        n=least,
                        keys=", ".join(known),
                    )
                )

        return check


def _one_of(values: list[Any]) -> Check:
    known = frozenset(values)

    def check(value: Any, path: Path, faults: Faults) -> None:
        if isinstance(value, dict | list) or value not in known:
            faults.append(not_among(path, value, values))

    return check


def _simple(form: Mapping[str, Any]) -> Check:
    """Texts, numbers, yes and no."""
    kinds = form.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    types = frozenset(one for kind in kinds for one in _TYPES[kind])
    if int in types and str in types:
        return _number(form)
    pattern = re.compile(form["pattern"]).search if "pattern" in form else None
    wrong = _DATE if "{4}" in form.get("pattern", "") else _CODE
    low, high = form.get("minimum"), form.get("maximum")
    shortest, wanted = form.get("minLength", 0), _WANTED[kinds[0]]

    def check(value: Any, path: Path, faults: Faults) -> None:
        if type(value) not in types:
            faults.append(Fault(path, wanted, value=brief(value)))
        elif pattern is not None and not pattern(value):
            faults.append(Fault(path, wrong, value=brief(value)))
        elif low is not None and not low <= value <= (high if high is not None else value):
            faults.append(_out_of_range(path, value, low, high))
        elif shortest and len(value) < shortest:
            faults.append(Fault(path, mark("This is empty. Write something here.")))

    return check


def _number(form: Mapping[str, Any]) -> Check:
    """A whole number, or a text of digits: what has passed through a float is not exact."""
    fits = re.compile(form["pattern"]).fullmatch
    low, high = form.get("minimum"), form.get("maximum")

    def check(value: Any, path: Path, faults: Faults) -> None:
        if type(value) is str:
            if not fits(value):
                faults.append(Fault(path, _WANTED["number"], value=brief(value)))
        elif type(value) is not int:
            faults.append(Fault(path, _WANTED["number"], value=brief(value)))
        elif low is not None and not low <= value <= (high if high is not None else value):
            faults.append(_out_of_range(path, value, low, high))

    return check


def _out_of_range(path: Path, value: Any, low: Any, high: Any) -> Fault:
    if high is None:
        return Fault(path, mark("{value} is too small. Write {low} or more."), value=value, low=low)
    return Fault(
        path,
        mark("{value} is out of range. Write a number from {low} to {high}."),
        value=value,
        low=low,
        high=high,
    )
