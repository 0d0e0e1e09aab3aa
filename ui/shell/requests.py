"""What a request tells about itself: where to go next, whether it is ours, who asks."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import quote, urlsplit

from starlette.requests import HTTPConnection

from .house import SESSION_COOKIE

FORM_COOKIE = "luoshi_form"
BROWSER_COOKIE = "luoshi_browser"
"""Accounts know a browser by it from which their person came in; it opens nothing."""
LANGUAGE_COOKIE = "luoshi_language"
_DOORS = ("/login", "/logout", "/reset", "/password", "/language", "/account", "/second_factor")


def local_path(wanted: str | None) -> str:
    """The wanted path if it lies in this house, else "/".

    Browsers read a backslash as a slash and skip control characters, so both are refused.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    if "\\" in wanted or any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted):
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path.startswith(_DOORS):
        return "/"
    return wanted


def login_address(path: str, query: str) -> str:
    """The login page's address that leads back to a path and its query afterwards."""
    wanted = local_path(f"{path}?{query}" if query else path)
    return "/login" if wanted == "/" else f"/login?next={quote(wanted, safe='')}"


def session_token(request: HTTPConnection) -> str:
    """The session token that the browser sent, or ""."""
    return request.cookies.get(SESSION_COOKIE, "")


def form_token(request: HTTPConnection) -> str:
    """The hidden token of this browser's forms.

    Inside a session it follows from the session's token, which no other site can read; before
    login it equals a SameSite=Strict cookie, made up here when there is none.
    """
    if session := session_token(request):
        return sha256(f"form:{session}".encode()).hexdigest()
    return request.cookies.get(FORM_COOKIE) or token_urlsafe(24)


def comes_from_here(request: HTTPConnection, sent_token: str) -> bool:
    """Whether a POST was sent by a form of ours: origin and hidden token both say so."""
    origin = urlsplit(request.headers.get("origin", "")).netloc
    if not origin or origin != request.headers.get("host"):
        return False
    if not session_token(request) and FORM_COOKIE not in request.cookies:
        return False
    return compare_digest(form_token(request).encode(), sent_token.encode())


def wants_a_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks for a page, not a program for data."""
    method = request.scope.get("method")
    return method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
