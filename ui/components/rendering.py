"""HTML from templates: one environment for pages of our own, components and views."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from i18n import _

UI = Path(__file__).parent.parent
_BETWEEN_TAGS = re.compile(r"(?<=[>}])[ \t]*\n\s*(?=[<{])")


class _Layout(Extension):
    """A line break between two tags is for the reader of a template: in a page it would be a
    space. It becomes a comment, so that an error still names the right line."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        return _BETWEEN_TAGS.sub(lambda gap: "{#" + "\n" * gap[0].count("\n") + "#}", source)


@cache
def asset(name: str) -> str:
    """The address of a file of ui/assets, which changes with its content."""
    digest = sha256((UI / "assets" / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={digest}"


@cache
def _environment() -> Environment:
    rooms = ("components/templates", "views", "shell/templates")
    environment = Environment(
        loader=FileSystemLoader([UI / room for room in rooms]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_Layout],
    )
    environment.globals.update(_=_, asset=asset)
    return environment


def render(template: str, **facts: object) -> Markup:
    """A template with what it shows: `components/templates` by file name, a view's own by its
    path below `views` ("review/sheet.html")."""
    return Markup(_environment().get_template(template).render(facts))  # noqa: S704  it escapes


@cache
def _macros(template: str) -> Any:
    return _environment().get_template(template).module


def macro(template: str, name: str, *facts: object, **named: object) -> Markup:
    """One macro of a template's, called with what it shows."""
    drawn: Markup = getattr(_macros(template), name)(*facts, **named)
    return drawn
