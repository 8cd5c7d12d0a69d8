"""Models as datasets: the client's tests mostly ask for models, and the embedded Hub has datasets.

A request for the model `ns/name` becomes the same one for the dataset `ns/name_asmodel`, for a
model and a dataset may share a name; the answer speaks of a model again. Nothing else is changed:
what the Hub does with the request is what is tested.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MARK = "_asmodel"
_OF_REPOS = ("/api/repos/create", "/api/repos/delete", "/api/repos/move")
_YAML = "/api/validate-yaml"
_COPY = "/lfs-files/duplicate"
_LIST = "/api/datasets"
_NAME = r"[A-Za-z0-9_][\w.-]*?"
_OF_MODEL = re.compile(rf"/api/models/({_NAME}/{_NAME})(/.*)?")
_FILE = re.compile(
    rf"/(?!(?:api|datasets|spaces|oauth)/)({_NAME}(?:/{_NAME})?)((?:\.git)?"
    r"/(?:resolve|raw|blob|tree|commits?|discussions|info|xet|git-upload-pack)(?:/.*|$))"
)
_ADDRESS = re.compile(rf"/datasets/({_NAME}/{_NAME}){MARK}")
_SAID = re.compile(rf"A dataset repository called (\S+){MARK}")


class ModelsAsDatasets:
    """ASGI middleware around the Hub."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["raw_path"].decode("ascii", errors="replace")
        wanted = dataset_path(path)
        is_model = wanted != path
        if path in {*_OF_REPOS, _YAML} or path.endswith(_COPY):
            told, body = as_dataset(path, await _whole(receive))
            is_model = is_model or told
            receive = _Replay(body, receive)
            length = (b"content-length", str(len(body)).encode())
            others = [item for item in scope["headers"] if item[0] != b"content-length"]
            scope = {**scope, "headers": [*others, length]}
        scope = {**scope, "raw_path": wanted.encode(), "path": wanted}
        await self._app(scope, receive, _Answer(send, _rewriting(wanted, is_model=is_model)))


def dataset_path(path: str) -> str:
    """The path of the same request for a dataset; a path that names no model unchanged."""
    if path == "/api/models":
        return _LIST
    if match := _OF_MODEL.fullmatch(path):
        return f"{_LIST}/{match[1]}{MARK}{match[2] or ''}"
    if match := _FILE.fullmatch(path):
        mark = MARK if "/" in match[1] else ""
        return f"/datasets/{match[1]}{mark}{match[2]}"
    return path.replace("/api/models/", f"{_LIST}/", 1)


def model_text(text: str) -> str:
    """What an answer says of a dataset, said of a model."""
    text = text.replace("/api/datasets/", "/api/models/")
    text = _SAID.sub(r"A model repository called \1", _ADDRESS.sub(r"/\1", text))
    return text.replace(MARK, "").replace('"type":"dataset"', '"type":"model"')


def as_dataset(path: str, body: bytes) -> tuple[bool, bytes]:
    """A body that names a repository with its type: whether that is a model, and the new body."""
    wanted = json.loads(body or b"{}")
    if path.endswith(_COPY):
        return False, json.dumps({**wanted, "target": _marked(wanted["target"], "name")}).encode()
    kind = "repoType" if path == _YAML else "type"
    marked = _marked(wanted, "name", "fromRepo", "toRepo", kind=kind)
    return marked != wanted, json.dumps(marked).encode()


def _marked(wanted: dict[str, str], *names: str, kind: str = "type") -> dict[str, str]:
    if wanted.get(kind, "model") not in {"model", None}:
        return wanted
    marked = {name: wanted[name] + MARK for name in names if name in wanted}
    return {**wanted, kind: "dataset", **marked}


def _rewriting(path: str, *, is_model: bool) -> Callable[[str], str] | None:
    if path == _LIST:
        return partial(_listed, is_model=is_model)
    return model_text if is_model else None


def _listed(text: str, *, is_model: bool) -> str:
    """A list with the models, or with the datasets only."""
    items = json.loads(text)
    kept = [item for item in items if item["id"].endswith(MARK) == is_model]
    text = json.dumps(kept, separators=(",", ":"))
    return model_text(text) if is_model else text


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


class _Replay:
    """A body that was read already, and then whatever else comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Answer:
    """Sends JSON and headers rewritten, and files as they are."""

    def __init__(self, send: Send, rewrite: Callable[[str], str] | None) -> None:
        self._send = send
        self._rewrite = rewrite
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if self._rewrite is None:
            await self._send(message)
        elif message["type"] == "http.response.start":
            headers = [(name, _header(value)) for name, value in message["headers"]]
            message = {**message, "headers": headers}
            if dict(headers).get(b"content-type", b"").startswith(b"application/json"):
                self._start = message
            else:
                await self._send(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start, self._rewrite)

    async def _finish(self, start: Message, rewrite: Callable[[str], str]) -> None:
        is_good = start["status"] == 200
        body = (rewrite if is_good else model_text)(self._body.decode()).encode()
        headers = [item for item in start["headers"] if item[0] != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _header(value: bytes) -> bytes:
    return model_text(value.decode("latin-1")).encode("latin-1")
