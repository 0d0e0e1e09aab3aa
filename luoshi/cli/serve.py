"""luoshi run, ui, flows serve, demo"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _, mark
from luoshi.cli.frame import Application, open_house
from workflow.rules.access.passwords import SHORTEST_SECRET
from workflow.rules.refusals import Refused

if TYPE_CHECKING:
    from luoshi.wiring import House

log = logging.getLogger(__name__)
group = Application(help="The scheduler's worker.")
PREFECT_HOME = Path(".luoshi/prefect")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


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

    if "PREFECT_API_URL" not in os.environ:
        raise Refused(mark("Set PREFECT_API_URL to the scheduler's server, or use: luoshi run"))
    from flows.serving import ALWAYS, serve
    from luoshi.alive import giving_signs
    from workflow.rules.record.parts import FLOWS

    for name, value in ALWAYS.items():
        os.environ.setdefault(name, value)
    house = open_house()
    with giving_signs(house, FLOWS):
        serve(house)


def ui() -> None:
    """Serve the pages until stopped; flows and mail run elsewhere."""
    from luoshi.alive import answers, giving_signs
    from ui.app import serve
    from ui.wired import wired
    from workflow.rules.record.parts import PAGES

    house = open_house()
    _real(house)
    here = house.settings
    log.info("%s", _("The pages are at {address}", address=here.base_url))
    own = "127.0.0.1" if here.host in EVERYWHERE else here.host
    live = f"http://{own}:{here.port}/health/live"
    with giving_signs(house, PAGES, lambda: answers(live)):
        serve(wired(house), host=here.host, port=here.port)
        house.refusals.settle(end=True)
    house.database.dispose()


def run_all() -> None:
    """Real use on one machine: pages, scheduler, flows, delivery of mail and the watch, until
    stopped; each is started again when it dies."""
    from luoshi.alive import stop_by_signal
    from luoshi.cli.running import keep_running

    house = open_house()
    _real(house)
    keep_running(house, PREFECT_HOME, stop_by_signal())
    house.database.dispose()


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
    for caution in house.settings.cautions:
        log.warning("%s", _(caution))
