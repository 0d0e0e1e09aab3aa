"""Catalogues in and out: YAML, JSON and the xlsx work list, checked on every load.

What is exported, loaded and exported again gives the same bytes. Numbers travel as their decimal
text: no float is made of them on the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from documents.untrusted.containers import check_size
from documents.untrusted.data import read_data
from i18n import mark
from tasks_catalog.model import SCHEMA, Catalogue
from tasks_catalog.plain import WRONG, from_plain, json_text, number, to_plain
from workflow.rules.refusals import Invalid, Problem

Format = Literal["yaml", "json", "xlsx"]
MOST_PROBLEMS = 50

NO_CATALOGUE = mark("This is not a catalogue of Luoshi.")


def load(content: bytes) -> Catalogue:
    """Read a catalogue from a file's bytes; what kind of file it is shows in its content.

    Raises Invalid with every problem and its place, also when the file is no catalogue at all.
    """
    check_size(content[:1024], len(content))
    if content.startswith(b"PK"):
        from tasks_catalog.worklist.reading import read_workbook

        plain = read_workbook(content)
    else:
        plain = read_data(content, NO_CATALOGUE, number)
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
        raise Invalid(NO_CATALOGUE)
    return checked(plain)


def checked(plain: dict[str, Any]) -> Catalogue:
    """The typed catalogue of a plain one. Raises Invalid with every problem and its place."""
    if problems := tuple(_problems(plain)):
        raise Invalid(WRONG, problems[:MOST_PROBLEMS])
    return from_plain(plain)


def dump(catalogue: Catalogue, format: Format) -> bytes:
    """The catalogue as a file; the same catalogue gives the same bytes."""
    if format == "xlsx":
        from tasks_catalog.worklist.writing import write_workbook

        return write_workbook(catalogue)
    if format == "json":
        return (json_text(to_plain(catalogue), "\n") + "\n").encode()
    text: str = yaml.dump(
        to_plain(catalogue, sparse=True), Dumper=_Dumper, allow_unicode=True, sort_keys=False,
        width=100, default_flow_style=None,
    )  # fmt: skip
    return text.encode()


def is_catalogue(content: bytes) -> bool:
    """Whether a file's content says of itself that it is a catalogue."""
    if content.startswith(b"PK"):
        from tasks_catalog.worklist.reading import is_work_list

        return is_work_list(content)
    return SCHEMA.encode() in content[:1000]


# ---- text -----------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f")
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(Decimal, _represent_decimal)


# ---- checks ---------------------------------------------------------------------------------


def _problems(plain: dict[str, Any]) -> Iterator[Problem]:
    errors = sorted(_validator().iter_errors(plain), key=lambda e: [str(p) for p in e.path])
    if errors:
        yield from map(_schema_problem, errors)
        return
    yield from _reference_problems(plain)


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads(files("tasks_catalog").joinpath("catalogue.schema.json").read_bytes())
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


def _schema_problem(error: Any) -> Problem:
    where = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
    where, value, wanted = where.lstrip("."), error.instance, error.validator_value
    match error.validator:
        case "anyOf":  # something or null: what is wrong is wrong with the something
            return _schema_problem(error.context[0])
        case "required":
            missing = ", ".join(name for name in wanted if name not in value)
            return Problem(where, mark("“{field}” is missing"), field=missing)
        case "additionalProperties":
            known = error.schema.get("properties", {})
            unknown = ", ".join(sorted(str(name) for name in set(value) - set(known)))
            return Problem(where, mark("“{field}” is not a field of a catalogue"), field=unknown)
        case "enum" | "const":
            allowed = wanted if isinstance(wanted, list) else [wanted]
            words = ", ".join(str(entry) for entry in allowed if entry is not None)
            return Problem(
                where, mark("“{value}” is not one of: {allowed}"), value=value, allowed=words
            )
        case "format":
            return Problem(
                where, mark("“{value}” is no date; write it like 2025-12-31"), value=value
            )
        case "minLength":
            return Problem(where, mark("this must not be empty"))
        case "pattern":
            return Problem(where, mark("the text holds control characters"))
    return Problem(where, mark("“{value}” does not belong here"), value=str(value)[:60])


def _reference_problems(plain: dict[str, Any]) -> Iterator[Problem]:
    parents = {entry["code"]: entry.get("parent") for entry in plain.get("items", [])}
    for name in ("items", "tasks"):
        seen: set[str] = set()
        for place, entry in enumerate(plain.get(name, []), 1):
            if entry["code"] in seen:
                yield Problem(
                    f"{name}[{place}].code", mark("“{code}” occurs twice"), code=entry["code"]
                )
            seen.add(entry["code"])
            above = entry.get("parent" if name == "items" else "item")
            if above is not None and above not in parents:
                yield Problem(f"{name}[{place}]", mark("there is no item “{code}”"), code=above)
    for code, parent in parents.items():
        step, steps = parent, 0
        while step is not None and steps <= len(parents):
            step, steps = parents.get(step), steps + 1
        if steps > len(parents):
            yield Problem("items", mark("the item “{code}” lies within itself"), code=code)
