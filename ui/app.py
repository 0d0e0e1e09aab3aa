"""The pages as one ASGI application, and how it is served."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ui.shell.application import Application, open_application

if TYPE_CHECKING:
    from streamlit.starlette import App

    from ui.shell.prefect_window import PrefectWindow

log = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("entry.py")


def build(application: Application) -> App:
    """The application: Streamlit's pages behind our gate, with our doors and files beside them."""
    import streamlit as st
    from starlette.middleware import Middleware

    from ui.shell.access.login import entry_routes
    from ui.shell.framework import configure
    from ui.shell.gate import Gate, Sockets
    from ui.shell.page import show_failure
    from ui.shell.prefect_window import PrefectWindow
    from ui.shell.web.document import failure
    from ui.shell.web.files import file_routes

    open_application(application)
    configure(application)
    sockets = Sockets()
    window = PrefectWindow(application, application.prefect) if application.prefect else None
    return st.App(
        SCRIPT,
        routes=[
            *entry_routes(application, sockets),
            *file_routes(application),
            *([window.route()] if window else ()),
        ],
        middleware=[Middleware(Gate, application=application, sockets=sockets)],
        lifespan=lambda _app: _settled(window),
        on_script_error=show_failure,
        exception_handlers={Exception: failure(application)},
    )


@asynccontextmanager
async def _settled(window: PrefectWindow | None) -> AsyncIterator[None]:
    """Put what has been imported out of the garbage collector's sight: it will not go away."""
    import_views()
    gc.collect()
    gc.freeze()
    yield
    if window:
        await window.close()


def import_views() -> None:
    """Load every page, so that the first visitor does not wait for it and it is frozen too."""
    from ui.shell.application import find_view
    from ui.shell.pages import PAGES

    for leaf in PAGES:
        find_view(leaf.key)


def serve(application: Application, host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve the pages until a signal comes.

    Who asks is the machine that calls, or what the proxies named in the settings say; uvicorn's
    own variable FORWARDED_ALLOW_IPS counts for nothing.
    """
    import uvicorn

    uvicorn.run(
        build(application),
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(application.proxies),
        forwarded_allow_ips=list(application.proxies),
        # Pages hold their connection open; a stop must not wait for the people to leave.
        timeout_graceful_shutdown=2,
        # Packing each small message costs more than it saves; the memory of it is kept per page.
        ws_per_message_deflate=False,
        ws_max_size=(application.max_upload_mb + 10) * 2**20,
    )
