"""luoshi index"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from luoshi.cli.frame import CommandGroup, Json, answer

group = CommandGroup(help="The talent development index of places.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="index")


@group.callback()
def index() -> None:
    """The talent development index of places."""


@group.command()
def score(
    method: Annotated[
        str, typer.Option("--method", metavar="F", help="A file, or a method that is shipped.")
    ],
    values: Annotated[
        Path,
        typer.Option(
            "--values", metavar="F", readable=False, help="A file of values, luoshi.index-values/1."
        ),
    ],
    json: Json = False,
) -> None:
    """Work out the index of places from given values, without any database; contributions shown."""
    from documents.index_file import scored_index, shipped_method
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of

    how = content_of(Path(method)) if os.path.isfile(method) else shipped_method(method)
    found = read_apart(scored_index, how, content_of(values))
    answer(json, found.document, found.lines)
