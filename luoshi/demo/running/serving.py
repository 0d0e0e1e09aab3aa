"""Small servers that run beside the pages, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

Stop = Callable[[], None]
PATIENCE = 5.0
"""Seconds that a thread is given to end."""


def serve_beside(app: Any, port: int) -> Stop:
    """Serve an ASGI application on a port of this machine; returns what stops it."""
    import uvicorn

    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name=f"port {port}", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)

    def stop() -> None:
        server.should_exit = True
        thread.join(PATIENCE)

    return stop
