"""luoshi run, ui, flows serve, demo"""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _, mark
from luoshi.cli.frame import CommandGroup, Json, answer, open_installation
from workflow.rules.access.passwords import SHORTEST_SECRET
from workflow.rules.refusals import Refused

if TYPE_CHECKING:
    from luoshi.wiring import Installation

log = logging.getLogger(__name__)
group = CommandGroup(help="The scheduler's worker.")
PREFECT_HOME = Path(".luoshi/prefect")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


def join(app: CommandGroup) -> None:
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
    installation = open_installation()
    with giving_signs(installation, FLOWS):
        serve(installation)


@group.command("work")
def work(
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many shards it carries out at once.")
    ] = 2,
) -> None:
    """Carry out the shards of plans that are given to the pool LUOSHI_WORK_POOL, until stopped.

    Runs on as many machines as are wanted, beside one `luoshi flows serve` with the same settings.
    """
    import os
    import sys

    pool = open_installation().settings.work_pool
    if "PREFECT_API_URL" not in os.environ or not pool:
        raise Refused(mark("Set PREFECT_API_URL to the scheduler's server, and LUOSHI_WORK_POOL."))
    from flows.serving import ALWAYS

    for name, value in ALWAYS.items():
        os.environ.setdefault(name, value)
    worker = ["worker", "start", "--pool", pool, "--type", "process", "--limit", str(limit)]
    os.execv(sys.executable, [sys.executable, "-m", "prefect", *worker])  # noqa: S606 - no shell


@group.command("mirror")
def mirror(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Throw the tracked workflows away, make them anew.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring the scheduler's tracked workflows up to the record, and compare them with it.

    As fine as LUOSHI_MIRROR says; with off none is left. `luoshi run` and `luoshi flows serve` do
    this by themselves each minute. Exit 1 where something differs in the end.
    """
    import os

    installation = open_installation()
    here = installation.settings
    if "PREFECT_API_URL" not in os.environ:
        if not here.scheduler_address:
            raise Refused(mark("Set PREFECT_API_URL to the scheduler's server, or use: luoshi run"))
        os.environ["PREFECT_API_URL"] = f"{here.scheduler_address}/api"
        os.environ["PREFECT_API_AUTH_STRING"] = here.scheduler_secret
    from flows.mirror.keeping import once
    from flows.serving import ALWAYS

    for name, value in ALWAYS.items():
        os.environ.setdefault(name, value)
    done = once(installation, rebuild=rebuild)
    lines = [
        _("Plans brought up to the record: {n}", n=done.plans),
        _("Differences from the record: {n}", n=done.differences),
    ]
    answer(json, asdict(done), lines)
    if done.differences:
        raise typer.Exit(1)


def ui() -> None:
    """Serve the pages until stopped; flows and mail run elsewhere."""
    from luoshi.alive import answers, giving_signs
    from ui.app import serve
    from ui.composition import compose
    from workflow.rules.record.parts import PAGES

    installation = open_installation()
    _real(installation)
    here = installation.settings
    log.info("%s", _("The pages are at {address}", address=here.base_url))
    own = "127.0.0.1" if here.host in EVERYWHERE else here.host
    live = f"http://{own}:{here.port}/health/live"
    with giving_signs(installation, PAGES, lambda: answers(live)):
        serve(compose(installation), host=here.host, port=here.port)
        installation.refusals.settle(end=True)
    installation.database.dispose()


def run_all() -> None:
    """Real use on one machine: pages, scheduler, flows, delivery of mail and the watch, until
    stopped; each is started again when it dies."""
    from luoshi.alive import stop_by_signal
    from luoshi.cli.serving.running import keep_running

    installation = open_installation()
    _real(installation)
    keep_running(installation, PREFECT_HOME, stop_by_signal())
    installation.database.dispose()


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


def _real(installation: Installation) -> None:
    """Refuse what no installation in real use should do."""
    from db.installation import is_demo

    with installation.database.read() as session:
        if is_demo(session):
            raise Refused(mark("This database was made as a demo. Start it by: luoshi demo"))
    secret = installation.settings.secret_key.get_secret_value()
    if len(secret) < SHORTEST_SECRET:
        raise Refused(
            mark("LUOSHI_SECRET_KEY needs at least {n} random characters."), n=SHORTEST_SECRET
        )
    for caution in installation.settings.cautions:
        log.warning("%s", _(caution))
