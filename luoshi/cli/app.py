"""All commands put together, and what a refusal looks like on a terminal."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from db.room import room
from i18n import choose
from luoshi import logs
from luoshi.cli import (
    assess,
    assess_year,
    index,
    indicators,
    official,
    people,
    places,
    scheme,
    units,
)
from luoshi.cli.frame import CommandGroup, answer, show_refusal
from luoshi.cli.plans import catalog, editions, plan, preparing
from luoshi.cli.record import audit, backup, database
from luoshi.cli.reports import collect, returns, review, rounds
from luoshi.cli.serving import serve
from workflow.rules.record.parts import DELIVERY, FLOWS, PAGES, WATCH
from workflow.rules.refusals import Refused

PART_OF = {"ui": PAGES, "flows": FLOWS, "deliver": DELIVERY, "watch": WATCH}
"""The part that a command is; any other goes by its own name in the log."""

app = CommandGroup(
    name="luoshi", help="Luoshi 落实: from a plan on paper to work that is accounted for."
)
for group in (
    database, catalog, people, places, units, plan, preparing, editions, rounds, returns, collect,
    review, indicators, assess, assess_year, scheme, index, official, audit, backup, serve,
):  # fmt: skip
    group.join(app)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        answer(False, None, [f"luoshi {version('luoshi')}"])
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    language: Annotated[
        str, typer.Option("--language", help="zh or en; else as LC_ALL or LANG says.")
    ] = "",
    version: Annotated[  # noqa: ARG001 - answered before any command
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Luoshi 落实: from a plan on paper to work that is accounted for."""
    choose(language or _system_language())
    command = context.invoked_subcommand or "luoshi"
    logs.set_up(PART_OF.get(command, command))


def _system_language() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if said.startswith("en") else "zh"


def run() -> None:
    """Run the command of the arguments; see luoshi.cli.main."""
    choose(_system_language())
    try:
        with room():
            app(prog_name="luoshi")
    except Refused as refusal:
        show_refusal(refusal, as_json="--json" in sys.argv)
        sys.exit(1)
