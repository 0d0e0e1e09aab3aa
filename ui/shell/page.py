"""The frame around every page and what a page may ask of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from secrets import token_hex
from typing import Any, NoReturn, ParamSpec, TypeVar

import streamlit as st
from markupsafe import Markup

from db.queries.access.sessions import Visitor
from i18n import _, choose
from ui.components.states import error_box, note, refused_page
from ui.shell.application import Application, current_application
from ui.shell.frame import banners, foot, top_line
from ui.shell.keeping import Keeping
from ui.shell.pages import PAGES, PageEntry, landing, may_open, who_may
from ui.shell.sessions import first_address
from ui.shell.web.document import FAILED
from ui.shell.web.edge import LONGEST
from workflow.rules.refusals import Refused
from workflow.verbs.context import Context

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

OWNER, SAID, REFUSED = "_luoshi_owner", "_luoshi_said", "_luoshi_refused"


class _Ready:
    """HTML as it is: of a plain text Streamlit looks at every line at each run for indentation to
    take away, which takes as long as all the rest of a large table."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


class Page(Keeping):
    """One page for one visitor during one run. Views get it as the argument of `draw(page)`."""

    def __init__(self, application: Application, visitor: Visitor, leaf: PageEntry) -> None:
        super().__init__(application.installation, application.shelf, visitor)
        self._application, self._leaf = application, leaf

    @contextmanager
    def acting(self) -> Iterator[Context]:
        """A transaction in which the visitor acts; raises Refused where they may no more."""
        self._moment = None
        with self.installation.acting(self._visitor.person_id) as c:
            yield c

    def enter(self) -> None:
        """Begin another run of a part of this page. Stops it where the session is over."""
        self._visitor = _enter()
        self._moment = self._visitor.moment

    @property
    def application(self) -> Application:
        """The application itself: address, limits."""
        return self._application

    def visitor(self) -> Visitor:
        """Who looks at this page; looked up anew at each run."""
        return self._visitor

    def title(self, title: str = "", under: str | Markup = "") -> None:
        """The page's heading (its own title when empty) and a line in grey under it."""
        heading = Markup("<h1>{}</h1>").format(title or _(self._leaf.title))
        line = Markup('<p class="ls-under">{}</p>').format(under) if under else ""
        self.html(Markup('<header class="ls-title">{}{}</header>').format(heading, line))

    def html(self, *pieces: str | Markup) -> None:
        """Show pieces of HTML as one element; plain strings are escaped. Nothing is no element."""
        if whole := Markup("").join(pieces).strip():
            st.html(_Ready(str(whole)))

    def param(self, name: str, default: str = "") -> str:
        """A value of the page's address."""
        return st.query_params.get(name, default)

    def navigate(self, key: str, **params: object) -> NoReturn:
        """Go to another page, with values for its address."""
        given = {name: str(value) for name, value in params.items()}
        st.switch_page(_leaves(self._application, self._visitor)[key], query_params=given)

    def say(self, text: str, kind: str = "done") -> None:
        """Tell something at the top of the next run: "done", "note" or "warning"."""
        st.session_state.setdefault(SAID, []).append((kind, text))

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Call a verb inside: what it refuses is shown here, and what was typed stays."""
        try:
            yield
        except Refused as refusal:
            self.html(error_box(refusal))

    def callback(self, act: Callable[P, Any]) -> Callable[P, None]:
        """A widget's callback with the visitor's language; a refusal is shown atop the page."""

        @wraps(act)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            self.enter()
            try:
                act(*args, **kwargs)
            except Refused as refusal:
                st.session_state[REFUSED] = refusal

        return guarded

    def fragment(self, draw: Callable[P, R]) -> Callable[P, R | None]:
        """A part that reruns alone; the session and the language are looked up there too, except
        the first time, when it is drawn with the page, whose visitor is known."""
        drawn = False

        @st.fragment
        @wraps(draw)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
            nonlocal drawn
            if drawn:
                self.enter()
            drawn = True
            with self.trying():
                return draw(*args, **kwargs)

        return guarded


def run() -> None:
    """Draw the page that the address names, for whoever has a living session."""
    application = current_application()
    st.set_page_config(layout="wide")
    _drop_broken()
    visitor = _enter()
    leaves = _leaves(application, visitor)
    home = st.Page(
        lambda: None, title=_("Luoshi"), url_path="home", default=True, visibility="hidden"
    )
    chosen = st.navigation([home, *leaves.values()])
    if chosen is home:
        st.switch_page(leaves[landing(visitor.roles, visitor.separate)])
    chosen.run()


def _drop_broken() -> None:
    """Leave out of the address what no link of ours bears and no database keeps. The gate has not
    seen it: a page's own script tells the address to its run."""
    for name, value in st.query_params.to_dict().items():
        if "\0" in name + value or len(value) > LONGEST:
            del st.query_params[name]


def _enter() -> Visitor:
    """The visitor of this run; stops the run, with nothing on the page, if the session is over."""
    application = current_application()
    token = application.token()
    visitor = application.sessions.find(token) if token else None
    if visitor is None or first_address(visitor):
        st.session_state.clear()
        st.stop()
    # A page kept open while somebody else logged in must not show the first one's work.
    if st.session_state.setdefault(OWNER, visitor.person_id) != visitor.person_id:
        st.session_state.clear()
        st.session_state[OWNER] = visitor.person_id
    choose(visitor.language)
    return visitor


def _leaves(application: Application, visitor: Visitor) -> dict[str, Any]:
    """Every page as Streamlit knows it; the menu names those that the visitor may open."""
    return {
        leaf.key: st.Page(
            _drawn(application, visitor, leaf),
            title=_(leaf.title),
            icon=f":material/{leaf.icon}:",
            url_path=leaf.key,
            visibility="visible" if _in_menu(application, visitor, leaf) else "hidden",
        )
        for leaf in PAGES
    }


def _in_menu(application: Application, visitor: Visitor, leaf: PageEntry) -> bool:
    may = may_open(leaf, visitor.roles, visitor.separate)
    return leaf.listed and may and application.view(leaf.key) is not None


def _drawn(application: Application, visitor: Visitor, leaf: PageEntry) -> Callable[[], None]:
    def draw() -> None:
        page = Page(application, visitor, leaf)
        page.html(top_line(page, leaf))
        banners(application, visitor, page)
        with st.sidebar:
            st.html(str(foot(visitor)))
        for kind, text in st.session_state.pop(SAID, ()):
            page.html(note(text, kind))
        if (refusal := st.session_state.pop(REFUSED, None)) is not None:
            page.html(error_box(refusal))
        view = application.view(leaf.key)
        if view is None or not may_open(leaf, visitor.roles, visitor.separate):
            page.title()
            application.refused(visitor, leaf.key)
            home = landing(visitor.roles, visitor.separate)
            page.html(refused_page(who_may(leaf, visitor.separate), f"/{home}"))
            return
        try:
            view(page)
        except Refused as refusal:
            page.html(error_box(refusal))

    return draw


def show_failure(error: Exception) -> bool:
    """Instead of Streamlit's own words for a program error: ours, and a line in the log."""
    number = token_hex(4)
    log.error("page failed, number %s", number, exc_info=error)
    st.html(str(note(_(FAILED, id=number), "warning")))
    return True
