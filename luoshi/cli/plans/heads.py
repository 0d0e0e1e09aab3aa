"""What a document does not say of its plan, said on the command line instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from luoshi.cli.frame import day

if TYPE_CHECKING:
    from tasks_catalog.model import Catalogue

Code = Annotated[str | None, typer.Option("--code", help="The plan's code; else as read.")]
Title = Annotated[str | None, typer.Option("--title", help="Its title; else as read.")]
Number = Annotated[str | None, typer.Option("--number", help="Its document number; else as read.")]
Issuer = Annotated[str | None, typer.Option("--issuer", help="Who issued it; else as read.")]
Published = Annotated[
    date | None,
    typer.Option("--published", parser=day, metavar="DATE", help="When; else as read."),
]
FirstYear = Annotated[
    int | None,
    typer.Option("--first-year", min=1900, max=2200, help="Its first year; else as read."),
]
LastYear = Annotated[
    int | None,
    typer.Option("--last-year", min=1900, max=2200, help="Its last year; else as read."),
]


def with_head(catalogue: Catalogue, **said: Any) -> Catalogue:
    """The catalogue with what was said of its plan in the place of what was read."""
    given = {field: value for field, value in said.items() if value not in (None, "")}
    return replace(catalogue, plan=replace(catalogue.plan, **given)) if given else catalogue
