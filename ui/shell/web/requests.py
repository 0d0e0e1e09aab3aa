"""What a request tells about itself: where to go next, whether it is ours, who asks."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import quote, urlsplit

from starlette.requests import HTTPConnection

from ui.shell.application import SESSION_COOKIE, current_application

FORM_COOKIE = "luoshi_form"
BROWSER_COOKIE = "luoshi_browser"
"""Accounts know a browser by it from which their person came in; it opens nothing."""
LANGUAGE_COOKIE = "luoshi_language"
GREATEST = 2**31 - 1
"""The largest number that a row may bear."""
_PORTS = {"http": ":80", "https": ":443"}
_DOORS = ("/login", "/logout", "/reset", "/password", "/language", "/account", "/second_factor")


def local_path(wanted: str | None) -> str:
    """The wanted path if it lies in this application, else "/".

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


def number(said: str) -> int | None:
    """A number that a row may bear, as an address names it; None for anything else."""
    plain = said.isascii() and said.isdecimal() and len(said) <= len(str(GREATEST))
    return int(said) if plain and int(said) <= GREATEST else None


def session_token(request: HTTPConnection) -> str:
    """The session token that the browser sent, or ""."""
    return request.cookies.get(current_application().cookie(SESSION_COOKIE), "")


def form_token(request: HTTPConnection) -> str:
    """The hidden token of this browser's forms.

    Inside a session it follows from the session's token, which no other site can read; before
    login it equals a SameSite=Strict cookie, made up here when there is none.
    """
    if session := session_token(request):
        return sha256(f"form:{session}".encode()).hexdigest()
    return request.cookies.get(current_application().cookie(FORM_COOKIE)) or token_urlsafe(24)


def comes_from_here(request: HTTPConnection, sent_token: str) -> bool:
    """Whether a POST was sent by a form of ours: origin and hidden token both say so."""
    if not is_our_origin(request):
        return False
    if (
        not session_token(request)
        and current_application().cookie(FORM_COOKIE) not in request.cookies
    ):
        return False
    return compare_digest(form_token(request).encode(), sent_token.encode())


def is_our_origin(request: HTTPConnection) -> bool:
    """Whether a page of ours sent this: its scheme, name and port are those of the public address,
    or of the address that it asks. A page on another port of this machine is not ours."""
    application = current_application()
    scheme = "https" if application.secure else "http"
    ours = (application.address, f"{scheme}://{request.headers.get('host', '')}")
    origin = _origin(request.headers.get("origin", ""))
    return bool(origin) and origin in map(_origin, ours)


def _origin(address: str) -> str:
    """Scheme, name and port of an address, without the port that goes without saying."""
    try:
        parts = urlsplit(address.lower())
    except ValueError:
        return ""
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.removesuffix(_PORTS.get(parts.scheme, ' '))}"


def wants_a_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks for a page, not a program for data."""
    method = request.scope.get("method")
    return method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
