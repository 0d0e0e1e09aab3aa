"""luoshi run, ui, flows serve, demo"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from luoshi.cli.frame import Application, open_house, say, settings
from luoshi.language import _, mark
from workflow.rules.refusals import Refused

if TYPE_CHECKING:
    from luoshi.wiring import House

group = Application(help="The scheduler's worker.")
PREFECT_HOME = Path(".luoshi/prefect")
SHORTEST_SECRET = 32


def join(app: Application) -> None:
    """Add the commands."""
    app.add_typer(group, name="flows")
    app.command()(ui)
    app.command("run")(run_all)
    app.command()(demo)


@group.callback()
def _together() -> None:
    """The scheduler's worker."""


@group.command("serve")
def serve_flows() -> None:
    """Serve the flows by the timetable until stopped, to the server at PREFECT_API_URL."""
    import os

    from flows.serving import QUIET, serve

    if "PREFECT_API_URL" not in os.environ:
        raise Refused(mark("Set PREFECT_API_URL to the scheduler's server, or use: luoshi run"))
    open_house()
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    serve(settings().time_zone)


def ui() -> None:
    """Serve the pages until stopped; flows and mail run elsewhere."""
    house = open_house()
    _real(house)
    _pages(house)


def run_all() -> None:
    """Real use on one machine: pages, flows, delivery of mail and the watch, until stopped."""
    from luoshi.cli.running import beside

    house = open_house()
    _real(house)
    # A plain death by signal would leave the scheduler's processes behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    with beside(house, PREFECT_HOME):
        _pages(house)


def demo(
    port: Annotated[int, typer.Option("--port", help="The pages' port.")] = 8501,
    prefect: Annotated[
        bool, typer.Option("--prefect/--no-prefect", help="With Prefect, or by the verbs alone.")
    ] = True,
    data: Annotated[
        Path, typer.Option("--data", file_okay=False, metavar="DIR", help="Where it is kept.")
    ] = Path(".luoshi/demo"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget what was done in it before.")
    ] = False,
) -> None:
    """A whole city with a year of simulated history; prints addresses and logins."""
    import luoshi.demo

    luoshi.demo.run(port=port, prefect=prefect, data=data, fresh=fresh)


def _real(house: House) -> None:
    """Refuse what no house in real use should do."""
    from db.installation import is_demo

    with house.database.read() as session:
        if is_demo(session):
            raise Refused(mark("This database was made as a demo. Start it by: luoshi demo"))
    secret = house.settings.secret_key.get_secret_value()
    if len(secret) < SHORTEST_SECRET:
        raise Refused(
            mark("LUOSHI_SECRET_KEY needs at least {n} random characters."), n=SHORTEST_SECRET
        )


def _pages(house: House) -> None:
    from ui.app import serve
    from ui.wired import wired

    say(_("The pages are at {address}", address=house.settings.base_url))
    serve(wired(house), host=house.settings.host, port=house.settings.port)
    house.refusals.settle(end=True)
    house.database.dispose()
