"""The small world with real logins, its pages on a server and its mail going out by SMTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import update

from db.engine import Database
from db.models import Person
from luoshi import wiring
from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.place import free_port
from notifications.smtp import Relay
from pages import office
from pages.on_stage import email, wired
from pages.stage import PASSWORD, served
from ui.composition import compose
from workflow.verbs.access.credentials import hash_password
from workflow.verbs.mail.deliver import deliver
from workflow.verbs.reminders.remind import remind
from worlds import World, little_city


@dataclass
class Desks:
    """A running city of five units; `address` is where its pages are."""

    world: World
    application: wiring.Installation
    box: Mailbox
    port: int
    address: str

    def post(self) -> None:
        """Send all that is in the outbox to the relay."""
        relay = Relay("127.0.0.1", self.port, "luoshi@luoshi.test", tls="none")
        # Playwright keeps a loop of its own in the thread of the test.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(deliver, lambda: self.application.acting(office.CLOCK), relay).result()

    def remind(self) -> None:
        """The reminders of the world's day, on their way."""
        with self.application.acting(office.CLOCK) as c:
            remind(c)
        self.post()

    def newest(self, unit: str, role: str) -> tuple[str, str]:
        """Subject and text of the last mail to who holds a role for a unit."""
        head = self.box.mails(email(self.world, unit, role))[0]
        found = self.box.open(head.address, head.name)
        assert found is not None
        body = found[1].get_body(("plain",))
        assert body is not None
        return head.subject, body.get_content()

    def link(self, unit: str, role: str) -> str:
        """The one button of the last mail to somebody."""
        _subject, text = self.newest(unit, role)
        return re.findall(rf"{re.escape(self.address)}\S*", text)[0]

    def enter(self, page, unit: str, role: str, way: str) -> None:
        """Follow a link without a session, through the login."""
        page.goto(way)
        page.fill("#email", email(self.world, unit, role))
        page.fill("#password", PASSWORD)
        page.click("main .card button")


@contextmanager
def desks_of(database: Database, folder: Path, language: str = "zh") -> Iterator[Desks]:
    """Everybody can log in; nobody's first password is to be changed."""
    world = little_city(database)
    office.acknowledge_all(world)
    with database.write() as session:
        known = {"password_hash": hash_password(PASSWORD), "must_change_password": False}
        session.execute(update(Person).values(**known, language=language))
    port = free_port()
    installation = wired(world, folder)
    box = Mailbox(folder / "mail")
    stop = receive(box, port)
    try:
        with served(compose(installation)) as address:
            installation.letterhead = replace(installation.letterhead, base_url=address)
            yield Desks(world, installation, box, port, address)
    finally:
        stop()
