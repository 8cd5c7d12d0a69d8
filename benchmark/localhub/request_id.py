"""Gives every answer the id of its request: the client's own, else a new one."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADER = b"x-request-id"
_SENT = (_HEADER, b"x-amzn-trace-id")
_WORD = re.compile(rb"[A-Za-z0-9=;:_.-]{1,128}")


class RequestId:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = (_HEADER, _id(dict(scope["headers"])))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], told]}
            await send(message)

        await self._app(scope, receive, sending)


def _id(headers: dict[bytes, bytes]) -> bytes:
    for name in _SENT:
        sent = headers.get(name, b"")
        if _WORD.fullmatch(sent):
            return sent
    return f"Root={uuid.uuid4().hex}".encode()
