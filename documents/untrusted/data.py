"""YAML and JSON from outside, as plain values: dates left as text, no references to blow up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # its stubs forget it
from yaml.resolver import Resolver

from documents.untrusted.words import TOO_DEEP
from i18n import _, mark
from workflow.rules.refusals import Invalid, Problem, Refused

Number = Callable[[str], Any]


def read_data(content: bytes, wrong: str, number: Number | None = None) -> Any:
    """What a YAML or JSON file says; `number` makes its numbers that are not whole, else float.

    What begins like JSON is read as JSON, a thousand times faster. Raises Invalid, saying `wrong`,
    with the line that is not well-formed.
    """
    with _well_formed(wrong):
        text = content.decode("utf-8-sig")
        if text.lstrip().startswith(("{", "[")):
            return json.loads(text, parse_float=number, parse_constant=number)
        return _Loader(text, number).get_single_data()


def composed(content: bytes, wrong: str) -> Any:
    """The nodes of a YAML (or JSON) file with their places; none for an empty file.

    Raises Invalid, saying `wrong`, with the line that is not well-formed.
    """
    with _well_formed(wrong):
        text = content.decode("utf-8-sig")
        if text.lstrip().startswith(("{", "[")):
            json.loads(text)
            # Between its words JSON may have tabs, which YAML may not.
            text = text.replace("\t", " ")
        return _Loader(text, None).get_single_node()


@contextmanager
def _well_formed(wrong: str) -> Iterator[None]:
    """Makes a refusal of what the parsers say. Raises Invalid or Refused."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark
        where = "" if place is None else _("line {line}", line=place.line + 1)
        why = error.problem or error.context
        problem = Problem(where, mark("this is not well-formed YAML ({why})"), why=why)
        raise Invalid(wrong, (problem,)) from None
    except json.JSONDecodeError as error:
        where = _("line {line}", line=error.lineno)
        problem = Problem(where, mark("this is not well-formed JSON ({why})"), why=error.msg)
        raise Invalid(wrong, (problem,)) from None
    except RecursionError:
        raise Refused(TOO_DEEP) from None
    except (UnicodeError, yaml.YAMLError, ValueError):
        raise Invalid(wrong) from None


class _Loader(Composer, CParser, SafeConstructor, Resolver):  # type: ignore[misc, unused-ignore]
    """Scanned by libyaml, put together here, where references are refused."""

    def __init__(self, text: str, number: Number | None) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)
        self.number = number

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return Composer.compose_node(self, parent, index)

    def construct_number(self, node: Any) -> Any:
        return self.number(node.value) if self.number else self.construct_yaml_float(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_number)  # type: ignore[type-var]
