"""The gate in front of everything: nobody without a living session comes further than the doors."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.queries.access.sessions import Visitor
from i18n import choose, preferred
from ui.shell.application import Application
from ui.shell.pages import BY_KEY, landing
from ui.shell.sessions import first_address
from ui.shell.web.csp import security_headers
from ui.shell.web.document import message_page
from ui.shell.web.edge import is_broken, is_foreign, is_our_name, turned_away
from ui.shell.web.requests import (
    LANGUAGE_COOKIE,
    login_address,
    session_token,
    wants_a_page,
)
from workflow.rules.access.tokens import token_hash

log = logging.getLogger(__name__)

PERSON_HEADER = "x-luoshi-person"
SESSION_OVER = 4401
PASSWORD_FIRST = 4403
FOREIGN = 1008
FACTOR_FIRST = 4405

# Open to everybody: the doors, and files that hold nothing about this city.
_OPEN = frozenset(
    (
        "/login",
        "/login/code",
        "/reset",
        "/health",
        "/health/live",
        "/favicon.png",
        "/favicon.ico",
    )
)
_OPEN_FOLDERS = ("/assets/", "/static/")
_ALWAYS = ("/logout", "/language")
_OWN = ("/password", "/second_factor", "/account", *_ALWAYS)
_CODES = {"/password": PASSWORD_FIRST, "/second_factor": FACTOR_FIRST}
_CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
_TEXTS = (b"text/", b"image/svg+xml", b"application/javascript", b"application/xml")
_STREAMLIT = ("/media/", "/component/", "/files/", "/prefect/")


class Sockets:
    """The open page connections of each session, so that its end can empty them at once.

    Kept under the hash of its token, which is also how the list of one's own sessions names it.
    """

    def __init__(self) -> None:
        self._open: dict[str, set[asyncio.Event]] = defaultdict(set)

    def enter(self, token: str) -> asyncio.Event:
        """Note a connection; the event is set when its session is ended here."""
        ended = asyncio.Event()
        self._open[token_hash(token)].add(ended)
        return ended

    def leave(self, token: str, ended: asyncio.Event) -> None:
        """Forget a connection."""
        key = token_hash(token)
        self._open[key].discard(ended)
        if not self._open[key]:
            del self._open[key]

    def end(self, token: str) -> None:
        """Close every connection of a session."""
        self.end_key(token_hash(token))

    def end_key(self, key: str) -> None:
        """The same by the hash of the session's token."""
        for ended in tuple(self._open.get(key, ())):
            ended.set()


class Gate:
    """Plain ASGI middleware; see the module's first line."""

    def __init__(self, app: ASGIApp, application: Application, sockets: Sockets) -> None:
        self.app = app
        self.application = application
        self.sockets = sockets
        self.headers = security_headers(application.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        path = scope["path"]
        chosen = request.cookies.get(self.application.cookie(LANGUAGE_COOKIE))
        choose(chosen or preferred(request.headers.get("accept-language", "")))
        if (answer := turned_away(scope, self.application)) is not None:
            await self._record_foreign(request)
            await answer(scope, receive, send)
            return
        if path in _OPEN or path.startswith(_OPEN_FOLDERS):
            await self.app(_named(scope, None), receive, send)
            return
        visitor = await self._find(request)
        if visitor is not None:
            choose(visitor.language)
        await (self._answer(scope, visitor) or self.app)(_named(scope, visitor), receive, send)

    def _answer(self, scope: Scope, visitor: Visitor | None) -> ASGIApp | None:
        """What the gate itself answers, or None where the request may go on."""
        request, path = HTTPConnection(scope), scope["path"]
        query = scope["query_string"].decode("latin-1")
        page = wants_a_page(request)
        if visitor is None:
            if page:
                return RedirectResponse(login_address(path, query), 303)
            return JSONResponse({"error": "not logged in"}, 401)
        first = first_address(visitor)
        if first and path not in (first, *_ALWAYS):
            return RedirectResponse(first, 303) if page else _text("Forbidden", 403)
        if path == "/":
            home = f"/{landing(visitor.roles, visitor.separate)}"
            return RedirectResponse(f"{home}?{query}" if query else home, 303)
        if path.startswith(_CLOSED):
            return _text("Not found", 404)
        known = path in _OWN or path.removeprefix("/") in BY_KEY
        # Streamlit's browser side looks for its server at /<page>/_stcore/… too.
        if known or path == "/prefect" or path.startswith(_STREAMLIT) or "/_stcore/" in path:
            return None
        return message_page(404, visitor) if page else _text("Not found", 404)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        if is_broken(scope) or not is_our_name(request, self.application) or is_foreign(request):
            await self._record_foreign(request)
            # Closed before it was accepted: the browser gets a plain 403.
            await receive()
            await send({"type": "websocket.close", "code": FOREIGN})
            return
        token = session_token(request)
        visitor = await self._find(request)
        if visitor is None or first_address(visitor):
            await receive()
            # A handshake refused with 401 would reach the page without its code.
            protocols = scope.get("subprotocols") or [None]
            await send({"type": "websocket.accept", "subprotocol": protocols[0]})
            code = SESSION_OVER if visitor is None else _CODES[first_address(visitor)]
            await send({"type": "websocket.close", "code": code})
            return
        ended = self.sockets.enter(token)
        guard = _Guard(self, token, ended, receive, send)
        try:
            await self.app(_at_home(_named(scope, visitor)), guard.receive, guard.send)
        finally:
            self.sockets.leave(token, ended)

    async def _record_foreign(self, request: HTTPConnection) -> None:
        """Leave on record what was turned away, if a page of another site sent it."""
        if is_foreign(request):
            await run_sync(self.application.foreign, request.client.host if request.client else "")

    async def _find(self, request: HTTPConnection) -> Visitor | None:
        token = session_token(request)
        return await self.find(token) if token else None

    async def find(self, token: str) -> Visitor | None:
        """The visitor of a token; asking is blocking work and so done in a thread."""
        return await run_sync(self.application.sessions.find, token)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        kept = scope["path"].startswith("/assets/") and b"v=" in scope["query_string"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                extra = [pair for pair in self.headers if pair[0] not in there]
                if kept:
                    extra.append((b"cache-control", b"public, max-age=31536000, immutable"))
                elif b"cache-control" not in there:
                    extra.append((b"cache-control", b"no-store"))
                told = list(map(_with_charset, message["headers"]))
                if self.application.secure:
                    told = list(map(_secured, told))
                message = {**message, "headers": [*told, *extra]}
            await send(message)

        return send_with_headers


class _Guard:
    """A page's connection that is dead at its next message once the session is over."""

    def __init__(
        self, gate: Gate, token: str, ended: asyncio.Event, receive: Receive, send: Send
    ) -> None:
        self._gate, self._token, self._ended = gate, token, ended
        self._receive, self._send = receive, send
        self._closed = False

    async def receive(self) -> Message:
        message = await self._next()
        if message is None or (
            message["type"] == "websocket.receive" and await self._gate.find(self._token) is None
        ):
            self._closed = True
            await self._send({"type": "websocket.close", "code": SESSION_OVER})
            return {"type": "websocket.disconnect", "code": SESSION_OVER}
        return message

    async def _next(self) -> Message | None:
        """The browser's next message, or None when the session ends while waiting for it."""
        listening = asyncio.ensure_future(self._receive())
        leaving = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({listening, leaving}, return_when=asyncio.FIRST_COMPLETED)
            return listening.result() if listening.done() and not leaving.done() else None
        finally:
            listening.cancel()
            leaving.cancel()

    async def send(self, message: Message) -> None:
        if not self._closed:
            await self._send(message)


def _named(scope: Scope, visitor: Visitor | None) -> Scope:
    """The scope with the person's id as the only header of that name, whatever the client sent.

    Streamlit resumes a lost page only for the same person, told apart by this header.
    """
    name = PERSON_HEADER.encode()
    headers = [pair for pair in scope["headers"] if pair[0].lower() != name]
    if visitor is not None:
        headers.append((name, str(visitor.person_id).encode()))
    state = {**scope.get("state", {}), "visitor": visitor}
    return {**scope, "headers": headers, "state": state}


def _secured(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header with its cookie kept to https: Streamlit does not know of the proxy before it."""
    name, value = header
    plain = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return (name, value + b"; Secure") if plain else header


def _with_charset(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header with the character set of what is text: SVG and scripts come without one."""
    name, value = header
    bare = (
        name.lower() == b"content-type"
        and value.lower().startswith(_TEXTS)
        and b"charset=" not in value.lower()
    )
    return (name, value + b"; charset=utf-8") if bare else header


def _at_home(scope: Scope) -> Scope:
    """The scope of a connection whose origin was found to be ours, as Streamlit's own rule wants
    it: that one compares with the Host header, which a proxy may have written anew, and else asks
    a service outside for this machine's address."""
    origin = HTTPConnection(scope).headers["origin"].partition("://")[2]
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
    return {**scope, "headers": [*headers, (b"host", origin.encode("latin-1"))]}


def _text(words: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(words, status)
