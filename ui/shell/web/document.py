"""Whole HTML documents: our copy of Streamlit's page, and the pages that we draw ourselves."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from secrets import token_hex

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from db.queries.access.sessions import Visitor
from i18n import _, current, mark
from ui.components.rendering import render
from ui.shell.application import Application
from ui.shell.pages import landing
from ui.shell.web.csp import security_headers
from ui.shell.web.framework_words import EXACT, PATTERNS
from ui.shell.web.requests import form_token

log = logging.getLogger(__name__)

FAILED = mark("Something went wrong here. It has been noted; what you saved is safe. Number: {id}")
ASSETS = Path(__file__).parents[2] / "assets"
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}


def draw(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """One of our own pages in the current language."""
    words = {"language": current(), "html_language": HTML_LANGUAGE[current()]}
    return HTMLResponse(
        render(template, **words, **values), status, headers={"cache-control": "no-store"}
    )


def message_page(status: int, visitor: Visitor | None, text: str = "") -> Response:
    """A page that says why there is nothing here, with the way home."""
    title = _("There is no such page") if status == 404 else _("This cannot be opened")
    text = text or _("The address may have been shortened on its way, or the thing is gone.")
    home = f"/{landing(visitor.roles, visitor.separate)}" if visitor else "/login"
    return draw("message.html", status, title=title, text=text, home=home)


def failure(application: Application) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Instead of a bare "Internal Server Error": our page and a number that stands in the log."""

    async def failed(request: Request, error: Exception) -> Response:
        number = token_hex(4)
        # Of an address only its beginning: the rest may bear what somebody looked for.
        place = request.url.path.split("/")[1][:30]
        log.error("request to /%s failed, number %s", place, number, exc_info=error)
        answer = message_page(500, None, _(FAILED, id=number))
        # This answer is made outside the gate, which writes these on all others.
        answer.raw_headers.extend(security_headers(application.secure))
        return answer

    return failed


@cache
def _streamlit_parts() -> tuple[str, str]:
    """The links to Streamlit's program and rules in its index.html, and nothing else of it."""
    import streamlit

    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r'<script type="module"[^>]*></script>', text)
    links = re.findall(r'<link rel="(?:modulepreload|stylesheet)"[^>]*>', text)
    if len(scripts) != 1 or not links:
        raise RuntimeError("Streamlit's index.html has changed its form; look at it again")
    return scripts[0], "\n".join(links)


def streamlit_page(request: Request) -> Response:
    """Our copy of Streamlit's index.html: the reader's language, our stylesheet and script."""
    script, links = _streamlit_parts()
    visitor: Visitor = request.state.visitor
    words = {
        "exact": {word: _(word) for word in EXACT},
        "patterns": [[pattern, _(words)] for pattern, words in PATTERNS],
        "lost": _("The connection is lost. What you typed is kept here; trying again …"),
        "restore": _("Restore the text typed at {time}", time="{time}"),
        "lost_text": _("Text typed on this device was not saved."),
    }
    return draw(
        "index.html",
        links=Markup(links),  # noqa: S704  read from the installed package
        script=Markup(script),  # noqa: S704
        form_token=form_token(request),
        person=visitor.person_id,
        words=json.dumps(words, ensure_ascii=False),
    )
