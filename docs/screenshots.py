"""Take the pictures of every page: docs/screenshots.py [FOLDER] [--whole]

A demo of its own, with its own year, in a folder that is gone afterwards. Each page is taken at
1440 and at 390 pixels for the first role that may open it, as much as a first look shows; --whole
takes all of it. Which pictures stay in the repository is said in docs/pictures/.gitignore.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from luoshi.demo.clock import DemoClock
from luoshi.demo.mail.delivery import deliver_beside
from luoshi.demo.mail.mailbox import Mailbox, receive
from luoshi.demo.place import DemoFolder, free_port, settings_of
from luoshi.demo.running.pages import demo_application
from luoshi.demo.running.passing import Passing
from luoshi.demo.running.serving import serve_beside
from luoshi.demo.slots import run_slot
from luoshi.demo.start import make
from luoshi.demo.year.cast import PASSWORD, Player, cast_of, county_logins, login_players
from luoshi.demo.year.scripts import county_stories, read_story
from luoshi.wiring import Installation, account_sessions, utc_now
from ui.app import build
from ui.shell.application import SESSION_COOKIE, find_view
from ui.shell.pages import PAGES
from workflow.verbs.access.attempts import AttemptSource

SIZES = ((1440, 900), (390, 844))
OTHERS = {
    "report": ("liaison", "my_tasks", "a[href^='/report?report=']"),
    "task": ("reviewer", "overview", "a[href^='/task?']"),
    "assessment": ("reviewer", "assessment", ""),
    "score": ("liaison", "assessment", ""),
}
"""Pictures for another than the first role, or of pages that need something in their address: the
role, the page to begin with, and the link to follow from there."""


def main() -> None:
    """Make the demo, take the pictures, and forget the demo."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent / "pictures")
    asked.add_argument("--whole", action="store_true", help="all of each page")
    asked.add_argument("--language", choices=("zh", "en"), default="zh")
    asked.add_argument("--only", nargs="*", default=[], help="pictures, by their names")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        _demo(Path(folder)) as (address, installation, players),
        sync_playwright() as playwright,
    ):
        path = os.environ.get("LUOSHI_TEST_BROWSER") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        expect.set_options(timeout=60_000)
        firsts = {leaf.key: (leaf.roles[0], leaf.key, "") for leaf in PAGES if find_view(leaf.key)}
        for name, (role, *way) in (firsts | OTHERS).items():
            if not given.only or name in given.only:
                entry = account_sessions(installation).log_in(
                    players[role].email, PASSWORD, AttemptSource("")
                )
                _take(browser, address, name, way, entry.token, given)
        browser.close()


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[str, Installation, dict[str, Player]]]:
    """A demo with its pages on a free port: their address, the installation, a login a role."""
    place, story = DemoFolder(folder), read_story()
    smtp, port = free_port(), free_port()
    stop_mail = receive(Mailbox(place.mail), smtp)
    make(place, story, port, smtp)
    installation = Installation(settings_of(place, place.folder, port, smtp))
    installation.clock = clock = DemoClock(installation.database, utc_now)
    players = login_players(story, cast_of(story))
    passing = Passing(installation, clock, story, frozenset({players[0].unit}), run_slot)
    offered = (*players, *county_logins(county_stories()))
    shown = demo_application(
        installation, passing, offered, {"mail": free_port(8525)}, prefect=False
    )
    stop_delivery, stop_pages = deliver_beside(installation), serve_beside(build(shown), port)
    yield f"http://localhost:{port}", installation, {one.role: one for one in players}
    stop_pages()
    stop_delivery()
    stop_mail()
    installation.database.dispose()


def _take(
    browser: Browser, address: str, name: str, way: list[str], token: str, given: Any
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address}])
    page = context.new_page()
    start, link = way
    page.goto(f"{address}/{start}")
    _settled(page)
    other = page.locator(f".ls-post[data-language={given.language}]")
    if other.count():  # the person may have chosen it at an earlier page
        other.click()
        _settled(page)
    if link:
        page.locator(link).first.click()
        expect(page).to_have_url(re.compile(f"/{name}[?]"))
        _settled(page)
    for wide, high in SIZES:
        page.set_viewport_size({"width": wide, "height": high})
        _settled(page)
        if given.whole:
            tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": wide, "height": max(high, tall)})
            _settled(page)
        told = "" if given.language == "zh" else f"-{given.language}"
        _keep(page.screenshot(), given.folder / f"{name}{told}-{wide}.png")
    context.close()


def _settled(page: Any) -> None:
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_timeout(500)


def _keep(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, as small as it goes."""
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(192, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
