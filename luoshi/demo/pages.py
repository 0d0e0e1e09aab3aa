"""The pages of the demo: the real ones, with the demo's banner and logins."""

from __future__ import annotations

from dataclasses import replace

from i18n import mark
from luoshi.demo.banner import DemoBanner
from luoshi.demo.cast import PASSWORD, Player
from luoshi.demo.passing import Passing
from luoshi.wiring import Installation
from ui.shell.application import Banner, DemoLogin, Upstream
from ui.shell.application import Installation as Shown
from ui.shell.sessions import Visitor
from ui.wired import wired
from workflow.rules.access.permissions import ROLES


def shown_house(
    house: Installation,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> Shown:
    """What the pages of the demo stand on."""
    links = [(mark("Demo mailbox"), f"http://localhost:{ports['mail']}")]
    real, demo = wired(house), DemoBanner(passing, links)
    if prefect:
        address = f"http://127.0.0.1:{ports['prefect']}"
        real = replace(real, prefect=Upstream(address, house.settings.scheduler_secret))

    def banners(visitor: Visitor) -> tuple[Banner, ...]:
        return (*demo(visitor), *real.banners(visitor))

    logins = tuple(DemoLogin(ROLES[p.role], p.email, PASSWORD) for p in players)
    return replace(real, banners=banners, demo_logins=logins)


def serve_pages(
    house: Installation,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> None:
    """Serve the pages until a signal comes."""
    from ui.app import serve

    serve(shown_house(house, passing, players, ports, prefect), port=ports["pages"])
