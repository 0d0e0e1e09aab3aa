"""What a running copy of the pages is made of, and where a page finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from db.queries.access.sessions import Visitor
from db.queries.plans.choices import PlanChoice
from luoshi.wiring import Installation
from ui.shell.health import Health
from ui.shell.sessions import Sessions
from ui.shell.shelf import Shelf

if TYPE_CHECKING:
    from ui.shell.page import Page

SESSION_COOKIE = "luoshi_session"


@dataclass(frozen=True)
class Action:
    """A button of a banner: what it says and what it does. May raise Refused."""

    label: str
    do: Callable[[], None]


@dataclass(frozen=True)
class Banner:
    """A line above every page, in the reader's language already."""

    text: str
    kind: Literal["demo", "note", "warning"] = "warning"
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class DemoLogin:
    """One login that the login page offers; `label` is an English message of the catalogues."""

    label: str
    email: str
    password: str
    unit: str = ""


@dataclass(frozen=True)
class Download:
    """A file that leaves the application: bytes, or the place where they lie on this machine.

    `inline` asks the browser to show it; only pictures and PDF are ever shown.
    """

    name: str
    content: bytes | Path
    media_type: str = "application/octet-stream"
    inline: bool = False


def _no_file(_visitor: Visitor, _path: str) -> Download:
    from i18n import mark
    from workflow.rules.refusals import NotFound

    raise NotFound(mark("There is no such file."))


@cache
def find_view(key: str) -> Callable[[Page], None] | None:
    """The `draw` of ui/views/<key>/page.py, or None where there is no such page."""
    name = f"ui.views.{key}.page"
    return import_module(name).draw if find_spec(name) else None


def _cookie_of_this_run() -> str | None:
    import streamlit as st

    return st.context.cookies.get(current_application().cookie(SESSION_COOKIE))


@dataclass(frozen=True)
class Upstream:
    """Prefect's own server: its address on this machine, and its user and password."""

    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Application:
    """Everything the pages stand on, given by whoever starts them.

    `address` is the public address ("https://…" makes the cookies Secure). `installation` is what
    views call verbs with. `plans` gives those in force that a page's reader sees. `files` answers
    /files/{path}: it checks who may and raises Refused. `refused` is told whom a page was not
    opened for, `foreign` from which network address a page of another site was turned away.
    `password_rule` is an English message of the catalogues.
    `hosts` are further names of the pages, `proxies` the addresses and networks of those before
    them; `prefect` is where Prefect's page is fetched from, if it is shown here.
    """

    sessions: Sessions
    installation: Installation = None  # type: ignore[assignment] # the login pages do without
    address: str = "http://localhost:8501"
    secret: str = ""
    plans: Callable[[Page], Sequence[PlanChoice]] = lambda _: ()
    banners: Callable[[Visitor], Sequence[Banner]] = lambda _: ()
    files: Callable[[Visitor, str], Download] = _no_file
    health: Callable[[], Health] = lambda: Health(database=True)
    refused: Callable[[Visitor, str], None] = lambda _visitor, _key: None
    foreign: Callable[[str], None] = lambda _address: None
    demo_logins: tuple[DemoLogin, ...] = ()
    password_rule: str = ""
    max_upload_mb: int = 50
    view: Callable[[str], Callable[[Page], None] | None] = find_view
    token: Callable[[], str | None] = _cookie_of_this_run
    hosts: frozenset[str] = frozenset()
    proxies: tuple[str, ...] = ()
    prefect: Upstream | None = None
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the pages by https."""
        return self.address.startswith("https://")

    def cookie(self, name: str) -> str:
        """A cookie's full name. Under https browsers keep this prefix from every other host, so
        that a neighbour under the same domain cannot plant a session or a form's token."""
        return f"__Host-{name}" if self.secure else name


_open: list[Application] = []


def open_application(application: Application) -> None:
    """Make this the application of the process; Streamlit runs pages as scripts that find it."""
    _open[:] = [application]


def current_application() -> Application:
    """The application of the process. Raises RuntimeError before `open_application`."""
    if not _open:
        raise RuntimeError("No application is open: start the pages with ui.app.serve")
    return _open[0]
