"""The pages of the demo: the real ones, with the demo's banner and logins."""

from __future__ import annotations

from dataclasses import replace

from db.queries.access.sessions import Visitor
from i18n import mark
from luoshi.demo.running.banner import DemoBanner
from luoshi.demo.running.passing import Passing
from luoshi.demo.year.cast import PASSWORD, Player
from luoshi.wiring import Installation
from ui.composition import compose
from ui.shell.application import Application, Banner, DemoLogin, Upstream
from workflow.rules.access.permissions import ROLES


def demo_application(
    installation: Installation,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> Application:
    """What the pages of the demo stand on."""
    links = [(mark("Demo mailbox"), f"http://localhost:{ports['mail']}")]
    real, demo = compose(installation), DemoBanner(passing, links)
    if prefect:
        address = f"http://127.0.0.1:{ports['prefect']}"
        real = replace(real, prefect=Upstream(address, installation.settings.scheduler_secret))

    def banners(visitor: Visitor) -> tuple[Banner, ...]:
        return (*demo(visitor), *real.banners(visitor))

    logins = tuple(DemoLogin(ROLES[p.role], p.email, PASSWORD, p.unit) for p in players)
    return replace(real, banners=banners, demo_logins=logins)


def serve_pages(
    installation: Installation,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> None:
    """Serve the pages until a signal comes."""
    from ui.app import serve

    serve(demo_application(installation, passing, players, ports, prefect), port=ports["pages"])
