"""Prefect's page behind our gate: to be looked at by who operates the installation, never to act.

Prefect's own server knows one password and no people; whoever has it may register a deployment
with a shell step and run it. So its server stays on this machine, the password stays here, and of
its interface only what reads is passed on.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
from anyio.to_thread import run_sync
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from i18n import _
from ui.shell.application import Application, Upstream
from ui.shell.web.document import message_page
from ui.shell.web.requests import is_our_origin, wants_a_page
from workflow.rules.access.permissions import INSTALLATION, Permission, may

PLACE = "/prefect"
LARGEST_BODY = 100_000
PATIENCE = httpx.Timeout(30, connect=3)
_THING = r"[\w.:%@ -]+"

READS = re.compile(
    r"health|ready|version|admin/version|csrf-token|observed-states|events/filter/next|"
    r"flow_runs/THING/(?:graph|graph-v2|logs/download)|automations/related-to/THING|"
    r"(?:flows|flow_runs|task_runs|ui/task_runs|flow_run_states|task_run_states|deployments|"
    r"artifacts|automations|work_queues|concurrency_limits|v2/concurrency_limits|work_pools)/THING|"
    r"(?:flow_run_states|task_run_states)/|deployments/THING/schedules|artifacts/THING/latest|"
    r"work_pools/THING/queues/THING|work_queues/THING/status".replace("THING", _THING)
)
"""What is read by GET. Not here: blocks, variables, inputs and settings, which may hold secrets."""

ASKS = re.compile(
    r"(?:flows|flow_runs|task_runs|deployments)/(?:filter|count|paginate)|"
    r"(?:flow_runs|task_runs)/history|flow_runs/lateness|logs/filter|events/filter|"
    r"events/count-by/THING|(?:artifacts|artifacts/latest)/(?:filter|count)|"
    r"automations/(?:filter|count)|work_pools/(?:filter|count)|work_queues/filter|"
    r"work_pools/THING/(?:queues|workers)/filter|task_workers/filter|saved_searches/filter|"
    r"(?:concurrency_limits|v2/concurrency_limits)/filter|ui/flows/(?:count-deployments|next-runs)|"
    r"ui/flow_runs/(?:history|count-task-runs)|ui/task_runs/(?:dashboard/counts|count)"
    .replace("THING", _THING)
)  # fmt: skip
"""What is read by POST, the question in its body. Not here: get_scheduled_flow_runs, which marks a
deployment as served although nobody serves it."""

SETTINGS = {"server": {"analytics_enabled": False, "ui": {"show_promotional_content": False}}}
"""What Prefect's page learns of its server's settings: to tell nobody and to advertise nothing."""
ICONS = ("favicon.ico", "favicon-dark.ico")
"""Asked for by Prefect's page at the root of the application."""
_SENT_ON = ("accept", "accept-encoding", "content-type", "prefect-csrf-token",
            "prefect-csrf-client", "if-none-match", "if-modified-since")  # fmt: skip
_SENT_BACK = ("content-type", "content-encoding", "content-length", "etag", "last-modified",
              "content-disposition")  # fmt: skip


class PrefectWindow:
    """The route /prefect/… and its connections to Prefect's server."""

    def __init__(self, application: Application, upstream: Upstream) -> None:
        self._application, self._upstream = application, upstream
        user = b64encode(upstream.secret.encode()).decode()
        self._client = httpx.AsyncClient(
            base_url=upstream.address,
            headers={"authorization": f"Basic {user}"},
            timeout=PATIENCE,
            trust_env=False,
        )

    def route(self) -> Route:
        """Everything below /prefect."""
        return Route(PLACE + "{path:path}", self.answer, methods=["GET", "HEAD", "POST"])

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def answer(self, request: Request) -> Response:
        """What Prefect's server says, to whoever may operate this application and only asks."""
        if not await run_sync(self._may_look, request.state.visitor.person_id):
            return _refused(
                request, 403, _("Prefect's page is for those who operate this installation.")
            )
        path = request.path_params["path"].lstrip("/")
        if path == "api/admin/settings" and request.method == "GET":
            return JSONResponse(SETTINGS)
        if not _only_reads(request.method, path):
            return _refused(request, 403, _("Prefect's page can be read here; nothing is changed."))
        if request.method == "POST" and not is_our_origin(request):
            return _refused(request, 403, _("This was sent by a page of another place."))
        body = await _body(request)
        if body is None:
            return _refused(request, 413, _("This question is too long."))
        try:
            return await self._passed_on(request, path, body)
        except httpx.HTTPError:
            return _refused(request, 502, _("Prefect's server does not answer just now."))

    def _may_look(self, person_id: int) -> bool:
        with self._application.installation.reading(person_id) as c:
            return may(c.actor, Permission.OPERATE, INSTALLATION)

    async def _passed_on(self, request: Request, path: str, body: bytes) -> Response:
        inside = f"/{path}" if path.startswith("api/") else f"{PLACE}/{path}"
        query = request.scope["query_string"].decode("latin-1")
        asked = self._client.build_request(
            request.method,
            quote(inside, safe="/:@") + (f"?{query}" if query else ""),
            content=body,
            # No cookie: Prefect's server learns nothing of our sessions.
            headers={name: request.headers[name] for name in _SENT_ON if name in request.headers},
        )
        said = await self._client.send(asked, stream=True)
        headers = {name: said.headers[name] for name in _SENT_BACK if name in said.headers}
        headers["content-security-policy"] = self._policy(request)
        if said.headers.get("location", "").startswith(f"{PLACE}/"):
            headers["location"] = said.headers["location"]
        if path.startswith(("assets/", "v2/assets/", "v2/fonts/")):
            headers["cache-control"] = "private, max-age=86400"
        if path == "ui-settings" and said.status_code == 200:
            return _settings(json.loads(await said.aread()), headers)
        return StreamingResponse(
            _raw(said), said.status_code, headers, background=BackgroundTask(said.aclose)
        )

    def _policy(self, request: Request) -> str:
        """What Prefect's program may do: styles of its own making, but scripts and data only from
        below /prefect, so that even a hole in it could not read a page of ours."""
        scheme = "https" if self._application.secure else "http"
        places = {self._application.address.rstrip("/"), f"{scheme}://{request.headers['host']}"}
        here = " ".join(sorted(f"{place}{PLACE}/" for place in places))
        icons = " ".join(sorted(f"{place}/{name}" for place in places for name in ICONS))
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src {here}",
                f"style-src {here} 'unsafe-inline'",
                f"img-src {here} {icons} data: blob:",
                f"font-src {here} data:",
                f"connect-src {here}",
                f"worker-src {here} blob:",
                f"manifest-src {here}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )


def _only_reads(method: str, path: str) -> bool:
    parts = path.split("/")
    if ".." in parts or "." in parts:
        return False
    if parts[0] != "api":
        return method != "POST"
    known = ASKS if method == "POST" else READS
    return known.fullmatch(path.removeprefix("api/")) is not None


async def _body(request: Request) -> bytes | None:
    """What was sent, None where it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return body


async def _raw(said: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in said.aiter_raw():
        yield chunk


def _settings(said: dict[str, object], headers: dict[str, str]) -> Response:
    """Prefect's settings for its page, which asks us for everything, and nobody for a password.
    Its older page is not offered."""
    kept = {"content-security-policy": headers["content-security-policy"]}
    ours = {"api_url": f"{PLACE}/api", "auth": None, "available_uis": ["v2"], "v1_base_url": None}
    return JSONResponse({**said, **ours}, headers=kept)


def _refused(request: Request, status: int, words: str) -> Response:
    if wants_a_page(request):
        return message_page(status, request.state.visitor, words)
    return PlainTextResponse(words, status)
