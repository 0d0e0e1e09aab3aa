"""What is turned away before anybody is asked for: other names, other origins, broken addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from i18n import _, mark
from ui.shell.application import Application
from ui.shell.web.document import message_page
from ui.shell.web.requests import is_our_origin, wants_a_page

LONGEST = 8_000
"""Letters of an address and of its query; ours stay far below, with a whole address in `next`."""
OURSELVES = frozenset(("localhost", "127.0.0.1", "::1"))
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.ASCII)
_READING = frozenset(("GET", "HEAD", "OPTIONS"))

OTHER_NAME = mark(
    "These pages are not served under this name. The operator adds it to LUOSHI_ALLOWED_HOSTS."
)
BROKEN = mark("This address is broken. Please open the link again, or go on from the start page.")
ELSEWHERE = mark("This was sent by a page of another place and has not been carried out.")


def turned_away(scope: Scope, application: Application) -> Response | None:
    """The answer to a request that goes no further, or None for all others."""
    request = HTTPConnection(scope)
    # A watcher may ask by the machine's number; the answer holds nothing of anybody.
    if not scope["path"].startswith("/health") and not is_our_name(request, application):
        return _said(request, 400, OTHER_NAME)
    if is_broken(scope):
        return _said(request, 400, BROKEN)
    return _said(request, 403, ELSEWHERE) if is_foreign(request) else None


def is_foreign(request: HTTPConnection) -> bool:
    """Whether a page of another site sent this, or wants to open a connection with it."""
    if request.scope["type"] == "websocket":
        return not is_our_origin(request)
    sent = request.scope["method"] not in _READING and "origin" in request.headers
    return sent and not is_our_origin(request)


def is_our_name(request: HTTPConnection, application: Application) -> bool:
    """Whether the one Host header is ours: the public address, this machine, or a name
    of the settings. Another name is one that somebody pointed here to make browsers talk to us."""
    given = request.headers.getlist("host")
    named = _HOST.fullmatch(given[0].lower()) if len(given) == 1 else None
    ours = OURSELVES | application.hosts | {urlsplit(application.address).hostname}
    return named is not None and named[1].strip("[]") in ours


def is_broken(scope: Scope) -> bool:
    """Whether path or query are too long, or hold what no address of ours ever does."""
    path, query = scope["path"], scope["query_string"]
    if max(len(path), len(query)) > LONGEST:
        return True
    # The server puts U+FFFD where the path was no UTF-8.
    if "�" in path or any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        return True
    try:
        return "\0" in unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return True


def _said(request: HTTPConnection, status: int, words: str) -> Response:
    if wants_a_page(request):
        return message_page(status, None, _(words))
    return PlainTextResponse(_(words), status)
