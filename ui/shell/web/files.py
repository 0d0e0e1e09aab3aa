"""Files to take along: evidence and exports, only for whom the application lets have them."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ui.shell.application import Application, Download
from ui.shell.pages import PAGES
from ui.shell.web.document import ASSETS, message_page, streamlit_page
from ui.shell.web.requests import wants_a_page
from workflow.rules.refusals import Refused

# What a browser may show instead of saving: nothing that could hold a script.
SHOWN = frozenset(("application/pdf", "image/png", "image/jpeg"))


STATUSES = {"not_found": 404, "invalid": 400, "unreachable": 503}
"""How a refusal is told to programs; all others are 403."""


def _sent(download: Download) -> Response:
    inline = download.inline and download.media_type in SHOWN
    kind = "inline" if inline else "attachment"
    media_type = download.media_type if inline else "application/octet-stream"
    # FileResponse writes the name in both forms that browsers understand.
    answer = FileResponse(
        download.content if not isinstance(download.content, bytes) else "",
        media_type=media_type,
        filename=download.name,
        content_disposition_type=kind,
    )
    if isinstance(download.content, bytes):
        return Response(
            download.content,
            media_type=media_type,
            headers={"content-disposition": answer.headers["content-disposition"]},
        )
    return answer


def file_routes(application: Application) -> list[BaseRoute]:
    """Downloads, our own static files, the health answer, and our copy of Streamlit's page."""

    async def send_file(request: Request) -> Response:
        visitor = request.state.visitor
        path = request.path_params["path"]
        if request.url.query:
            path += f"?{request.url.query}"
        try:
            found = await run_sync(application.files, visitor, path)
        except Refused as refusal:
            status = STATUSES.get(refusal.code, 403)
            if wants_a_page(request):
                return message_page(status, visitor, str(refusal))
            return JSONResponse({"error": refusal.code, "message": str(refusal)}, status)
        return _sent(found)

    async def health(_: Request) -> Response:
        found = await run_sync(application.health)
        return JSONResponse(found.document(), 200 if found.ok else 503)

    async def live(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def icon(_: Request) -> Response:
        return FileResponse(ASSETS / "favicon.png")

    return [
        Route("/files/{path:path}", send_file, methods=["GET"]),
        Route("/health", health),
        Route("/health/live", live),
        Route("/favicon.png", icon),
        Route("/favicon.ico", icon),
        Mount("/assets", StaticFiles(directory=ASSETS)),
        *(Route(f"/{leaf.key}", streamlit_page, methods=["GET"]) for leaf in PAGES),
    ]
