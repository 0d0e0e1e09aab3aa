"""Starting the demo, everything in one command, and stopping all of it again."""

from __future__ import annotations

import gc
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from types import FrameType

from db.installation import DemoTime, set_demo_time
from i18n import _
from luoshi.demo.clock import DemoClock
from luoshi.demo.mail.delivery import DemoDelivery, deliver_beside
from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.mail.mailweb import AddressOwner, MailPages
from luoshi.demo.place import DemoFolder, free_port, settings_of
from luoshi.demo.running.pages import serve_pages
from luoshi.demo.running.passing import Passing
from luoshi.demo.running.scheduler import Scheduler
from luoshi.demo.running.serving import serve_beside
from luoshi.demo.slots import run_slot
from luoshi.demo.year.cast import PASSWORD, Player, cast_of, county_logins, login_players
from luoshi.demo.year.history import begins_at, live
from luoshi.demo.year.scripts import county_stories, read_story
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation, utc_now

MAIL_PORT, PREFECT_PORT = 8525, 4210


def start(port: int, prefect: bool, folder: Path, fresh: bool) -> None:
    """Run the demo in the folder until a signal comes. Raises Refused where it cannot start."""
    place, story = DemoFolder(folder.absolute()), read_story()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with ExitStack() as running, suppress(KeyboardInterrupt):
        running.enter_context(place.lock())
        if fresh or not place.is_made:
            place.clear()
        ports = _ports(port)
        scheduler = Scheduler(place, ports["prefect"], ports["pages"]) if prefect else None
        if scheduler:
            running.callback(scheduler.stop)
            scheduler.start()
        box = Mailbox(place.mail)
        running.callback(receive(box, ports["smtp"]))
        if not place.is_made:
            make(place, story, ports["pages"], ports["smtp"])
        installation = Installation(settings_of(place, place.folder, ports["pages"], ports["smtp"]))
        installation.database.upgrade()
        installation.clock = clock = DemoClock(installation.database, utc_now)
        running.callback(installation.database.dispose)
        running.callback(deliver_beside(installation))
        players = login_players(story, cast_of(story))
        mail = MailPages(box, _owners(story), f"http://localhost:{ports['pages']}").app()
        running.callback(serve_beside(mail, ports["mail"]))
        if scheduler:
            scheduler.serve(installation.settings)
        run = scheduler.run_slot if scheduler else run_slot
        passing = Passing(installation, clock, story, frozenset({players[0].unit}), run)
        offered = (*players, *county_logins(county_stories()))
        _say(_welcome(ports, offered, prefect))
        serve_pages(installation, passing, offered, ports, prefect)


def make(place: DemoFolder, story: Story, port: int, smtp_port: int) -> None:
    """Live the year in a folder beside; what stands there is moved in when it is whole."""
    began = time.monotonic()
    _say(_("First start: a year of reporting is lived through. This takes about half a minute."))
    installation = Installation(settings_of(place, place.unfinished, port, smtp_port))
    installation.database.upgrade()

    def tell(day: date) -> None:
        if sys.stderr.isatty():
            said = _("Living the year 2021 … {day}", day=day.isoformat())
            sys.stderr.write(f"\r{said} ")
            sys.stderr.flush()

    begin = begins_at(story)
    # A year makes much garbage that lives to its end anyway.
    gc.disable()
    try:
        with DemoDelivery(installation) as postman:
            live(installation, story, begin, postman.deliver, tell)
    finally:
        gc.enable()
    with installation.database.write() as session:
        set_demo_time(session, DemoTime(begin, utc_now()))
    installation.database.dispose()
    shutil.move(place.unfinished / "evidence", place.folder / "evidence")
    # The database comes last: where it stands, the year is whole.
    (place.unfinished / "luoshi.db").rename(place.database)
    shutil.rmtree(place.unfinished)
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    _say(_("The year was lived in {n} seconds.", n=round(time.monotonic() - began)))


def _ports(wanted: int) -> dict[str, int]:
    """A free port for each server; a taken one gives way to the next."""
    ports: dict[str, int] = {}
    for name, port in (
        ("pages", wanted),
        ("mail", MAIL_PORT),
        ("prefect", PREFECT_PORT),
        ("smtp", 0),
    ):
        ports[name] = free_port(port, frozenset(ports.values()))
        if port and ports[name] != port:
            _say(_("Port {taken} is taken; using {port}.", taken=port, port=ports[name]))
    return ports


def _owners(story: Story) -> Callable[[], dict[str, AddressOwner]]:
    from workflow.rules.access.permissions import ROLES

    players = [one for script in (story, *county_stories()) for one in cast_of(script)]
    owners = {p.email: AddressOwner(p.name, p.unit, ROLES[p.role]) for p in players}
    return lambda: owners


def _welcome(ports: dict[str, int], players: tuple[Player, ...], prefect: bool) -> str:
    from workflow.rules.access.permissions import ROLES

    lines = ["", _("The demo is running. Ctrl-C stops it; what was done is kept."), ""]
    lines.append(_("Pages:   {address}", address=f"http://localhost:{ports['pages']}"))
    lines.append(_("Mailbox: {address}", address=f"http://localhost:{ports['mail']}"))
    if prefect:
        address = f"http://localhost:{ports['pages']}/prefect/"
        lines.append(
            _("Prefect: {address} (as administrator, in about half a minute)", address=address)
        )
    lines += ["", _("Logins, all with the password {password}", password=PASSWORD)]
    for one in players:
        lines.append(f"  {one.email:<28} {one.name}  {one.unit}  {_(ROLES[one.role])}")
    return "\n".join([*lines, ""])


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """A polite end takes the same way as Ctrl-C."""
    raise KeyboardInterrupt
