"""The demo's city running as its visitors meet it: pages, mail and clock, in one process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import settled
from browser import window as browser_window
from db.installation import DemoTime, set_demo_time
from luoshi.demo.clock import DemoClock
from luoshi.demo.mail.delivery import deliver_beside
from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.place import DemoFolder, free_port, settings_of
from luoshi.demo.running.pages import demo_application
from luoshi.demo.running.passing import Passing
from luoshi.demo.slots import run_slot
from luoshi.demo.year.cast import PASSWORD, Player, cast_of, county_logins, login_players
from luoshi.demo.year.history import begins_at
from luoshi.demo.year.scripts import county_stories, read_story
from luoshi.wiring import Installation, account_sessions, utc_now
from pages.stage import served
from workflow.verbs.access.attempts import AttemptSource


@dataclass
class Town:
    """`players` are the demo's logins by role."""

    address: str
    installation: Installation
    box: Mailbox
    passing: Passing
    players: dict[str, Player]

    def token(self, email: str) -> str:
        """A new session of a person."""
        return (
            account_sessions(self.installation)
            .log_in(email, PASSWORD, AttemptSource("127.0.0.1"))
            .token
        )

    @contextmanager
    def window(self, chromium, role: str, size: str = "desk", **more: str) -> Iterator:
        """A browser window in the session of the demo's login of a role, or of an address."""
        email = self.players[role].email if role in self.players else role
        with browser_window(chromium, self.address, size, token=self.token(email), **more) as page:
            yield page

    def visit(self, page, way: str) -> None:
        """Load an address and wait for the page to stand."""
        page.goto(f"{self.address}/{way}")
        settled(page)


@contextmanager
def running(lived_year: Path, folder: Path) -> Iterator[Town]:
    """The city on a copy of the lived year, its mail going to its own mailbox by SMTP."""
    place, story = DemoFolder(folder / "demo"), read_story()
    shutil.copytree(lived_year, place.folder)
    port = free_port()
    installation = Installation(settings_of(place, place.folder, 8501, port))
    with installation.database.write() as session:
        set_demo_time(session, DemoTime(begins_at(story), utc_now()))
    installation.clock = clock = DemoClock(installation.database, utc_now)
    box = Mailbox(place.mail)
    players = login_players(story, cast_of(story))
    passing = Passing(installation, clock, story, frozenset({players[0].unit}), run_slot)
    offered = (*players, *county_logins(county_stories()))
    shown = demo_application(installation, passing, offered, {"mail": free_port()}, prefect=False)
    stop_mail = receive(box, port)
    stop_delivery = deliver_beside(installation)
    try:
        with served(shown) as address:
            yield Town(address, installation, box, passing, {one.role: one for one in players})
    finally:
        stop_delivery()
        stop_mail()
        installation.database.dispose()
