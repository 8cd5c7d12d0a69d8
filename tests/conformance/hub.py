"""The embedded Hub as the client's tests expect theirs: some users, and models."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from benchmark.localhub.app import create_app
from benchmark.localhub.listener import LOOPBACK, listen
from benchmark.localhub.settings import HubSettings, Token
from tests.conformance.mapping import ModelsAsDatasets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

COUNT = "/conformance/requests"
"""Where the client's process asks how many requests the Hub has had."""


class Counted:
    """Counts the requests, apart from those for the count."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on one request."""
        if scope["type"] == "http" and scope["path"] == COUNT:
            text = str(self._count).encode()
            headers = [(b"content-length", str(len(text)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": text})
            return
        self._count += scope["type"] == "http"
        await self._app(scope, receive, send)


@contextmanager
def hub(root: Path, tokens: tuple[Token, ...]) -> Iterator[str]:
    """Serve until the block ends; yields the endpoint."""
    app = Counted(ModelsAsDatasets(create_app(root, settings=HubSettings(tokens=tokens))))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
    with listen(LOOPBACK, 0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
