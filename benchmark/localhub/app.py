"""The hub as an ASGI application: which request goes where.

Paths are matched as they were sent, not decoded: a pull request arrives as the one path segment
`refs%2Fpr%2F1`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, NamedTuple

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from benchmark.errors import BenchmarkError, InvalidDataError
from benchmark.localhub import (
    card,
    discussion_edits,
    discussions,
    git_api,
    lfs_api,
    lfs_files_api,
    maintenance,
    oauth,
    reads,
    refs_api,
    storage,
    writes,
    xet_api,
)
from benchmark.localhub.call import DROPPED, Call, Hub, RequestRecord, answer
from benchmark.localhub.problems import NO_REPO, HubError, too_large
from benchmark.localhub.request_id import RequestId
from benchmark.localhub.resolve import resolve
from benchmark.localhub.settings import HubSettings
from benchmark.localhub.waiting import in_thread
from benchmark.localhub.web import files, html, site, talk
from benchmark.localhub.xet.shard import LONGEST_SHARD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from benchmark.localhub.faults import Faults

_LOGGER = logging.getLogger(__name__)
_API = "/api/datasets/{ns}/{name}"
_DISCUSSION = _API + "/discussions/{num}"
_FILES = "/datasets/{ns}/{name}"
_XET = _FILES + ".git/xet/{store}"
_DEFAULT = HubSettings()
_SLOW_AT_ONCE = 8
_NOT_FOUND = 404
_OTHER_REPO = re.compile(r"(?:/api)?/(datasets|models|spaces)/([^/]+(?:/[^/]+)?)(/.*)?")


class Endpoint(NamedTuple):
    """One line of the hub's table.

    Attributes:
        operation: the name that logs and faults use.
        writes: logged, and carried through even if the client goes meanwhile.
        slow: grows with the history; few of them run at a time, so that the others have threads.
    """

    method: str
    path: str
    operation: str
    handle: Callable[[Call], Response]
    writes: bool = False
    slow: bool = False


ENDPOINTS = (
    Endpoint("GET", "/api/whoami-v2", "whoami", reads.whoami),
    Endpoint("POST", "/api/validate-yaml", "validate-yaml", card.validate_yaml),
    Endpoint("POST", "/oauth/token", "token", oauth.exchange),
    Endpoint("POST", "/api/repos/create", "create", writes.create_repo, writes=True),
    Endpoint("DELETE", "/api/repos/delete", "delete", maintenance.delete_repo, writes=True),
    Endpoint("POST", "/api/repos/move", "move", maintenance.move_repo, writes=True),
    Endpoint("POST", _API + "/duplicate", "duplicate", maintenance.duplicate_repo, writes=True),
    Endpoint("PUT", _API + "/settings", "settings", maintenance.settings, writes=True),
    Endpoint("GET", "/api/datasets", "datasets", reads.datasets),
    Endpoint("GET", "/api/settings/repositories", "storage", storage.all_datasets, slow=True),
    Endpoint(
        "GET",
        "/api/organizations/{org}/settings/repositories",
        "storage",
        storage.datasets_of,
        slow=True,
    ),
    Endpoint("GET", _API, "info", reads.info),
    Endpoint("GET", _API + "/revision/{rev}", "info", reads.info),
    Endpoint("GET", _API + "/auth-check", "auth-check", reads.auth_check),
    Endpoint("GET", _API + "/auth-check/write", "auth-check", writes.auth_check_write),
    Endpoint("GET", _API + "/tree/{rev}", "tree", reads.tree, slow=True),
    Endpoint("GET", _API + "/tree/{rev}/{path:path}", "tree", reads.tree, slow=True),
    Endpoint("POST", _API + "/paths-info/{rev}", "paths-info", reads.paths_info, slow=True),
    Endpoint("GET", _API + "/commits/{rev}", "commits", reads.commits, slow=True),
    Endpoint("GET", _API + "/refs", "refs", refs_api.list_refs),
    Endpoint("POST", _API + "/branch/{rev}", "branch", refs_api.create_branch, writes=True),
    Endpoint("POST", _API + "/tag/{rev}", "tag", refs_api.create_tag, writes=True),
    Endpoint("DELETE", _API + "/branch/{rev}", "branch", refs_api.delete_branch, writes=True),
    Endpoint("DELETE", _API + "/tag/{rev}", "tag", refs_api.delete_tag, writes=True),
    Endpoint("POST", _API + "/super-squash/{rev}", "squash", maintenance.super_squash, writes=True),
    Endpoint("POST", _API + "/preupload/{rev}", "preupload", writes.preupload),
    Endpoint("POST", _API + "/commit/{rev}", "commit", writes.commit, writes=True),
    Endpoint("GET", _API + "/lfs-files", "lfs-files", lfs_files_api.list_large_files, slow=True),
    Endpoint(
        "POST",
        _API + "/lfs-files/batch",
        "lfs-delete",
        lfs_files_api.delete_large_files,
        writes=True,
    ),
    Endpoint(
        "POST",
        _API + "/lfs-files/duplicate",
        "lfs-duplicate",
        lfs_files_api.duplicate_large_files,
        writes=True,
    ),
    Endpoint("GET", _API + "/discussions", "discussions", discussions.list_discussions),
    Endpoint("POST", _API + "/discussions", "discuss", discussions.create_discussion, writes=True),
    Endpoint(
        "GET", _API + "/discussions/{num}", "discussion", discussions.get_discussion, slow=True
    ),
    Endpoint(
        "POST", _API + "/discussions/{num}/merge", "merge", discussions.merge_pull, writes=True
    ),
    Endpoint("POST", _DISCUSSION + "/status", "status", discussion_edits.set_status, writes=True),
    Endpoint("POST", _DISCUSSION + "/title", "title", discussion_edits.rename, writes=True),
    Endpoint("POST", _DISCUSSION + "/comment", "comment", discussion_edits.comment, writes=True),
    Endpoint(
        "POST",
        _DISCUSSION + "/comment/{comment}/edit",
        "comment",
        discussion_edits.edit,
        writes=True,
    ),
    Endpoint(
        "POST",
        _DISCUSSION + "/comment/{comment}/hide",
        "comment",
        discussion_edits.hide,
        writes=True,
    ),
    Endpoint("GET", _FILES + "/resolve/{rev}/{path:path}", "resolve", resolve),
    Endpoint("GET", "/", "page", site.home),
    Endpoint("GET", html.STYLE_PATH, "style", site.style),
    Endpoint("GET", _FILES, "page", site.dataset, slow=True),
    Endpoint("GET", _FILES + "/page-data/{rev}", "page", site.page_data, slow=True),
    Endpoint("GET", _FILES + "/tree/{rev}", "page", files.tree, slow=True),
    Endpoint("GET", _FILES + "/tree/{rev}/{path:path}", "page", files.tree, slow=True),
    Endpoint("GET", _FILES + "/blob/{rev}/{path:path}", "page", files.blob, slow=True),
    Endpoint("GET", _FILES + "/raw/{rev}/{path:path}", "raw", files.raw),
    Endpoint("GET", _FILES + "/commits/{rev}", "page", files.history, slow=True),
    Endpoint("GET", _FILES + "/commit/{rev}", "page", files.commit, slow=True),
    Endpoint("GET", _FILES + "/discussions", "page", talk.discussions, slow=True),
    Endpoint("GET", _FILES + "/discussions/{num}", "page", talk.discussion, slow=True),
    Endpoint("POST", _FILES + ".git/info/lfs/objects/batch", "lfs-batch", lfs_api.lfs_batch),
    Endpoint("POST", _FILES + ".git/info/lfs/objects/verify", "lfs-verify", lfs_api.lfs_verify),
    Endpoint("GET", _FILES + ".git/info/lfs/objects/{oid}", "lfs-download", lfs_api.lfs_download),
    Endpoint("GET", _API + "/xet-read-token/{rev:path}", "xet-token", xet_api.read_token),
    Endpoint("GET", _API + "/xet-write-token/{rev:path}", "xet-token", xet_api.write_token),
    Endpoint("POST", _XET + "/v1/shards", "xet-shard", xet_api.upload_shard),
    Endpoint("GET", _XET + "/v1/chunks/{prefix}/{hash}", "xet-chunk", xet_api.query_chunk),
    Endpoint("GET", _XET + "/v1/reconstructions/{file}", "xet-file", xet_api.reconstruction),
    Endpoint("GET", _XET + "/v2/reconstructions/{file}", "xet-file", xet_api.reconstruction_2),
    Endpoint("GET", _XET + "/xorbs/{hash}", "xet-download", xet_api.download_xorb),
)

STREAMS: tuple[tuple[str, str, str, Callable[[Call], Awaitable[Response]]], ...] = (
    ("PUT", _FILES + ".git/info/lfs/objects/{oid}", "lfs-upload", lfs_api.lfs_upload),
    ("POST", _XET + "/v1/xorbs/default/{hash}", "xet-xorb", xet_api.upload_xorb),
    ("GET", _FILES + ".git/info/refs", "git", git_api.advertise),
    ("GET", _FILES + "/info/refs", "git", git_api.advertise),
    ("POST", _FILES + ".git/git-upload-pack", "git", git_api.upload_pack),
    ("POST", _FILES + "/git-upload-pack", "git", git_api.upload_pack),
)
"""What is read, or sent, piece by piece."""


def create_app(
    root: Path, *, settings: HubSettings = _DEFAULT, faults: Faults | None = None
) -> Starlette:
    """The hub over the repositories below `root`, which is created if it is missing.

    The application's `state.hub` is its `Hub`. Several applications, in one process or in many, may
    serve the same root.
    """
    hub = Hub(root, settings)
    server = _Server(hub, faults)
    routes = [server.route(endpoint) for endpoint in ENDPOINTS]
    for method, path, operation, work in STREAMS:
        routes.append(Route(path, server.endpoint(operation, work), methods=[method]))
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _http_error, Exception: _bug},
    )
    app.add_middleware(_RawPath)
    app.add_middleware(RequestId)
    app.state.hub = hub
    return app


class _RawPath:
    """Routes on the path as it was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("raw_path"):
            scope = {**scope, "path": scope["raw_path"].decode("ascii", errors="replace")}
        await self._app(scope, receive, send)


class _Server:
    def __init__(self, hub: Hub, faults: Faults | None) -> None:
        self._hub = hub
        self._faults = faults
        self._slow = CapacityLimiter(_SLOW_AT_ONCE)

    def route(self, endpoint: Endpoint) -> Route:
        """A route whose handler runs in a worker thread, with the whole body read."""
        settings = self._hub.settings
        limits = {"commit": settings.max_commit_body, "xet-shard": LONGEST_SHARD}
        limit = limits.get(endpoint.operation, settings.max_json_body)

        async def work(call: Call) -> Response:
            if endpoint.operation == "commit" and _announced(call.request) > settings.max_json_body:
                # Nobody else makes the hub hold so much.
                call.writer(call.repo)
            if endpoint.method != "GET":
                call.body = await _read_body(call.request, limit)
            limiter = self._slow if endpoint.slow else None
            return await in_thread(endpoint.handle, call, limiter, cancel=not endpoint.writes)

        handler = self.endpoint(endpoint.operation, work, writes=endpoint.writes)
        return Route(endpoint.path, handler, methods=[endpoint.method])

    def endpoint(
        self, operation: str, work: Callable[[Call], Awaitable[Response]], *, writes: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """What Starlette calls: remembers the request, and turns refusals into answers."""

        async def handle(request: Request) -> Response:
            call = Call(self._hub, request, _new_record(operation, request))
            self._hub.requests.append(call.record)

            async def proceed() -> Response:
                return await _counted(call, work)

            response = await (self._faults.handle(call, proceed) if self._faults else proceed())
            call.record.status = response.status_code
            if writes:
                self._hub.settings.on_write(_line(call.record))
            return response

        return handle


def _new_record(operation: str, request: Request) -> RequestRecord:
    parts = request.path_params
    repo = f"{parts['ns']}/{parts['name']}" if "ns" in parts else ""
    return RequestRecord(operation, request.method, request.url.path, repo, parts.get("rev", ""))


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


async def _read_body(request: Request, limit: int) -> bytes:
    if _announced(request) > limit:
        raise too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


async def _counted(call: Call, work: Callable[[Call], Awaitable[Response]]) -> Response:
    """The answer, or 429 for whoever has had theirs."""
    quota = call.hub.quota
    if quota is None:
        return await _answered(call, work)
    try:
        left = quota.take(call.sender)
    except HubError as error:
        return refusal(error)
    response = await _answered(call, work)
    response.headers.update(quota.headers(left))
    return response


async def _answered(call: Call, work: Callable[[Call], Awaitable[Response]]) -> Response:
    try:
        return await work(call)
    except HubError as error:
        return refusal(error)
    except InvalidDataError as error:
        details = "; ".join(str(violation) for violation in error.violations[:10])
        return refusal(HubError(400, details or str(error), code="BadRequest"))
    except (BenchmarkError, OSError) as error:
        _LOGGER.exception("The hub cannot read or write its root")
        return refusal(_storage_error(error))
    except ClientDisconnect:
        return Response(status_code=DROPPED)


def _storage_error(error: BenchmarkError | OSError) -> HubError:
    """507, without paths of this machine: they stay in the log."""
    cause = error if isinstance(error, OSError) else error.__context__
    reason = (cause.strerror if isinstance(cause, OSError) else None) or "storage failed"
    return HubError(507, f"The hub cannot read or write: {reason}", code="StorageError")


def refusal(error: HubError) -> Response:
    """An error as the client reads it: JSON, and the same in headers."""
    message = "".join(char if " " <= char <= "~" else "?" for char in error.message)[:1000]
    headers = {
        "x-error-code": error.code or str(error.status),
        "x-error-message": message,
        **error.headers,
    }
    return answer({"error": message}, status=error.status, headers=headers)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = error.detail if isinstance(error, HTTPException) else "Internal Server Error"
    if status == _NOT_FOUND and (match := _OTHER_REPO.fullmatch(request.url.path)):
        kind, name, below = match.groups()
        if kind == "datasets" and _is_there(request, name):
            return refusal(HubError(404, f"This hub has no {below} of a dataset"))
        return refusal(_no_such_kind(kind, name))
    return refusal(HubError(status, text))


def _is_there(request: Request, name: str) -> bool:
    """Whether the sender may read this dataset: what is missing is something else then."""
    call = Call(request.app.state.hub, request, _new_record("other", request))
    try:
        call.open(name).objects.close()
    except HubError:
        return False
    return True


def _no_such_kind(kind: str, name: str) -> HubError:
    """The client must know that a repository is missing, not a page."""
    if kind == "datasets":
        return HubError(404, f"Repository {name} not found: a dataset of this hub has the form "
                        "namespace/name", code=NO_REPO)  # fmt: skip
    return HubError(404, f"Repository {name} not found: this hub has datasets only "
                    "(repo_type='dataset')", code=NO_REPO)  # fmt: skip


async def _bug(_request: Request, _error: Exception) -> Response:
    return refusal(HubError(500, "Internal Server Error", code="InternalError"))


def _line(record: RequestRecord) -> str:
    """One log line of a write; what comes from the client is shown printable."""
    what = f"{record.repo}@{record.revision}" if record.revision else record.repo
    applied = f" {record.sha[:8]}" if record.sha else ""
    return "".join(
        char if char.isprintable() else "?"
        for char in f"{record.status} {record.operation} {what}{applied}"
    )
