"""The pages of the demo: the real ones, with the demo's banner and logins."""

from __future__ import annotations

from luoshi.demo.banner import DemoBanner
from luoshi.demo.cast import PASSWORD, Player
from luoshi.demo.passing import Passing
from luoshi.language import mark
from luoshi.wiring import House
from ui.front import front
from ui.shell.house import DemoLogin
from ui.shell.house import House as Shown
from workflow.rules.permissions import ROLES


def shown_house(
    house: House,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> Shown:
    """What the pages of the demo stand on."""
    links = [(mark("Demo mailbox"), f"http://localhost:{ports['mail']}")]
    if prefect:
        links.append((mark("Prefect"), f"http://localhost:{ports['prefect']}"))
    return front(
        house,
        banners=DemoBanner(passing, links),
        demo_logins=tuple(DemoLogin(ROLES[p.role], p.email, PASSWORD) for p in players),
    )


def serve_pages(
    house: House,
    passing: Passing,
    players: tuple[Player, ...],
    ports: dict[str, int],
    prefect: bool,
) -> None:
    """Serve the pages until a signal comes."""
    from ui.app import serve

    serve(shown_house(house, passing, players, ports, prefect), port=ports["pages"])
